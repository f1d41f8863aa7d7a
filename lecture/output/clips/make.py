"""Make clips: the segment of each beat in each chosen format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import av

from lecture.errors import RenderError
from lecture.files import atomic_folder
from lecture.output.clips.animated import write_gif, write_webp
from lecture.output.clips.embed import clip_command
from lecture.output.clips.formats import ClipFormat
from lecture.output.clips.frames import last_and_poster, loop_error
from lecture.output.clips.page import clips_page
from lecture.output.clips.report import ClipEntry, ClipFile, ClipReport
from lecture.output.clips.select import BeatClip, beat_clips
from lecture.output.clips.video import write_video
from lecture.output.video.captions import timeline_cues, vtt_data_uri, write_vtt
from lecture.timeline import RenderedScene

if TYPE_CHECKING:
    from collections.abc import Collection

    from lecture.voice.narration import SpokenLecture

__all__ = ["MAX_LOOP_ERROR", "ClipOptions", "Clips", "fill_with_clips", "is_loop", "make_clips"]

RenderedScenes: TypeAlias = Mapping[str, Sequence[RenderedScene]]

MAX_LOOP_ERROR = 0.04
"""Largest loop error of a clip that plays in a loop: ten grey levels of 255."""

_REPORT, _PAGE = "clips.json", "index.html"


@dataclass(frozen=True, slots=True)
class ClipOptions:
    """Selection and formats of clips.

    Parameters
    ----------
    formats
        Formats of each clip.
    width, fps
        Width and frame rate of animated pictures; videos have those of their segments.
    beats
        Names of scene and beat of the selected beats; ``None`` for all.
    order
        Names of all scenes of the lecture, which number the clips.
    title
        Title of the lecture.
    language
        Language of its texts, as BCP 47.
    arguments
        Arguments that the command of a single clip repeats, such as the quality.
    """

    formats: tuple[ClipFormat, ...] = (ClipFormat.MP4,)
    width: int = 640
    fps: int = 15
    beats: Collection[tuple[str, str]] | None = None
    order: tuple[str, ...] = ()
    title: str = ""
    language: str = "en"
    arguments: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Clips:
    """A folder of clips: its page and its report."""

    page: Path
    report: ClipReport


def make_clips(
    scenes: RenderedScenes, folder: Path, options: ClipOptions, spoken: SpokenLecture | None = None
) -> Clips:
    """Make the clips of a lecture, with a page and a report.

    An earlier folder stays until the new one is complete.

    Parameters
    ----------
    scenes
        Rendered scenes, by encoding: one for each `ClipFormat.encoding` of the formats.
    folder
        Folder of the clips; an earlier one is replaced.
    options
        Selection and formats.
    spoken
        The speech of the lecture, for videos; ``None`` for silent clips.

    Raises
    ------
    RenderError
        A segment cannot be read, or a file cannot be written.
    VoiceError
        The speech is longer than its line.
    """
    try:
        with atomic_folder(folder) as temporary:
            report = fill_with_clips(scenes, temporary, options, spoken)
    except (OSError, av.FFmpegError) as error:
        raise RenderError(f"cannot make {folder}: {error}") from error
    return Clips(folder / _PAGE, report)


def fill_with_clips(
    scenes: RenderedScenes, folder: Path, options: ClipOptions, spoken: SpokenLecture | None = None
) -> ClipReport:
    """Make clips as `make_clips` does, in an existing folder."""
    by_encoding = {
        encoding: beat_clips(rendered, options.beats, options.order)
        for encoding, rendered in scenes.items()
    }
    made = [
        _make(dict(zip(by_encoding, row, strict=True)), folder, options, spoken)
        for row in zip(*by_encoding.values(), strict=True)
    ]
    report = ClipReport(title=options.title, language=options.language, clips=tuple(made))
    tracks = {
        clip.name: vtt_data_uri((folder / clip.captions).read_text(encoding="utf-8"))
        for clip in made
        if clip.captions
    }
    (folder / _REPORT).write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    (folder / _PAGE).write_text(clips_page(report, tracks), encoding="utf-8")
    return report


def _make(
    clips: Mapping[str, BeatClip], folder: Path, options: ClipOptions, spoken: SpokenLecture | None
) -> ClipEntry:
    """Make all files of a beat, which `clips` holds in each encoding."""
    any_clip = clips.get("h264") or next(iter(clips.values()))
    beat, scene, name = any_clip.beat, any_clip.scene, any_clip.name
    error = loop_error(any_clip.segment) if beat.loop else None
    loop = error is not None and error <= MAX_LOOP_ERROR
    last, poster = last_and_poster(any_clip.segment)
    last.save(folder / f"{name}-last.png", optimize=True)
    poster.save(folder / f"{name}-poster.png", optimize=True)
    cues = timeline_cues(scene, spoken, beat_index=any_clip.beat_index)
    if cues:
        (folder / f"{name}.vtt").write_text(write_vtt(cues), encoding="utf-8")
    return ClipEntry(
        name=name,
        scene=scene.name,
        title=scene.title,
        beat=beat.name,
        heading=beat.heading,
        notes=beat.notes,
        seconds=any_clip.seconds,
        loop=loop,
        loop_error=None if error is None else round(error, 4),
        files=tuple(
            _file(clips[kind.encoding], kind, folder, options, spoken, loop=loop)
            for kind in options.formats
        ),
        poster=f"{name}-poster.png",
        last=f"{name}-last.png",
        captions=f"{name}.vtt" if cues else None,
    )


def is_loop(clip: BeatClip) -> bool:
    """Return whether a clip plays in a loop: its beat is marked as one and it does not jump.

    There is no repair for a jump: a cross-fade, or the clip played backwards, would show something
    that the scene does not.
    """
    return clip.beat.loop and loop_error(clip.segment) <= MAX_LOOP_ERROR


def _file(
    clip: BeatClip,
    kind: ClipFormat,
    folder: Path,
    options: ClipOptions,
    spoken: SpokenLecture | None,
    *,
    loop: bool,
) -> ClipFile:
    from PIL import Image  # noqa: PLC0415  (takes a while)

    path = folder / f"{clip.name}{kind.suffix}"
    width, height, fps = clip.scene.width, clip.scene.height, clip.scene.fps
    if kind.is_picture:
        fps = min(options.fps, fps)
        write = write_gif if kind is ClipFormat.GIF else write_webp
        write(clip.segment, path, width=options.width, fps=fps, loop=loop)
        with Image.open(path) as picture:
            width, height = picture.size
    else:
        write_video(clip, path, spoken)
    return ClipFile(
        file=path.name,
        format=kind.value,
        width=width,
        height=height,
        fps=fps,
        size=path.stat().st_size,
        command=clip_command(clip, kind, options.arguments, options.width, options.fps),
    )
