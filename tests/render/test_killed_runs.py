"""The whole command, killed at any moment: the next run goes on, to the same bytes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.render.conftest import SCENES
from tests.waiting import LONG, in_group, run_python, wait_for

NAMES = "Held,FourBeats,Spoken"
COMMAND = [
    sys.executable, "-m", "lecture", "render", "-q", "l", "--fps", "5", "--no-voice", "--json",
    "--with", str(SCENES), "--scenes", NAMES, "--workers", "2",
]  # fmt: skip

# Both tests need a run that is not disturbed.
pytestmark = pytest.mark.xdist_group("killed runs")

Start = Callable[[Path], subprocess.Popen[str]]


@pytest.fixture(scope="module")
def start(environment: Mapping[str, str]) -> Start:
    def begin(folder: Path) -> subprocess.Popen[str]:
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


def let_end(folder: Path) -> None:
    """Let the scene `Held` end."""
    (folder / "go").touch()


def finish(running: subprocess.Popen[str]) -> dict[str, object]:
    out, said = running.communicate(timeout=LONG)
    assert running.returncode == 0, said
    result: dict[str, object] = json.loads(out)
    return result


@pytest.fixture(scope="module")
def undisturbed(start: Start, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the command has run to its end."""
    folder = tmp_path_factory.mktemp("undisturbed")
    let_end(folder)
    result = finish(start(folder))
    assert result["scenes"] == NAMES.split(",")
    assert result["rendered"] == sorted(NAMES.split(","))
    return folder


def rendered(folder: Path) -> dict[Path, int]:
    """Return the modification time of each segment that has its record."""
    notes = folder.glob("media/cache/segments/*/[0-9]*.json")
    return {note: note.with_suffix(".mp4").stat().st_mtime_ns for note in notes}


def kill_when(running: subprocess.Popen[str], condition: Callable[[], bool]) -> None:
    """Kill a run as soon as something holds; its processes end with it."""
    try:
        assert wait_for(lambda: running.poll() is not None or condition(), LONG)
        assert running.poll() is None
        running.send_signal(signal.SIGKILL)
        running.communicate(timeout=LONG)
        assert wait_for(lambda: not in_group(running.pid), LONG)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)


def test_a_run_that_was_killed_again_and_again_ends_with_the_same_bytes(
    start: Start, undisturbed: Path, tmp_path: Path
) -> None:
    disturbed = tmp_path / "disturbed"
    disturbed.mkdir()
    known: dict[Path, int] = {}
    for wanted in (0, 1, 3, 6):
        kill_when(start(disturbed), lambda enough=wanted: len(rendered(disturbed)) >= enough)
        now = rendered(disturbed)
        assert known.items() <= now.items()  # nothing that was whole is drawn again
        known = now
    assert len(known) >= 6
    let_end(disturbed)
    finish(start(disturbed))
    assert known.items() <= rendered(disturbed).items()
    for name in (
        "lecture.mp4",
        "lecture.srt",
        "lecture.manifest.json",
        "lecture.transcript.md",
    ):
        one, two = (folder / "media" / name for folder in (undisturbed, disturbed))
        assert one.read_bytes() == two.read_bytes(), name
    assert not list((disturbed / "media").rglob(".*.new*"))
    left = (disturbed / "media" / "cache" / "work").rglob("*.*")
    assert {path.suffix for path in left} <= {".log"}


def test_a_second_run_draws_nothing_and_does_not_import_manim(
    undisturbed: Path, environment: Mapping[str, str]
) -> None:
    video = undisturbed / "media" / "lecture.mp4"
    before = video.stat().st_mtime_ns
    program = (
        "import sys, time; from lecture.cli.main import cli;"
        "cli(sys.argv[1:], standalone_mode=False);"
        "print('manim' in sys.modules, time.process_time(), file=sys.stderr)"
    )
    again = run_python(undisturbed, "-c", program, *COMMAND[3:], environment=environment)
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
