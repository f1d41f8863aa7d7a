"""Make clips: the segment of each beat in each chosen format."""

from __future__ import annotations

import shutil
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
from lecture.output.clips.frames import is_empty, last_frame, loop_error, poster_frame
from lecture.output.clips.page import clips_page
from lecture.output.clips.report import REPORT_FILE, ClipEntry, ClipFile, ClipReport
from lecture.output.clips.select import BeatClip, beat_clips
from lecture.output.clips.video import write_video
from lecture.output.video.captions import timeline_cues, vtt_data_uri, write_vtt
from lecture.timeline import RenderedScene

if TYPE_CHECKING:
    from collections.abc import Collection

    from lecture.palette import Theme
    from lecture.voice.narration import SpokenLecture

__all__ = [
    "MAX_LOOP_ERROR",
    "ClipOptions",
    "Clips",
    "fill_with_clips",
    "is_loop",
    "make_clips",
]

RenderedScenes: TypeAlias = Mapping[str, Sequence[RenderedScene]]

MAX_LOOP_ERROR = 0.04
"""Largest loop error of a clip that plays in a loop: ten grey levels of 255."""

_PAGE = "index.html"


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
    notes
        Include speaker notes and commands, which are the lecturer's.
    page_theme
        Theme of the page; ``None`` for both themes, of which the browser chooses.
    """

    formats: tuple[ClipFormat, ...] = (ClipFormat.MP4,)
    width: int = 640
    fps: int = 15
    beats: Collection[tuple[str, str]] | None = None
    order: tuple[str, ...] = ()
    title: str = ""
    language: str = "en"
    arguments: tuple[str, ...] = field(default=())
    notes: bool = False
    page_theme: Theme | None = None


@dataclass(frozen=True, slots=True)
class Clips:
    """A folder of clips: its page, the report of the clips just made, and that of all clips."""

    page: Path
    report: ClipReport
    all_clips: ClipReport


def make_clips(
    scenes: RenderedScenes,
    folder: Path,
    options: ClipOptions,
    spoken: SpokenLecture | None = None,
    earlier: ClipReport | None = None,
) -> Clips:
    """Make the clips of a lecture, with a page and a report.

    An earlier folder stays until the new one is complete.

    Parameters
    ----------
    scenes
        Rendered scenes, by encoding: one for each `ClipFormat.encoding` of the formats.
    folder
        Folder of the clips.
    options
        Selection and formats.
    spoken
        The speech of the lecture, for videos; ``None`` for silent clips.
    earlier
        Clips in the folder that stay, except for files that are made again; ``None`` to remove
        all.

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
            all_clips = report.including(_present(earlier, folder, options))
            for name in {name for clip in all_clips.clips for name in clip.names}:
                if not (temporary / name).exists():
                    _link(folder / name, temporary / name)
            _write_index(temporary, all_clips, options.page_theme)
    except (OSError, av.FFmpegError) as error:
        raise RenderError(f"cannot make {folder}: {error}") from error
    return Clips(folder / _PAGE, report, all_clips)


def _present(earlier: ClipReport | None, folder: Path, options: ClipOptions) -> ClipReport | None:
    """Return the earlier clips whose files are there, without notes if those are off."""
    if earlier is None:
        return None
    found = {path.name for path in folder.iterdir()}
    clips = []
    for clip in earlier.clips:
        files = tuple(file for file in clip.files if file.file in found)
        if files and {clip.poster, clip.last, clip.captions or clip.last} <= found:
            present = clip.model_copy(update={"files": files})
            clips.append(present if options.notes else present.for_students())
    return earlier.model_copy(update={"clips": tuple(clips)})


def _link(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:  # not all file systems have hard links
        shutil.copyfile(source, target)


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
    if not made:
        raise RenderError("there is no clip: the scenes have none of the chosen beats")
    report = ClipReport(title=options.title, language=options.language, clips=tuple(made))
    _write_index(folder, report, options.page_theme)
    return report


def _write_index(folder: Path, report: ClipReport, theme: Theme | None) -> None:
    tracks = {
        clip.name: vtt_data_uri((folder / clip.captions).read_text(encoding="utf-8"))
        for clip in report.clips
        if clip.captions
    }
    (folder / REPORT_FILE).write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    (folder / _PAGE).write_text(clips_page(report, tracks, theme), encoding="utf-8")


def _make(
    clips: Mapping[str, BeatClip], folder: Path, options: ClipOptions, spoken: SpokenLecture | None
) -> ClipEntry:
    """Make all files of a beat, which `clips` holds in each encoding."""
    any_clip = clips.get("h264") or next(iter(clips.values()))
    beat, scene, name = any_clip.beat, any_clip.scene, any_clip.name
    error = loop_error(any_clip.segment) if beat.loop else None
    loop = error is not None and error <= MAX_LOOP_ERROR
    last, poster = last_frame(any_clip.segment), poster_frame(any_clip.segment)
    last.save(folder / f"{name}-last.png", optimize=True)
    poster.save(folder / f"{name}-poster.png", optimize=True)
    cues = timeline_cues(scene, spoken, beat_index=any_clip.beat_index)
    if cues:
        (folder / f"{name}.vtt").write_text(write_vtt(cues), encoding="utf-8")
    entry = ClipEntry(
        name=name,
        scene=scene.name,
        title=scene.title,
        beat=beat.name,
        heading=beat.heading,
        description=beat.description,
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
        picture=f"{name}-poster.png" if is_empty(last) else f"{name}-last.png",
        captions=f"{name}.vtt" if cues else None,
    )
    return entry if options.notes else entry.for_students()


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
