"""Shared by the commands that render scenes: from options to segments and speech."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.console import Console

from lecture.cli.options import (
    BAD_INPUT,
    frame_format,
    language_option,
    lecture_option,
    narrator_of,
    quality_option,
    read_lecture,
    scenes_option,
    spec_option,
    stop,
    voice_options,
    whole_number,
    with_option,
)
from lecture.cli.progress import progress_display
from lecture.config.issues import format_value
from lecture.errors import RenderError
from lecture.render.backend.encoding import Encoding
from lecture.render.executors import executor_factory
from lecture.render.session import RenderSession
from lecture.render.tasks import SceneRenderSpec
from lecture.voice.narration import speak_lecture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from lecture.config.contract import SceneEntry
    from lecture.config.spec import LectureSpec
    from lecture.config.words import LanguageCode
    from lecture.formats import FrameFormat
    from lecture.render.tasks import ProgressDisplay
    from lecture.timeline import RenderedScene, SceneTimeline
    from lecture.voice.narration import Narrator, SpokenLecture

    Command = TypeVar("Command", bound=Callable[..., Any])

__all__ = [
    "RenderOptions",
    "RenderRequest",
    "RenderedLecture",
    "cache_folder",
    "dry_run",
    "open_session",
    "render_options",
    "render_scenes",
    "show_progress",
]

CACHE_VARIABLE = "LECTURE_CACHE"
_MOST_WORKERS = 256


def _workers(_context: click.Context, option: click.Parameter, value: str) -> int | None:
    if value == "auto":
        return None
    return whole_number(1, _MOST_WORKERS, "processes, or auto")(_context, option, value)


_OPTIONS = (
    lecture_option,
    spec_option,
    quality_option,
    scenes_option,
    with_option,
    language_option,
    click.option(
        "--workers",
        metavar="N|auto",
        default="auto",
        show_default=True,
        callback=_workers,
        help="Number of worker processes; auto starts one for each core.",
    ),
    click.option(
        "--scheduler",
        metavar="ADDRESS",
        help="Render on the workers of a Dask scheduler, such as tcp://host:8786.",
    ),
    click.option("--force", is_flag=True, help="Render cached scenes again."),
)


def render_options(command: Command) -> Command:
    """Add the options of `RenderOptions` to a command."""
    command = voice_options(command)
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, kw_only=True)
class RenderOptions:
    """Options of all commands that render scenes, as click parses them."""

    lecture_name: str | None
    spec_file: Path | None
    quality: str
    chosen: str | None
    with_files: tuple[Path, ...]
    language: LanguageCode | None
    workers: int | None
    scheduler: str | None
    force: bool
    voice: str | None
    no_voice: bool
    recordings: Path | None
    voice_options: tuple[str, ...]

    def request(self, fps: int | None = None) -> RenderRequest:
        """Resolve the options; exit with an error message if one is invalid.

        `fps` replaces the frame rate of the quality.
        """
        inputs = read_lecture(
            self.spec_file, self.chosen, self.with_files, self.language, self.lecture_name
        )
        if self.scheduler is not None and "://" not in self.scheduler:
            allowed = "allowed: the address of a Dask scheduler, such as tcp://host:8786"
            stop(f"--scheduler: {self.scheduler} was given; {allowed}", BAD_INPUT)
        return RenderRequest(
            spec=inputs.spec,
            scenes=inputs.scenes,
            origin=inputs.found.origin,
            size=frame_format(self.quality, inputs.spec).at(fps),
            narrator=narrator_of(
                self.voice,
                self.no_voice,
                self.recordings,
                self.voice_options,
                language=inputs.spec.language,
            ),
            workers=self.workers,
            scheduler=self.scheduler,
            force=self.force,
        )

    @property
    def arguments(self) -> tuple[str, ...]:
        """The options as typed on a command line, without the scenes."""
        words = ["--quality", self.quality]
        pairs = {
            "--lecture": self.lecture_name,
            "--spec": self.spec_file,
            "--language": self.language,
            "--voice": self.voice,
            "--recordings": self.recordings,
        }
        words += [word for name, value in pairs.items() if value for word in (name, str(value))]
        if self.no_voice:
            words.append("--no-voice")
        for name, values in (("--with", self.with_files), ("--voice-option", self.voice_options)):
            words += [word for value in values for word in (name, str(value))]
        return tuple(words)


@dataclass(frozen=True, kw_only=True)
class RenderRequest:
    """Scenes to render, and how.

    Parameters
    ----------
    spec
        The lecturer's choices.
    scenes
        The scenes, in order.
    size
        Size and rate of the frames.
    origin
        Name and location of the lecture, for the first line of output.
    narrator
        The narrator; ``None`` for a silent lecture.
    workers
        Number of worker processes; ``None`` for one a core.
    scheduler
        Address of a Dask scheduler whose workers render instead.
    force
        Render cached scenes again.
    """

    spec: LectureSpec
    scenes: tuple[SceneEntry, ...]
    size: FrameFormat
    origin: str
    narrator: Narrator | None = None
    workers: int | None = None
    scheduler: str | None = None
    force: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the scenes."""
        return tuple(scene.name for scene in self.scenes)

    def session(self, display: ProgressDisplay) -> RenderSession:
        """Return a session that renders into the cache folder."""
        executor = executor_factory(display, workers=self.workers, scheduler=self.scheduler)
        return RenderSession(cache_folder(), executor, display, force=self.force)

    def render_specs(self) -> list[SceneRenderSpec]:
        """Return the scenes with everything that their frames depend on except the speech."""
        return [SceneRenderSpec(scene, self.size, self.spec) for scene in self.scenes]


