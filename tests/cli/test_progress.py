"""A terminal shows a moving line during every step that takes long, and a log a line for it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result
from rich.console import Console

from lecture.cli import clips, doctor, handout, render, rendering, site, slides, stills
from lecture.cli.progress import Phase, PhaseTimes, progress_display
from lecture.cli.rendering import RenderedLecture
from lecture.errors import RenderError
from lecture.output.clips import make as clips_make
from lecture.output.site import make as site_make
from lecture.render import session
from lecture.render.keys import timeline_key
from lecture.render.lookup import CacheLookup
from lecture.render.tasks import SceneRenderSpec
from lecture.timeline import SceneTimeline
from lecture.voice import narration
from tests.waiting import LONG, wait_for

Run = Callable[..., Result]
ONE_SCENE = ("--scenes", "SigmaPrime")
SILENT = ("--no-voice", *ONE_SCENE)


class Terminal(io.StringIO):
    """What a terminal receives."""

    def grows(self) -> bool:
        """Wait until it receives more."""
        before = len(self.getvalue())
        return wait_for(lambda: len(self.getvalue()) > before, LONG)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    received = Terminal()
    console = Console(file=received, force_terminal=True, width=100)
    for module in (rendering, doctor):
        monkeypatch.setattr(module, "Console", lambda **_: console)
    return received


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the steps of rendering, and those after them whose results later steps take."""
    for module in (render, slides, clips, site):
        monkeypatch.setattr(
            module, "render_scenes", lambda *_, **__: RenderedLecture({"h264": []}, None)
        )
    for name in ("inputs_digest", "up_to_date_manifest"):
        monkeypatch.setattr(render, name, lambda *_, **__: None)
    for name in ("make_video", "make_deck", "make_slides"):
        monkeypatch.setattr(site, name, lambda *_, **__: None)
    monkeypatch.setattr(slides, "make_deck", lambda *_, **__: None)


def timelines_of(_: CacheLookup, specs: Iterable[SceneRenderSpec]) -> dict[str, SceneTimeline]:
    """Return empty timelines of scenes, as if they were cached."""
    empty = SceneTimeline(name="One", title="", width=2, height=2, fps=1, beats=(), lines=())
    return {timeline_key(render_spec): empty for render_spec in specs}


def slow(terminal: Terminal, text: str) -> Callable[..., Any]:
    """Return a function that ends the command once the line of its step has moved."""

    def work(*_: object, **__: object) -> None:
        assert wait_for(lambda: text in terminal.getvalue(), LONG), terminal.getvalue()
        assert terminal.grows()
        assert terminal.grows()
        raise RenderError("moved")

    return work


RENDERING = [
    ("render", SILENT, session, "scene_key", "checking the cache"),
    ("render", ONE_SCENE, narration.LectureSpeaker, "check", "speaking"),
    ("script", ONE_SCENE, session, "RunningTasks", "reading 1 scene"),
    ("stills", ONE_SCENE, session, "RunningTasks", "rendering 1 scene"),
    ("stills", ONE_SCENE, stills, "write_stills", "writing the pictures"),
    ("handout", ONE_SCENE, handout, "make_handout", "setting the pages"),
    ("doctor", (), doctor, "examine", "checking this machine"),
]
AFTER_RENDERING = [
    ("render", SILENT, render, "inputs_digest", "comparing the video"),
    ("render", SILENT, render, "make_video", "joining the video"),
    ("slides", SILENT, slides, "make_deck", "making the slides"),
    ("slides", SILENT, slides, "make_slides", "writing slides.html"),
    ("clips", SILENT, clips_make, "make_clips", "making the clips"),
    ("site", SILENT, site, "make_video", "joining the video"),
    ("site", SILENT, site, "make_deck", "making the slides"),
    ("site", SILENT, site, "make_slides", "writing slides.html"),
    ("site", SILENT, site_make, "make_site", "making the clips and the page"),
]
Step = tuple[str, tuple[str, ...], Any, str, str]


def names(steps: list[Step]) -> list[str]:
    return [f"{step[0]}, {step[4]}" for step in steps]


