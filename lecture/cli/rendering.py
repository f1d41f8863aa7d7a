"""Render the scenes of a request, speak their lines, and join them."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from lecture.cli.options import invalid
from lecture.cli.progress import progress_display
from lecture.cli.workload import announce, check_room
from lecture.config.issues import format_value
from lecture.errors import RenderError, VoiceInputError
from lecture.files import expand_home
from lecture.output.clips.select import read_beats
from lecture.render.backend.encoding import Encoding
from lecture.render.executors import executor_factory, usable_cores
from lecture.render.keys import digest
from lecture.render.session import RenderSession
from lecture.render.tasks import RenderMode, SceneRenderSpec
from lecture.voice.choose import RECORDED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lecture.cli.request import RenderRequest
    from lecture.config.spec import LectureSpec
    from lecture.output.slides.deck import Deck, DeckOptions
    from lecture.output.video.manifest import Manifest
    from lecture.render.tasks import ProgressDisplay, RenderResult
    from lecture.timeline import RenderedScene, SceneTimeline
    from lecture.voice.narration import Narrator, SpokenLecture

__all__ = [
    "CACHE_VARIABLE",
    "RenderedLecture",
    "cache_folder",
    "dry_run",
    "last_frames",
    "make_deck",
    "make_video",
    "open_session",
    "render_scenes",
    "show_progress",
    "spoken_specs",
]

CACHE_VARIABLE = "LECTURE_CACHE"


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
        session = RenderSession(
            cache, executor, display, force=request.force, verify=request.verify
        )
        with session.locked():
            yield session
    except OSError as error:
        reason = error.strerror or str(error)
        raise RenderError(f"the cache {cache} cannot be used: {reason}") from error


def dry_run(request: RenderRequest) -> list[SceneTimeline]:
    """Return the timelines of scenes."""
    with show_progress(request) as display, open_session(request, display) as session:
        return session.dry_run(request.render_specs())


def last_frames(
    request: RenderRequest, display: ProgressDisplay
) -> list[tuple[SceneRenderSpec, RenderResult]]:
    """Return the scenes of a request with the last frames of their beats."""
    render_specs = request.render_specs()
    with open_session(request, display) as session:
        drawn = session.run_each(render_specs, RenderMode.LAST_FRAMES)
    return list(zip(render_specs, drawn, strict=True))


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
    transparent = any(encoding.transparent for encoding in kinds.values())
    with open_session(request, display) as session:
        render_specs, spoken, chosen = request.render_specs(), None, None
        if request.narrator is not None and beats is None and not transparent:
            return _render_spoken(session, render_specs, request, request.narrator)
        if request.narrator is not None or beats is not None or transparent:
            timelines = session.dry_run(render_specs)
            if beats is not None:
                names = {one.name: [beat.name for beat in one.beats] for one in timelines}
                chosen = read_beats(beats, names)
                # Only the scenes of these beats are spoken.
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


def _render_spoken(
    session: RenderSession,
    render_specs: list[SceneRenderSpec],
    request: RenderRequest,
    narrator: Narrator,
) -> RenderedLecture:
    """Render scenes that are drawn as soon as their lines are spoken."""
    from lecture.voice.narration import LectureSpeaker  # noqa: PLC0415  (takes a while)

    speaker, timelines = LectureSpeaker(narrator, _speech_folder()), []
    names = [render_spec.scene.name for render_spec in render_specs]

    def speak(render_spec: SceneRenderSpec, timeline: SceneTimeline) -> SceneRenderSpec:
        speaker.check([timeline])
        timelines.append(timeline)
        speech = speaker.speak(timeline, session.display.speech)
        if len(timelines) == len(names):
            # It measures the loudness while scenes are drawn; the cache remembers it.
            loudness.submit(speaker.spoken, names)
        return replace(render_spec, speech=speech)

    try:
        with ThreadPoolExecutor(1, thread_name_prefix="loudness") as loudness:
            rendered = session.render_spoken(render_specs, speak)
    except VoiceInputError:
        # Its faults are those of one scene; these are those of all.
        _speak(session.dry_run(render_specs), request, narrator, session.display)
        raise
    spoken = speaker.spoken(names)
    _report_recordings(spoken, timelines, request, narrator, session.display)
    return RenderedLecture({"h264": rendered}, spoken, session.rendered_scenes)


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
    rendered: RenderedLecture, spec: LectureSpec, folder: Path, options: DeckOptions
) -> Deck:
    """Return the deck of a rendered lecture, with its videos in `folder`."""
    from lecture.output.slides.deck import lecture_deck  # noqa: PLC0415  (takes a while)

    return lecture_deck(
        rendered.by_encoding["h264"],
        folder,
        spec.palette,
        title=spec.title,
        author=spec.author,
        language=spec.language,
        options=options,
    )


def _speech_folder() -> Path:
    return cache_folder() / "speech"


def _speak(
    timelines: Sequence[SceneTimeline],
    request: RenderRequest,
    narrator: Narrator,
    display: ProgressDisplay,
) -> SpokenLecture:
    from lecture.voice.narration import speak_lecture  # noqa: PLC0415  (takes a while)

    display.step("speaking", brief=True)
    spoken = speak_lecture(timelines, narrator, _speech_folder(), on_progress=display.speech)
    _report_recordings(spoken, timelines, request, narrator, display)
    return spoken


def _report_recordings(
    spoken: SpokenLecture,
    timelines: Sequence[SceneTimeline],
    request: RenderRequest,
    narrator: Narrator,
    display: ProgressDisplay,
) -> None:
    """Print how many lines are recorded, and the recordings that no line uses."""
    from lecture.voice.recordings import Recordings, unused_recordings  # noqa: PLC0415

    if isinstance(narrator, Recordings):
        lecture = request.spec.lecture
        others = {scene.name for scene in lecture.scenes} if lecture is not None else set()
        for warning in unused_recordings(narrator, timelines, others - set(request.names)):
            display.message(f"warning: {warning}")
        lines = spoken.count()
        recorded = lines.pop(RECORDED, 0)
        display.message(f"speech: {recorded} recorded, {lines.total()} spoken")