@dataclass(frozen=True)
class RenderedLecture:
    """Rendered scenes and their speech.

    Parameters
    ----------
    by_encoding
        The rendered scenes, by the name of the encoding.
    spoken
        The speech; ``None`` for a silent lecture.
    rendered_scenes
        Names of the scenes that were not completely cached.
    """

    by_encoding: Mapping[str, list[RenderedScene]]
    spoken: SpokenLecture | None
    rendered_scenes: tuple[str, ...] = ()


def cache_folder() -> Path:
    """Return the cache folder: that of the variable ``LECTURE_CACHE``, or ``media/cache``."""
    named = os.environ.get(CACHE_VARIABLE) or "media/cache"
    if set(os.path.relpath(named)) & set("{}"):
        allowed = "allowed: a folder without { and } in its path, which manim would replace"
        stop(f"{CACHE_VARIABLE}: {format_value(named)} was given; {allowed}", BAD_INPUT)
    return Path(named)


def show_progress() -> Any:
    """Open a progress display on standard error."""
    return progress_display(Console(stderr=True))


@contextmanager
def open_session(request: RenderRequest) -> Iterator[tuple[RenderSession, ProgressDisplay]]:
    """Open a render session with a lock on its cache, and a progress display.

    Raises
    ------
    RenderError
        A scene failed, or the cache cannot be read or written.
    """
    try:
        with show_progress() as display:
            display.message(f"lecture: {request.origin}")
            session = request.session(display)
            with session.locked():
                yield session, display
    except OSError as error:
        reason = error.strerror or str(error)
        raise RenderError(f"the cache {cache_folder()} cannot be used: {reason}") from error


def dry_run(request: RenderRequest) -> list[SceneTimeline]:
    """Return the timelines of scenes."""
    with open_session(request) as (session, _):
        return session.dry_run(request.render_specs())


def render_scenes(request: RenderRequest, encodings: Iterable[str] = ("h264",)) -> RenderedLecture:
    """Render scenes in one or several encodings, reusing cached segments."""
    with open_session(request) as (session, display):
        render_specs, spoken = request.render_specs(), None
        if request.narrator is not None:
            spoken = _speak(session.dry_run(render_specs), request.narrator, display)
            render_specs = [replace(v, speech=spoken.seconds(v.scene.name)) for v in render_specs]
        by_encoding: dict[str, list[RenderedScene]] = {}
        rendered_scenes: set[str] = set()
        for name in encodings:
            encoded = [
                replace(render_spec, encoding=Encoding[name.upper()])
                for render_spec in render_specs
            ]
            by_encoding[name] = session.render(encoded)
            rendered_scenes |= set(session.rendered_scenes)
    return RenderedLecture(by_encoding, spoken, tuple(sorted(rendered_scenes)))


def _speak(
    records: Sequence[SceneTimeline], narrator: Narrator, display: ProgressDisplay
) -> SpokenLecture:
    return speak_lecture(records, narrator, cache_folder() / "speech", on_progress=display.speech)


def as_json(value: Mapping[str, Any]) -> str:
    """Format a result as JSON."""
    return json.dumps(value, ensure_ascii=False, indent=1)
