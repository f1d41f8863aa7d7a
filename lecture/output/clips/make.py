"""Make clips: films of beats become files in the formats that were asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import av

from lecture.errors import RenderError
from lecture.files import atomic_folder
from lecture.output.clips.animated import write_gif, write_webp
from lecture.output.clips.captions import beat_cues, track_address
from lecture.output.clips.embed import clip_command
from lecture.output.clips.formats import ClipFormat
from lecture.output.clips.frames import last_and_poster, loop_error
from lecture.output.clips.page import clips_page
from lecture.output.clips.report import ClipFile, ClipReport, MadeClip
from lecture.output.clips.select import BeatClip, beat_clips
from lecture.output.clips.video import write_video
from lecture.output.video.captions import write_vtt
from lecture.timeline import RenderedScene

if TYPE_CHECKING:
    from collections.abc import Collection

    from lecture.voice.narration import SpokenLecture

__all__ = [
    "SEAMLESS",
    "ClipOptions",
    "Clips",
    "fill_with_clips",
    "make_clips",
    "plays_in_a_loop",
]

RenderedScenes: TypeAlias = Mapping[str, Sequence[RenderedScene]]

SEAMLESS = 0.04
"""The most that the end of a loop may differ from its beginning, ten grey levels of 255."""

_REPORT, _PAGE = "clips.json", "index.html"


@dataclass(frozen=True, slots=True)
class ClipOptions:
    """How clips are made.

    Parameters
    ----------
    formats
        In which formats.
    width, fps
        Of moving pictures (GIF and WebP). The other formats have those of the film.
    beats
        Only these beats, each a scene's and a beat's name; all unless given.
    order
        The names of all the scenes of the lecture, which number the clips.
    title
        The lecture's.
    language
        Of its words, as BCP 47.
    arguments
        What the command to make one of the clips has to say besides: which file, which quality.
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
    """A folder of clips.

    Parameters
    ----------
    page
        The page that shows them.
    report
        What is in the folder.
    """

    page: Path
    report: ClipReport


def make_clips(
    scenes: RenderedScenes, folder: Path, options: ClipOptions, spoken: SpokenLecture | None = None
) -> Clips:
    """Make the clips of a lecture, with a page that shows them and a report of their sizes.

    The folder that was there before stays until the new one is whole.

    Parameters
    ----------
    films
        The scenes as they were filmed in each encoding that the formats need
        (`ClipFormat.encoding`), all with the same beats.
    folder
        Where the clips go; an earlier folder of that name is replaced.
    options
        Which clips, and how.
    spoken
        The speech of the lecture, for the formats that can have sound; ``None`` for silent clips.

    Raises
    ------
    RenderError
        A film cannot be read, or the disk is full.
    VoiceError
        The speech does not fit the films.
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
    """Make clips in a folder that is there already: see `make_clips`."""
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
        clip.name: track_address((folder / clip.captions).read_text(encoding="utf-8"))
        for clip in made
        if clip.captions
    }
    (folder / _REPORT).write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    (folder / _PAGE).write_text(clips_page(report, tracks), encoding="utf-8")
    return report


def _make(
    clips: Mapping[str, BeatClip], folder: Path, options: ClipOptions, spoken: SpokenLecture | None
) -> MadeClip:
    """Make all files of one beat; `clips` has its film in each encoding."""
    any_clip = clips.get("h264") or next(iter(clips.values()))
    beat, scene, name = any_clip.beat, any_clip.scene, any_clip.name
    gap = loop_error(any_clip.segment) if beat.loop else None
    last, poster = last_and_poster(any_clip.segment)
    last.save(folder / f"{name}-last.png", optimize=True)
    poster.save(folder / f"{name}-poster.png", optimize=True)
    cues = beat_cues(scene, any_clip.beat_place, spoken)
    if cues:
        (folder / f"{name}.vtt").write_text(write_vtt(cues, options.language), encoding="utf-8")
    return MadeClip(
        name=name,
        scene=scene.name,
        title=scene.title,
        beat=beat.name,
        heading=beat.heading,
        notes=beat.notes,
        seconds=any_clip.seconds,
        loop=_is_loopable(gap),
        loop_error=None if gap is None else round(gap, 4),
        files=tuple(
            _file(clips[kind.encoding], kind, folder, options, spoken, loop=_is_loopable(gap))
            for kind in options.formats
        ),
        poster=f"{name}-poster.png",
        last=f"{name}-last.png",
        captions=f"{name}.vtt" if cues else None,
    )


def plays_in_a_loop(clip: BeatClip) -> bool:
    """Tell whether a clip plays in a loop: its beat says so, and its end joins its beginning.

    A loop that jumps is worse than none, and neither fading one end into the other nor playing
    it backwards would show what the scene shows. So the scene itself has to come back to where
    it began.

    Parameters
    ----------
    clip
        The clip.
    """
    return clip.beat.loop and _is_loopable(loop_error(clip.segment))


def _is_loopable(gap: float | None) -> bool:
    return gap is not None and gap <= SEAMLESS


def _file(
    clip: BeatClip,
    kind: ClipFormat,
    folder: Path,
    options: ClipOptions,
    spoken: SpokenLecture | None,
    *,
    loop: bool,
) -> ClipFile:
    path = folder / f"{clip.name}{kind.suffix}"
    width, height, fps = clip.scene.width, clip.scene.height, clip.scene.fps
    if kind.is_picture:
        fps = min(options.fps, fps)
        make = write_gif if kind is ClipFormat.GIF else write_webp
        make(clip.segment, path, width=options.width, fps=fps, loop=loop)
        width, height = _size_of(path)
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


def _size_of(picture: Path) -> tuple[int, int]:
    from PIL import Image  # noqa: PLC0415

    with Image.open(picture) as opened:
        return opened.size
