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
from lecture.cli.workload import announce, check_room
from lecture.config.issues import format_value
from lecture.errors import RenderError
from lecture.files import expand_home
from lecture.kit.palette import THEMES
from lecture.output.clips.select import read_beats
from lecture.render.backend.encoding import Encoding
from lecture.render.executors import executor_factory, usable_cores
from lecture.render.keys import digest
from lecture.render.session import RenderSession
from lecture.render.tasks import SceneRenderSpec
from lecture.voice.narration import speak_lecture
from lecture.voice.recordings import RECORDED, Recordings, unused_recordings

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
    "spoken_specs",
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
    def names_voice(self) -> bool:
        """True if the options name a voice or recordings."""
        return self.voice is not None or self.recordings is not None

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
    beats
        Names of scene and beat of the rendered beats; ``None`` for all.
    """

    by_encoding: Mapping[str, list[RenderedScene]]
    spoken: SpokenLecture | None
    rendered_scenes: tuple[str, ...] = ()
    beats: tuple[tuple[str, str], ...] | None = None


def cache_folder() -> Path:
    """Return the cache folder: that of the variable ``LECTURE_CACHE``, or ``media/cache``."""
    named = expand_home(os.environ.get(CACHE_VARIABLE) or "media/cache")
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
    request: RenderRequest,
    display: ProgressDisplay,
    encodings: Iterable[str] = ("h264",),
    *,
    beats: str | None = None,
    output: Path | None = None,
) -> RenderedLecture:
    """Render scenes in one or several encodings, reusing cached segments.

    Parameters
    ----------
    request
        The scenes, and how to render them.
    display
        Shows the progress.
    encodings
        Names of the encodings.
    beats
        Names of the beats to render (see `read_beats`); ``None`` for all.
    output
        Folder that the segments are copied to, for the check of its room.

    Raises
    ------
    InputError
        There is no beat of a given name, or no room.
    RenderError
        A scene failed.
    """
    kinds = {name: Encoding[name.upper()] for name in encodings}
    with open_session(request, display) as session:
        render_specs, spoken, chosen = request.render_specs(), None, None
        transparent = any(encoding.transparent for encoding in kinds.values())
        if request.narrator is not None or beats is not None or transparent:
            timelines = session.dry_run(render_specs)
            if beats is not None:
                names = {one.name: [beat.name for beat in one.beats] for one in timelines}
                chosen = read_beats(beats, names)
                with_beats = {scene for scene, _ in chosen}
                render_specs = [one for one in render_specs if one.scene.name in with_beats]
                timelines = [one for one in timelines if one.name in with_beats]
            render_specs, spoken = spoken_specs(render_specs, timelines, request, display)
        by_kind = {
            name: [replace(render_spec, encoding=encoding) for render_spec in render_specs]
            for name, encoding in kinds.items()
        }
        if transparent:
            loads = [session.workload(specs, chosen) for specs in by_kind.values()]
            workers = None if request.scheduler else request.workers or usable_cores()
            announce(loads, workers, display)
            check_room(loads, [cache_folder(), *([output] if output is not None else [])])
        by_encoding = {name: session.render(specs, chosen) for name, specs in by_kind.items()}
    return RenderedLecture(by_encoding, spoken, session.rendered_scenes, chosen)


def spoken_specs(
    render_specs: list[SceneRenderSpec],
    timelines: Sequence[SceneTimeline],
    request: RenderRequest,
    display: ProgressDisplay,
) -> tuple[list[SceneRenderSpec], SpokenLecture | None]:
    """Return scenes paced by the speech of their timelines, and the speech; ``None`` if silent."""
    if request.narrator is None:
        return render_specs, None
    spoken = _speak(timelines, request, request.narrator, display)
    return [
        replace(render_spec, speech=spoken.speech(render_spec.scene.name))
        for render_spec in render_specs
    ], spoken


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


def make_deck(
    rendered: RenderedLecture, spec: LectureSpec, folder: Path, *, notes: bool, sound: bool
) -> Deck:
    """Return the deck of a rendered lecture, with its videos in `folder`."""
    from lecture.output.slides.deck import lecture_deck  # noqa: PLC0415  (takes a while)

    return lecture_deck(
        rendered.by_encoding["h264"],
        folder,
        THEMES[spec.theme],
        title=spec.title,
        author=spec.author,
        language=spec.language,
        notes=notes,
        spoken=rendered.spoken if sound else None,
    )


def _speak(
    timelines: Sequence[SceneTimeline],
    request: RenderRequest,
    narrator: Narrator,
    display: ProgressDisplay,
) -> SpokenLecture:
    display.step("speaking", brief=True)
    folder = cache_folder() / "speech"
    spoken = speak_lecture(timelines, narrator, folder, on_progress=display.speech)
    if isinstance(narrator, Recordings):
        lecture = request.spec.lecture
        others = {scene.name for scene in lecture.scenes} if lecture is not None else set()
        for warning in unused_recordings(narrator, timelines, others - set(request.names)):
            display.message(f"warning: {warning}")
        lines = spoken.count()
        recorded = lines.pop(RECORDED, 0)
        display.message(f"speech: {recorded} recorded, {lines.total()} spoken")
    return spoken
