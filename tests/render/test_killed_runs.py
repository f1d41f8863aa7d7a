"""The whole command, killed at any moment: the next run goes on, to the same bytes."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.render.conftest import SCENES
from tests.waiting import in_group, wait_for

NAMES = "Slow,FourBeats,Spoken"
COMMAND = [
    sys.executable, "-m", "lecture", "render", "-q", "l", "--fps", "5", "--no-voice", "--json",
    "--with", str(SCENES), "--scenes", NAMES, "--workers", "2",
]  # fmt: skip

Start = Callable[[Path], subprocess.Popen[str]]


@pytest.fixture
def start(environment: Mapping[str, str]) -> Start:
    def begin(folder: Path) -> subprocess.Popen[str]:
        folder.mkdir(exist_ok=True)
        return subprocess.Popen(
            COMMAND,
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    return begin


def finish(running: subprocess.Popen[str]) -> dict[str, object]:
    out, said = running.communicate(timeout=120)
    assert running.returncode == 0, said
    result: dict[str, object] = json.loads(out)
    return result


def rendered(folder: Path) -> dict[Path, int]:
    """Return when each film that has its note was put there."""
    notes = folder.glob("media/cache/segments/*/[0-9]*.json")
    return {note: note.with_suffix(".mp4").stat().st_mtime_ns for note in notes}


def kill_after(
    running: subprocess.Popen[str], condition: Callable[[], bool], seed: random.Random
) -> None:
    """Kill a run a little after something holds; its processes end with it."""
    try:
        wait_for(lambda: running.poll() is not None or condition(), 60)
        time.sleep(seed.uniform(0, 0.3))
        running.send_signal(signal.SIGKILL)
        running.communicate(timeout=20)
        assert wait_for(lambda: not in_group(running.pid), 5)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)


def test_a_run_that_was_killed_again_and_again_ends_with_the_same_bytes(
    start: Start, tmp_path: Path
) -> None:
    seed = random.Random(11)  # noqa: S311  (nothing is kept secret)
    undisturbed, disturbed = tmp_path / "undisturbed", tmp_path / "disturbed"
    first = finish(start(undisturbed))
    assert first["scenes"] == NAMES.split(",")
    assert first["rendered"] == sorted(NAMES.split(","))
    kept: dict[Path, int] = {}
    for wanted in (0, 1, 3, 6):
        kill_after(start(disturbed), lambda enough=wanted: len(rendered(disturbed)) >= enough, seed)
        now = rendered(disturbed)
        assert kept.items() <= now.items()  # nothing that was whole is drawn again
        kept = now
    assert len(kept) >= 6
    finish(start(disturbed))
    assert kept.items() <= rendered(disturbed).items()
    for name in (
        "lecture.mp4",
        "lecture.srt",
        "lecture.manifest.json",
        "lecture.transcript.md",
    ):
        one, two = (folder / "media" / name for folder in (undisturbed, disturbed))
        assert one.read_bytes() == two.read_bytes(), name
    assert not list((disturbed / "media").rglob(".*.new*"))
    assert not list((disturbed / "media" / "cache" / "work").glob("*"))


def test_a_second_run_draws_nothing_and_does_not_import_manim(
    start: Start, tmp_path: Path, environment: Mapping[str, str]
) -> None:
    finish(start(tmp_path))
    video = tmp_path / "media" / "lecture.mp4"
    before = video.stat().st_mtime_ns
    program = (
        "import sys, time; from lecture.cli.main import cli;"
        "cli(sys.argv[1:], standalone_mode=False);"
        "print('manim' in sys.modules, time.process_time(), file=sys.stderr)"
    )
    again = subprocess.run(
        [sys.executable, "-c", program, *COMMAND[3:]],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert again.returncode == 0, again.stderr
    manim, seconds = again.stderr.splitlines()[-1].split()
    assert manim == "False"
    # Of the processor, which other work on the machine does not count in.
    assert float(seconds) < 1.5
    result = json.loads(again.stdout)
    assert result["rendered"] == []
    assert result["scenes"] == NAMES.split(",")
    assert result["frames"] == result["seconds"] * 5
    assert (result["width"], result["height"], result["fps"]) == (854, 480, 5)
    assert result["spoken"] is False
    assert video.stat().st_mtime_ns == before
