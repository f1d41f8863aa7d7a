"""From the options of a command to rendered scenes and their speech."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.console import Console

from lecture.cli.options import (
    frame_format,
    invalid,
    language_option,
    lecture_option,
    narrator_of,
    quality_option,
    read_lecture,
    scenes_option,
    silence_notice,
    spec_option,
    voice_options,
    whole_number,
    with_option,
    with_options,
)
from lecture.cli.progress import progress_display
from lecture.config.issues import format_value
from lecture.errors import RenderError
from lecture.kit.palette import THEMES
from lecture.render.backend.encoding import Encoding
from lecture.render.executors import executor_factory
from lecture.render.keys import digest
from lecture.render.session import RenderSession
from lecture.render.tasks import SceneRenderSpec
from lecture.voice.narration import speak_lecture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from lecture.cli.options import LectureInputs
    from lecture.config.contract import SceneEntry
    from lecture.config.spec import LectureSpec
    from lecture.config.words import LanguageCode
    from lecture.formats import FrameFormat
    from lecture.output.slides.deck import Deck
    from lecture.output.video.manifest import Manifest
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
    "make_deck",
    "make_video",
    "open_session",
    "render_options",
    "render_scenes",
    "show_progress",
]

CACHE_VARIABLE = "LECTURE_CACHE"
_MOST_WORKERS = 256


def _workers(context: click.Context, option: click.Parameter, value: str) -> int | None:
    if value == "auto":
        return None
    return whole_number(1, _MOST_WORKERS, "processes, or auto")(context, option, value)


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
    voice_options,
)


def render_options(command: Command) -> Command:
    """Add the options of `RenderOptions` to a command."""
    return with_options(_OPTIONS, command)


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
        """Return the request that the options describe; `fps` replaces the quality's frame rate.

        Raises
        ------
        InputError
            An option is invalid.
        """
        inputs = read_lecture(
            self.spec_file, self.chosen, self.with_files, self.language, self.lecture_name
        )
        if self.scheduler is not None and "://" not in self.scheduler:
            allowed = "the address of a Dask scheduler, such as tcp://host:8786"
            raise invalid("--scheduler", self.scheduler, allowed)
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
            notice=silence_notice(self.voice, self.no_voice, self.recordings, inputs.spec.language),
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
    notice
        A line to print before the work; empty if there is none.
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
    notice: str = ""
    workers: int | None = None
    scheduler: str | None = None
    force: bool = False

    @classmethod
    def silent(cls, inputs: LectureInputs, quality: str = "l") -> RenderRequest:
        """Return a request for the scenes of a lecture without speech."""
        return cls(
            spec=inputs.spec,
            scenes=inputs.scenes,
            origin=inputs.found.origin,
            size=frame_format(quality, inputs.spec),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the scenes."""
        return tuple(scene.name for scene in self.scenes)

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
        allowed = "a folder without { and } in its path, which manim would replace"
        raise invalid(CACHE_VARIABLE, format_value(named), allowed)
    return Path(named)


@contextmanager
def show_progress(request: RenderRequest) -> Iterator[ProgressDisplay]:
    """Show the progress of a command on standard error, the name of the lecture first."""
    with progress_display(Console(stderr=True)) as display:
        display.message(f"lecture: {request.origin}")
        if request.notice:
            display.message(request.notice)
        yield display


@contextmanager
def open_session(request: RenderRequest, display: ProgressDisplay) -> Iterator[RenderSession]:
    """Open a render session with a lock on its cache.

    Raises
    ------
    RenderError
        A scene failed, or the cache cannot be read or written.
    """
    cache = cache_folder()
    try:
        executor = executor_factory(display, workers=request.workers, scheduler=request.scheduler)
        session = RenderSession(cache, executor, display, force=request.force)
        with session.locked():
            yield session
    except OSError as error:
        reason = error.strerror or str(error)
        raise RenderError(f"the cache {cache} cannot be used: {reason}") from error


def dry_run(request: RenderRequest) -> list[SceneTimeline]:
    """Return the timelines of scenes."""
    with show_progress(request) as display, open_session(request, display) as session:
        return session.dry_run(request.render_specs())


def render_scenes(
    request: RenderRequest, display: ProgressDisplay, encodings: Iterable[str] = ("h264",)
) -> RenderedLecture:
    """Render scenes in one or several encodings, reusing cached segments."""
    with open_session(request, display) as session:
        render_specs, spoken = request.render_specs(), None
        if request.narrator is not None:
            spoken = _speak(session.dry_run(render_specs), request.narrator, display)
            render_specs = [
                replace(render_spec, speech=spoken.seconds(render_spec.scene.name))
                for render_spec in render_specs
            ]
        by_encoding: dict[str, list[RenderedScene]] = {}
        rendered_scenes: set[str] = set()
        for name in encodings:
            encoding = Encoding[name.upper()]
            by_encoding[name] = session.render(
                [replace(render_spec, encoding=encoding) for render_spec in render_specs]
            )
            rendered_scenes |= set(session.rendered_scenes)
    return RenderedLecture(by_encoding, spoken, tuple(sorted(rendered_scenes)))


def make_video(rendered: RenderedLecture, spec: LectureSpec, output: Path) -> Manifest:
    """Assemble the video of a rendered lecture."""
    from lecture.output.video.assemble import assemble_lecture  # noqa: PLC0415  (takes a while)

    return assemble_lecture(
        rendered.by_encoding["h264"],
        output,
        title=spec.title,
        author=spec.author,
        spoken=rendered.spoken,
        spec_digest=digest(spec.model_dump(mode="json")),
        language=spec.language,
    )


def make_deck(rendered: RenderedLecture, spec: LectureSpec, folder: Path) -> Deck:
    """Return the deck of a rendered lecture, with its videos in `folder`."""
    from lecture.output.slides.deck import lecture_deck  # noqa: PLC0415  (takes a while)

    return lecture_deck(
        rendered.by_encoding["h264"],
        folder,
        THEMES[spec.theme],
        title=spec.title,
        author=spec.author,
        spoken=rendered.spoken,
    )


def _speak(
    timelines: Sequence[SceneTimeline], narrator: Narrator, display: ProgressDisplay
) -> SpokenLecture:
    display.step("speaking", brief=True)
    speech = cache_folder() / "speech"
    return speak_lecture(timelines, narrator, speech, on_progress=display.speech)
