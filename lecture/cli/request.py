"""What commands share that film scenes: from options to films, and to the speech with them."""

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
        help="How many processes draw at a time; auto takes one for each core.",
    ),
    click.option(
        "--scheduler",
        metavar="ADDRESS",
        help="Let the workers of a Dask scheduler draw instead, such as tcp://host:8786.",
    ),
    click.option("--force", is_flag=True, help="Draw again what was drawn before, too."),
)


def render_options(command: Command) -> Command:
    """Give a command the options of `FilmOptions`."""
    command = voice_options(command)
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, kw_only=True)
class RenderOptions:
    """The options that all commands have that film scenes, as click gives them."""

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

    def shooting(self, fps: int | None = None) -> RenderRequest:
        """Look up all that is named; end where something is wrong.

        Parameters
        ----------
        fps
            Frames a second, instead of the quality's.
        """
        asked = read_lecture(
            self.spec_file, self.chosen, self.with_files, self.language, self.lecture_name
        )
        if self.scheduler is not None and "://" not in self.scheduler:
            allowed = "allowed: the address of a Dask scheduler, such as tcp://host:8786"
            stop(f"--scheduler: {self.scheduler} was given; {allowed}", BAD_INPUT)
        return RenderRequest(
            spec=asked.spec,
            scenes=asked.scenes,
            origin=asked.found.origin,
            size=frame_format(self.quality, asked.spec).at(fps),
            narrator=narrator_of(
                self.voice,
                self.no_voice,
                self.recordings,
                self.voice_options,
                language=asked.spec.language,
            ),
            workers=self.workers,
            scheduler=self.scheduler,
            force=self.force,
        )

    @property
    def arguments(self) -> tuple[str, ...]:
        """The options again, as one would type them, but for the scenes."""
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
    """What is to be filmed.

    Parameters
    ----------
    spec
        What the lecturer chose.
    scenes
        Which scenes, in which order.
    size
        Of the frames.
    origin
        The lecture and where it was found, for the first line of output.
    narrator
        What speaks; ``None`` for a silent lecture.
    workers
        How many processes draw at a time; ``None`` for one a core.
    scheduler
        The address of a Dask scheduler whose workers draw instead.
    force
        Whether to draw again what was drawn before.
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
        """The names of the scenes."""
        return tuple(scene.name for scene in self.scenes)

    def studio(self, display: ProgressDisplay) -> RenderSession:
        """Return what films the scenes."""
        workers = executor_factory(display, workers=self.workers, scheduler=self.scheduler)
        return RenderSession(cache_folder(), workers, display, force=self.force)

    def views(self) -> list[SceneRenderSpec]:
        """Return the scenes with all that their frames depend on, but for the speech."""
        return [SceneRenderSpec(scene, self.size, self.spec) for scene in self.scenes]


@dataclass(frozen=True)
class RenderedLecture:
    """What has been filmed.

    Parameters
    ----------
    films
        The scenes, by encoding.
    spoken
        The speech; ``None`` for a silent lecture.
    drawn
        The scenes that had to be drawn for it, at least in part.
    """

    films: Mapping[str, list[RenderedScene]]
    spoken: SpokenLecture | None
    drawn: tuple[str, ...] = ()


def cache_folder() -> Path:
    """Return the folder for films and speech that are kept: ``LECTURE_CACHE``, or the usual."""
    named = os.environ.get(CACHE_VARIABLE) or "media/cache"
    if set(os.path.relpath(named)) & set("{}"):
        what = "allowed: a folder without { and } in its name, which manim would fill in"
        stop(f"{CACHE_VARIABLE}: {format_value(named)} was given; {what}", BAD_INPUT)
    return Path(named)


def show_progress() -> Any:
    """Open what shows people how the filming goes, on standard error."""
    return progress_display(Console(stderr=True))


@contextmanager
def open_session(shooting: RenderRequest) -> Iterator[tuple[RenderSession, ProgressDisplay]]:
    """Open what films the scenes, for this run alone, and what shows how it goes.

    Raises
    ------
    RenderError
        A scene failed, or the disk that films are kept on.
    """
    try:
        with show_progress() as display:
            display.note(f"lecture: {shooting.origin}")
            studio = shooting.studio(display)
            with studio.locked():
                yield studio, display
    except OSError as error:
        reason = error.strerror or str(error)
        raise RenderError(f"cannot keep films in {cache_folder()}: {reason}") from error


def dry_run(shooting: RenderRequest) -> list[SceneTimeline]:
    """Learn what scenes say, without drawing them."""
    with open_session(shooting) as (studio, _):
        return studio.rehearse(shooting.views())


def render_scenes(shooting: RenderRequest, encodings: Iterable[str] = ("h264",)) -> RenderedLecture:
    """Film scenes in each of some encodings; what is kept of earlier runs is used."""
    with open_session(shooting) as (studio, display):
        views, spoken = shooting.views(), None
        if shooting.narrator is not None:
            spoken = _speak(studio.rehearse(views), shooting.narrator, display)
            views = [replace(v, speech=spoken.seconds(v.scene.name)) for v in views]
        films: dict[str, list[RenderedScene]] = {}
        drawn: set[str] = set()
        for name in encodings:
            encoded = [replace(view, encoding=Encoding[name.upper()]) for view in views]
            films[name] = studio.film(encoded)
            drawn |= set(studio.drawn)
    return RenderedLecture(films, spoken, tuple(sorted(drawn)))


def _speak(
    records: Sequence[SceneTimeline], narrator: Narrator, display: ProgressDisplay
) -> SpokenLecture:
    return speak_lecture(records, narrator, cache_folder() / "speech", tell=display.speak)


def as_json(value: Mapping[str, Any]) -> str:
    """Write a result for programs."""
    return json.dumps(value, ensure_ascii=False, indent=1)
