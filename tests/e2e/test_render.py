"""Whole renders: small scenes, real processes, a real video."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import av
import pytest
import srt

from lecture.config.contract import SceneEntry
from lecture.errors import RenderError
from lecture.formats import FrameFormat
from lecture.output.video.assemble import assemble_lecture
from lecture.output.video.manifest import Manifest
from tests.sessions import render
from tests.waiting import LONG, in_group, wait_for

Small = Callable[[str], SceneEntry]
Python = Callable[..., subprocess.CompletedProcess[str]]


def assemble(output: Path, *scenes: SceneEntry) -> Manifest:
    rendered = render(Path("cache"), *scenes)
    return assemble_lecture(
        rendered, output, title="σ′ & co.", author="An Author", spoken=None, spec_digest=""
    )


@pytest.fixture
def good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in that holds the video of an earlier run."""
    monkeypatch.chdir(tmp_path)
    output = Path("media/lecture.mp4")
    output.parent.mkdir()
    output.write_bytes(b"the last good video")
    return output


def test_scenes_become_one_video_with_captions(good: Path, size: FrameFormat, small: Small) -> None:
    video_entry = assemble(good, small("TwoMoves"), small("Still"), small("TwoMoves")).video
    assert video_entry.frames == 20 + 5 + 20
    with av.open(good) as video:
        stream = video.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate) == (
            size.width,
            size.height,
            size.fps,
        )
        assert len(video.streams.audio) == 0
        assert video.metadata["title"] == "σ′ & co."
        assert video.metadata["artist"] == "An Author"
        frames = list(video.decode(stream))
    assert [frame.time for frame in frames] == pytest.approx([i / 10 for i in range(45)])
    # The same scene has the same frames later in the lecture.
    pictures = [frame.to_ndarray(format="rgb24").tobytes() for frame in frames]
    assert pictures[:20] == pictures[25:]
    assert len(set(pictures[:20])) > 10
    lines = list(srt.parse(good.with_suffix(".srt").read_text(encoding="utf-8")))
    assert [line.start.total_seconds() for line in lines] == [0, 1, 2.5, 3.5]
    assert lines[-1].content == "It moves: σ′(h) ≤ ¼."
    # Nothing half-written is left beside the video.
    assert sorted(path.name for path in good.parent.iterdir()) == [
        "lecture.chapters.vtt",
        "lecture.manifest.json",
        "lecture.mp4",
        "lecture.srt",
        "lecture.transcript.md",
        "lecture.vtt",
    ]


def test_captions_of_another_video_do_not_stay(good: Path, small: Small) -> None:
    captions = good.with_suffix(".srt")
    captions.write_text("of an earlier run", encoding="utf-8")
    assemble(good, small("Still"))
    assert captions.read_text(encoding="utf-8") == ""


@pytest.mark.parametrize(
    ("scene", "where", "cause"),
    [
        ("Raises", ", beat whole, animation 1", "ZeroDivisionError: an error in the scene"),
        ("Nothing", "", "it drew no frame"),
        ("OpenGL", "", "it chooses its own renderer, OpenGLRenderer; remove that choice"),
        ("Killed", ", beat whole, animation 1", "its process was killed by SIGKILL 3 times"),
        ("Missing", "", "small_scenes has no class Missing"),
    ],
)
def test_a_scene_that_fails_is_named_and_the_old_video_stays(
    good: Path, small: Small, scene: str, where: str, cause: str
) -> None:
    with pytest.raises(RenderError) as caught:
        assemble(good, small(scene))
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"{scene}{where} failed: {cause}")
    log = Path(second.removeprefix("log: "))
    assert ("an error in the scene" in log.read_text(encoding="utf-8")) == (scene == "Raises")
    assert good.read_bytes() == b"the last good video"
    assert [path.name for path in good.parent.iterdir()] == ["lecture.mp4"]


def test_the_line_of_an_error_is_printed(good: Path, small: Small) -> None:
    code = (small("Raises").file or Path()).read_text("utf-8").splitlines()
    line = next(number for number, text in enumerate(code, 1) if "raise ZeroDivision" in text)
    with pytest.raises(RenderError, match=rf"small_scenes\.py, line {line}\)"):
        assemble(good, small("Raises"))


def test_a_module_that_is_not_there_is_named(good: Path) -> None:
    with pytest.raises(RenderError, match="No module named 'scenes_that_do_not_exist'"):
        assemble(good, SceneEntry("Any", "scenes_that_do_not_exist", "None"))


def command(small: Small, scene: str) -> list[str]:
    """Write the real command line that renders a small scene."""
    file = str(small(scene).file)
    return ["-m", "lecture", "render", "-q", "l", "--no-voice", "--with", file, "--scenes", scene]


def test_settings_do_not_depend_on_the_working_directory(
    good: Path, python: Python, small: Small
) -> None:
    Path("manim.cfg").write_text(
        "[CLI]\nformat = gif\ndisable_caching = False\npixel_width = 10\nframe_width = 3\n"
        "background_opacity = 0\nbackground_color = #FF0000\n"
        "upto_animation_number = 0\nmedia_dir = elsewhere\n",
        encoding="utf-8",
    )
    ended = python(*command(small, "Reports"))
    assert ended.returncode == 0, ended.stderr
    settings = json.loads(Path("settings.json").read_text("utf-8"))
    assert settings.pop("frame_width") == pytest.approx(128 / 9)
    assert settings == {
        "disable_caching": True,
        "background_opacity": 1,
        "background_color": "#0E1116",  # the ground of the dark theme
    }
    assert not Path("elsewhere").exists()
    with av.open(good) as video:
        assert (video.streams.video[0].width, video.streams.video[0].frames) == (854, 3)


def test_files_of_the_working_directory_are_not_taken_for_ours(
    good: Path, environment: Mapping[str, str], small: Small
) -> None:
    for name in ("scenes.py", "manim.py", "lecture/__init__.py"):
        own = Path(name)
        own.parent.mkdir(exist_ok=True)
        own.write_text(f"raise SystemExit('{name} is mine')\n", encoding="utf-8")
    # The installed command, which does not look for modules where it is called.
    ended = subprocess.run(
        [str(Path(sys.executable).with_name("lecture")), *command(small, "Still")[2:]],
        env=environment,
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "mine" not in ended.stderr
    assert good.stat().st_size > 1000


@pytest.mark.parametrize(
    ("sent", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)],
)
def test_a_run_that_is_stopped_leaves_the_old_video_and_no_process(
    good: Path, environment: Mapping[str, str], small: Small, sent: signal.Signals, code: int
) -> None:
    running = subprocess.Popen(
        [sys.executable, *command(small, "Endless")],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    note = Path("drawing.pid")
    try:
        assert wait_for(lambda: note.exists() and bool(note.read_text("utf-8")), LONG)
        assert int(note.read_text("utf-8")) in in_group(running.pid)
        began = time.monotonic()
        running.send_signal(sent)
        _, said = running.communicate(timeout=LONG)
        assert wait_for(lambda: not in_group(running.pid), LONG)
        assert time.monotonic() - began < 30  # a second or two, unless the machine is busy
        assert running.returncode == code
        assert "Traceback" not in said
        assert "Warning" not in said
        if sent is signal.SIGINT:
            assert said.splitlines()[-1] == "stopped; media/lecture.mp4 is unchanged"
        assert good.read_bytes() == b"the last good video"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
