"""Whole runs of ``lecture watch``: start it, edit files, and wait for what its page shows."""

from __future__ import annotations

import http.client
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from PIL import Image

from tests.waiting import LONG, in_group, wait_for

Preview = dict[str, Any]
Color = tuple[int, int, int]

PACKAGE = """
from lecture.config.contract import Lecture, SceneEntry

LECTURE = Lecture(
    package=__name__,
    spec="spec:PatchesSpec",
    scenes=(SceneEntry("Patches", f"{__name__}.patches", "Patches"),),
)
"""
SPEC = """
from lecture.config.spec import LectureSpec
from scenes import LECTURE


class PatchesSpec(LectureSpec):
    lecture = LECTURE
"""
SCENE = '''
from pathlib import Path

from manim import FadeIn, Square

from lecture.kit.lecture_scene import LectureScene


def patch(x, color, y=0):
    return Square(2, color=color, fill_opacity=1, stroke_width=0).shift([x, y, 0])


class Patches(LectureScene):
    """Patches whose colours come from the code, the words and a data file."""

    def construct(self):
        self.first()
        self.second()

    def first(self):
        self.beat("first")
        with self.narrate("line"):
            self.play(FadeIn(patch(-4, "#FF0000")), run_time=0.2)

    def second(self):
        self.beat("second")
        data = Path("color.txt").read_text(encoding="utf-8").strip()
        caption = self.words.beats["second"].lines["line"].caption
        self.add(patch(4, caption, y=3))
        with self.narrate("line"):
            self.play(FadeIn(patch(0, self.label("color")), patch(4, data)), run_time=0.2)
'''
WORDS = """
title = "Patches"

[Patches]
title = "Patches"
labels = { color = "#FF0000" }

[Patches.beats.first]
notes = ""
lines = { line = { caption = "The first." } }

[Patches.beats.second]
notes = ""
lines = { line = { caption = "#FF0000" } }
"""

_CONSTRUCT = "    def construct(self):"


def write_lecture(folder: Path) -> None:
    """Write a lecture of one scene, its words, a lecture file and a data file into a folder."""
    package = folder / "scenes"
    (package / "text").mkdir(parents=True)
    (package / "__init__.py").write_text(PACKAGE, encoding="utf-8")
    (package / "spec.py").write_text(SPEC, encoding="utf-8")
    scene = SCENE.replace(_CONSTRUCT, f"    spec_model = PatchesSpec\n\n{_CONSTRUCT}")
    scene = f"from scenes.spec import PatchesSpec\n{scene}"
    (package / "patches.py").write_text(scene, encoding="utf-8")
    (package / "text" / "en.toml").write_text(WORDS, encoding="utf-8")
    (folder / "lecture.toml").write_text('theme = "dark"\n', encoding="utf-8")
    (folder / "color.txt").write_text("#FF0000\n", encoding="utf-8")


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text in a file as an editor does: by renaming a new file."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    saved = file.with_name(f".{file.name}.new")
    saved.write_text(text.replace(old, new), encoding="utf-8")
    saved.replace(file)


class Watching:
    """A running ``lecture watch``."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self.process = process
        self.folder = folder
        assert process.stdout is not None
        self.url = process.stdout.readline().split(" ")[0]
        assert self.url.startswith("http://127.0.0.1:"), self.errors()
        self._connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=LONG)
        self._connection.request("GET", "/events")
        self._events = self._connection.getresponse()
        self._latest: Preview = {}

    def wait(self, condition: Callable[[Preview], object]) -> Preview:
        """Wait until the page shows what a condition asks for, and return its content."""
        end = time.monotonic() + LONG
        while not (self._latest and condition(self._latest)):
            assert time.monotonic() < end, f"{self._latest}\n{self.errors()}"
            line = self._events.readline().decode()
            assert line, self.errors()
            if line.startswith("data:"):
                self._latest = json.loads(line.removeprefix("data:"))
        return self._latest

    def wait_for_beat(self, name: str, after: int = 0, scene: str = "Patches") -> dict[str, Any]:
        """Wait for a still of a beat that is newer than the medium `after`."""

        def newer(preview: Preview) -> bool:
            found = beat_in(preview, name, scene)
            return found is not None and found["still"] > after

        return cast("dict[str, Any]", beat_in(self.wait(newer), name, scene))

    def wait_for_colors(self, beat: str, colors: Mapping[tuple[float, float], Color]) -> Preview:
        """Wait for a still with colours at points, given as shares of width and height."""

        def shown(preview: Preview) -> bool:
            found = beat_in(preview, beat)
            if found is None:
                return False
            picture = self.picture(found["still"])
            size = picture.size
            return all(
                close(picture.getpixel((int(x * size[0]), int(y * size[1]))), color)
                for (x, y), color in colors.items()
            )

        return self.wait(shown)

    def get(self, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        """Ask the server for a path."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=LONG)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body

    def picture(self, still: int) -> Image.Image:
        """Return a still."""
        answer, body = self.get(f"/media/{still}")
        assert answer.status == 200
        return Image.open(io.BytesIO(body)).convert("RGB")

    def errors(self) -> str:
        """Return what was printed on standard error."""
        return (self.folder / "errors.txt").read_text(encoding="utf-8")

    def interrupt(self) -> int:
        """Press Ctrl-C, and return the exit code when no process is left."""
        os.killpg(self.process.pid, signal.SIGINT)
        code = self.process.wait(LONG)
        self.check_end()
        return code

    def check_end(self) -> None:
        """Wait for the end of all processes."""
        assert wait_for(lambda: not in_group(self.process.pid), LONG), in_group(self.process.pid)


def beat_in(preview: Preview, name: str, scene: str = "Patches") -> dict[str, Any] | None:
    scenes = [one for one in preview["scenes"] if one["name"] == scene]
    beats = [beat for one in scenes for beat in one["beats"] if beat["name"] == name]
    return beats[0] if beats else None


def close(found: Any, color: Color) -> bool:
    return all(abs(a - b) < 8 for a, b in zip(found, color, strict=True))


@contextmanager
def watching(
    folder: Path, environment: Mapping[str, str], *arguments: str | Path
) -> Iterator[Watching]:
    """Run ``lecture watch`` in a folder; end it, if the test has not."""
    with (folder / "errors.txt").open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "lecture", "watch", *map(str, arguments), "--no-open"],
            cwd=folder,
            env=dict(environment),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    with process:
        try:
            yield Watching(process, folder)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