@pytest.mark.parametrize("step", RENDERING, ids=names(RENDERING))
def test_a_line_moves_while_a_step_of_rendering_works(
    step: Step, run: Run, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    if step[4] == "speaking":
        monkeypatch.setattr(CacheLookup, "timelines", timelines_of)
    if step[3] in {"write_stills", "make_handout"}:
        monkeypatch.setattr(session.RenderSession, "run_each", lambda *_, **__: [None])
    expect_movement(step, run, terminal, monkeypatch)


@pytest.mark.parametrize("step", AFTER_RENDERING, ids=names(AFTER_RENDERING))
@pytest.mark.usefixtures("rendered")
def test_a_line_moves_while_a_step_after_rendering_works(
    step: Step, run: Run, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    expect_movement(step, run, terminal, monkeypatch)


def expect_movement(
    step: Step, run: Run, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, arguments, module, function, text = step
    monkeypatch.setattr(module, function, slow(terminal, text))
    result = run(command, *arguments)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (1, "moved")


def test_a_log_has_a_line_for_each_step_but_for_brief_ones() -> None:
    log = io.StringIO()
    with progress_display(Console(file=log, width=100)) as display:
        display.dry_run(1)
        display.step("checking the cache", brief=True)
        display.begin({"One": 1.0, "Two": 1.0, "Two (4)": 2.0}, 2)
        display.done("One")
        display.begin({"One": 1.0}, 1)
        display.step("joining the video")
    lines = log.getvalue().splitlines()
    assert lines[:2] == ["reading 1 scene ...", "rendering 2 scenes in 3 chunks ..."]
    assert lines[2].startswith("1/3 One (")
    assert lines[3:] == ["rendering 1 scene ...", "joining the video ..."]


def test_steps_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0, 10.0]
    clock = SimpleNamespace(monotonic=lambda: now[0], process_time=lambda: now[1])
    monkeypatch.setattr("lecture.cli.progress.time", clock)

    def pass_time(wall: float, cpu: float) -> None:
        now[0] += wall
        now[1] += cpu

    log = io.StringIO()
    with progress_display(Console(file=log, width=100)) as display:
        times = PhaseTimes(display)
        pass_time(50, 50)  # before the first step
        times.dry_run(2)
        pass_time(3, 1)
        times.worked(2.0, dry_run=True)
        times.worked(0.5, dry_run=False)  # a scene that was drawn in the meantime
        times.step("speaking")
        pass_time(5, 4)
        times.begin({"One": 1.0}, 1)
        pass_time(7, 0.5)
        times.worked(6.0, dry_run=False)
        times.done("One")
        times.step("speaking")
        pass_time(1, 1)
        assert times.phases == (
            Phase("dry runs", 3.0, 1.0, 2.0),
            Phase("speaking", 6.0, 5.0, 0.0),
            Phase("drawing and encoding", 7.0, 0.5, 6.5),
        )
    lines = log.getvalue().splitlines()
    assert lines == [
        "reading 2 scenes ...",
        "speaking ...",
        "rendering 1 scene ...",
        "1/1 One (7 s)",
        "speaking ...",
    ]


def test_a_terminal_names_one_step_at_a_time() -> None:
    received = Terminal()
    with progress_display(Console(file=received, force_terminal=True, width=100)) as display:
        display.step("joining the video")
        assert wait_for(lambda: "joining the video" in received.getvalue(), LONG)
        display.step("writing the page")
        assert wait_for(lambda: "writing the page" in received.getvalue(), LONG)
        before = len(received.getvalue())
        assert wait_for(lambda: "writing the page" in received.getvalue()[before:], LONG)
    assert "joining the video" not in received.getvalue()[before:]


def test_a_terminal_has_a_line_for_each_scene_that_is_read_spoken_or_drawn() -> None:
    received = Terminal()
    with progress_display(Console(file=received, force_terminal=True, width=100)) as display:
        display.dry_run(2)
        display.progress("One", 30)
        assert wait_for(lambda: "30 frames" in received.getvalue(), LONG)
        display.dry_run_done("One")
        display.speech("One", 1, 2)
        assert wait_for(lambda: "1/2 lines" in received.getvalue(), LONG)
        display.speech("One", 2, 2)
        display.progress("One", 0)
        display.progress("One", 40)
        assert wait_for(lambda: "40 frames" in received.getvalue(), LONG)
        display.dry_run_done("Two")
        display.begin({"One": 1.0, "Two": 1.0}, 2)
        before = len(received.getvalue())
        assert wait_for(lambda: "rendering 2 scenes" in received.getvalue()[before:], LONG)
        last = received.getvalue()[before:]
        assert "voice of One" not in last
        assert "Two" not in last
        assert "One" in last
