"""Whole renders: real scenes, real processes, a real video."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

import av
import pytest
import srt
from rich.console import Console

from lecture import FrameFormat, Joined, RenderError, render_lecture
from lecture.progress import display_for
from scenes.catalogue import SceneEntry

Small = Callable[[str], SceneEntry]


def render(output: Path, size: FrameFormat, *scenes: SceneEntry) -> Joined:
    with display_for(Console(stderr=True, force_terminal=False)) as display:
        return render_lecture(scenes, output, size, display, title="σ′ & co.", author="An Author")


@pytest.fixture
def good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in that holds the video of an earlier run."""
    monkeypatch.chdir(tmp_path)
    output = Path("media/lecture.mp4")
    output.parent.mkdir()
    output.write_bytes(b"the last good video")
    return output


def test_scenes_become_one_video_with_captions(
    good: Path, size: FrameFormat, small: Small, capsys: pytest.CaptureFixture[str]
) -> None:
    joined = render(good, size, small("TwoMoves"), small("Still"), small("TwoMoves"))
    assert joined.frames == 20 + 5 + 20
    assert joined.seconds == Fraction(9, 2)
    with av.open(good) as video:
        stream = video.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate) == (128, 72, 10)
        assert len(video.streams.audio) == 0
        assert video.metadata["title"] == "σ′ & co."
        assert video.metadata["artist"] == "An Author"
        times = [frame.time for frame in video.decode(stream)]
    assert times == pytest.approx([i / 10 for i in range(45)])
    lines = list(srt.parse(good.with_suffix(".srt").read_text(encoding="utf-8")))
    assert [line.start.total_seconds() for line in lines] == [0, 1, 2.5, 3.5]
    assert lines[-1].content == "It moves: σ′(h) ≤ ¼."
    assert "2/3 Still" in capsys.readouterr().err
    # Nothing half-written is left beside the video.
    assert sorted(path.name for path in good.parent.iterdir()) == [
        "lecture.mp4",
        "lecture.parts",
        "lecture.srt",
    ]


def test_the_same_scene_later_in_the_lecture_has_the_same_frames(
    good: Path, size: FrameFormat, small: Small
) -> None:
    render(good, size, small("TwoMoves"), small("TwoMoves"))
    with av.open(good) as video:
        frames = [frame.to_ndarray(format="rgb24").tobytes() for frame in video.decode(video=0)]
    assert frames[:20] == frames[20:]


def test_captions_of_another_video_do_not_stay(good: Path, size: FrameFormat, small: Small) -> None:
    captions = good.with_suffix(".srt")
    captions.write_text("of an earlier run", encoding="utf-8")
    render(good, size, small("Still"))
    assert not captions.exists()


@pytest.mark.parametrize(
    ("scene", "cause"),
    [
        ("Raises", "ZeroDivisionError: a mistake in the scene"),
        ("Nothing", "no play calls"),
        ("Killed", "ended by SIGKILL"),
        ("Missing", "small_scenes has no class Missing"),
    ],
)
def test_a_scene_that_fails_is_named_and_the_old_video_stays(
    good: Path, size: FrameFormat, small: Small, scene: str, cause: str
) -> None:
    with pytest.raises(RenderError) as caught:
        render(good, size, small(scene))
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"{scene} failed: ")
    assert cause in first
    assert Path(second.removeprefix("all that it said: ")).is_file()
    assert good.read_bytes() == b"the last good video"


def test_the_place_of_a_mistake_is_told(good: Path, size: FrameFormat, small: Small) -> None:
    code = (small("Raises").file or Path()).read_text("utf-8").splitlines()
    line = next(number for number, text in enumerate(code, 1) if "raise ZeroDivision" in text)
    with pytest.raises(RenderError, match=rf"small_scenes\.py, line {line}\)"):
        render(good, size, small("Raises"))


def test_a_module_that_is_not_there_is_named(good: Path, size: FrameFormat) -> None:
    with pytest.raises(RenderError, match="No module named 'scenes_of_nobody'"):
        render(good, size, SceneEntry("Any", "scenes_of_nobody", "None"))


def test_settings_do_not_depend_on_the_working_directory(
    good: Path, size: FrameFormat, small: Small
) -> None:
    Path("manim.cfg").write_text(
        "[CLI]\nformat = gif\ndisable_caching = False\npixel_width = 10\nframe_width = 3\n"
        "background_opacity = 0\nupto_animation_number = 0\nmedia_dir = elsewhere\n",
        encoding="utf-8",
    )
    assert render(good, size, small("Reports")).frames == 2
    log = good.parent / "lecture.parts" / "128x72@10" / "Reports" / "Reports.log"
    words = log.read_text(encoding="utf-8").split()
    assert words[:2] == ["True", "False"]
    assert float(words[2]) == pytest.approx(128 / 9)
    assert words[3] == "None"
    assert not Path("elsewhere").exists()


COMMAND = """
import sys
from pathlib import Path
from scenes import catalogue
catalogue.CATALOGUE = (
    catalogue.SceneEntry("Endless", "small_scenes", "Endless", Path(sys.argv[1])),
)
sys.argv = ["lecture", "render", "-q", "l"]
from lecture.cli import main
main()
"""


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or ") Z" not in state.read_text(encoding="utf-8")


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


@pytest.mark.parametrize(
    ("sent", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)],
)
def test_a_run_that_is_stopped_leaves_the_old_video(
    good: Path,
    environment: Mapping[str, str],
    small: Small,
    sent: signal.Signals,
    code: int,
) -> None:
    command = subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(small("Endless").file)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    note = Path("drawing.pid")
    try:
        assert wait_for(lambda: note.exists() and bool(note.read_text("utf-8")), 30)
        child = int(note.read_text("utf-8"))
        began = time.monotonic()
        command.send_signal(sent)
        _, said = command.communicate(timeout=20)
        assert time.monotonic() - began < 5
        assert command.returncode == code
        assert "Traceback" not in said
        assert "Warning" not in said
        if sent is signal.SIGINT:
            assert said.splitlines()[-1] == "stopped; media/lecture.mp4 is as it was"
        assert wait_for(lambda: not is_alive(child), 5)
        assert good.read_bytes() == b"the last good video"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(command.pid, signal.SIGKILL)
