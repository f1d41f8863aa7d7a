"""Finish a lecture: one video of all scenes, with sound, captions, chapters, and what goes with it.

Beside ``lecture.mp4`` lie its captions (``.srt``, ``.vtt``), its chapters for players on web
pages (``.chapters.vtt``), a transcript (``.transcript.md``) and a manifest (``.manifest.json``).
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from lecture.errors import RenderError
from lecture.files import atomic_write_together
from lecture.kit.pacing import line_id
from lecture.output.video.captions import Cue, cues, write_srt, write_vtt
from lecture.output.video.manifest import Manifest, SoundEntry, scene_entries, video_entry
from lecture.output.video.mux import Chapter, Soundtrack, write_mp4
from lecture.output.video.soundtrack import LoudnessMeter, lecture_samples
from lecture.output.video.transcript import write_transcript
from lecture.voice.narration import line_name
from lecture.voice.sound import RATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lecture.output.video.packets import Joined
    from lecture.timeline import RenderedScene, SceneTimeline
    from lecture.voice.narration import SpokenLecture
    from lecture.voice.sound import Samples

_THREE_LETTERS = {"en": "eng", "de": "deu", "ru": "rus"}  # ISO 639-2, which MP4 wants

__all__ = ["SidecarFiles", "assemble_lecture", "write_clip"]


@dataclass(frozen=True, slots=True)
class SidecarFiles:
    """The files that lie beside a video.

    Parameters
    ----------
    srt, vtt
        Its captions.
    chapters
        Its chapters, as WebVTT.
    transcript
        All that is said, as Markdown.
    manifest
        `lecture.output.video.manifest.Manifest`, as JSON.
    """

    srt: Path
    vtt: Path
    chapters: Path
    transcript: Path
    manifest: Path

    @classmethod
    def of(cls, output: Path) -> SidecarFiles:
        """Name the files beside a video.

        Examples
        --------
        >>> from pathlib import Path
        >>> SidecarFiles.of(Path("media/lecture.mp4")).manifest.as_posix()
        'media/lecture.manifest.json'
        """
        endings = ("srt", "vtt", "chapters.vtt", "transcript.md", "manifest.json")
        return cls(*(output.with_name(f"{output.stem}.{ending}") for ending in endings))


def assemble_lecture(
    scenes: Sequence[RenderedScene],
    output: Path,
    *,
    title: str,
    author: str,
    spoken: SpokenLecture | None,
    spec_digest: str,
    language: str = "en",
) -> Manifest:
    """Make the finished video and the files beside it; what was there stays until all are whole.

    The same films and the same speech give the same bytes.

    Parameters
    ----------
    films
        The scenes, in order.
    output
        The video's place.
    title, author
        Noted in the video, the transcript and the manifest, where they are not empty.
    spoken
        The speech; ``None`` for a silent lecture.
    spec_digest
        Noted in the manifest.
    language
        Of captions and speech.

    Returns
    -------
    Manifest
        What is in the video.

    Raises
    ------
    RenderError
        The films do not fit each other or their records, or the disk failed.
    VoiceError
        The speech does not fit the films.
    """
    records = [scene.record for scene in scenes]
    fps = _one_rate(records)
    _check_lines(records)
    beside = SidecarFiles.of(output)
    meter = LoudnessMeter()
    try:
        with atomic_write_together([*astuple(beside), output]) as temporaries:
            video = temporaries[-1]
            joined = write_mp4(
                video,
                [segment for scene in scenes for segment in scene.segments],
                fps,
                tags={"title": title, "artist": author},
                sound=Soundtrack(meter.passing(lecture_samples(records, spoken)))
                if spoken is not None
                else None,
                captions=list(_captions(records, spoken)),
                chapters=[
                    Chapter(record.title, start, start + record.seconds)
                    for record, start in _placed(records)
                ],
                language=_THREE_LETTERS.get(language, "und"),
            )
            _check_lengths(scenes, joined)
            manifest = Manifest(
                title=title,
                author=author,
                language=language,
                spec_digest=spec_digest,
                video=video_entry(output.name, video, joined),
                sound=_sound_entry(spoken, meter) if spoken is not None else None,
                scenes=scene_entries(records, spoken),
            )
            for temporary, text in zip(
                temporaries, _texts(manifest, records, spoken), strict=False
            ):
                temporary.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RenderError(f"cannot make {output}: {error}") from error
    return manifest


def write_clip(
    scenes: Sequence[Path],
    output: Path,
    fps: int,
    *,
    sound: Samples | None = None,
    title: str = "",
    author: str = "",
) -> Joined:
    """Make a clip of films of one format: their packets as they are, and sound.

    Parameters
    ----------
    films
        In order; for the clip of a beat, just that beat's.
    output
        The clip's place.
    fps
        The frames a second that the films were drawn at.
    sound
        As `lecture.output.video.soundtrack.beat_samples` returns it; ``None`` for a silent clip.
    title, author
        Noted in the file, where they are not empty.
    """
    with atomic_write_together([output]) as (temporary,):
        return write_mp4(
            temporary,
            scenes,
            fps,
            tags={"title": title, "artist": author},
            sound=Soundtrack([sound]) if sound is not None else None,
        )


def _one_rate(records: Sequence[SceneTimeline]) -> int:
    rates = {record.fps for record in records}
    if len(rates) != 1:
        given = ", ".join(f"{record.name} {record.fps}" for record in records) or "no scene"
        raise RenderError(f"the scenes need one number of frames a second; given: {given}")
    return rates.pop()


def _check_lines(records: Sequence[SceneTimeline]) -> None:
    for record in records:
        until, earlier = 0.0, ""
        for line in record.lines:
            if line.start < until - 0.5 / record.fps:
                raise RenderError(
                    f"{line_name(record.name, line)} begins before {earlier or 'its scene'} "
                    "has ended; lines must follow each other"
                )
            until, earlier = line.end, f"line {line.key}"


def _check_lengths(scenes: Sequence[RenderedScene], joined: Joined) -> None:
    parts = iter(joined.parts)
    for scene in scenes:
        for beat, _, part in zip(scene.record.beats, scene.segments, parts, strict=False):
            if part.frames != beat.frames:
                raise RenderError(
                    f"{scene.record.name}, beat {beat.name}: its film has {part.frames} frames, "
                    f"its record says {beat.frames}; draw the scene again"
                )
    expected = sum(scene.record.frames for scene in scenes)
    if joined.frames != expected:
        raise RenderError(f"the films have {joined.frames} frames, their records say {expected}")


def _placed(records: Sequence[SceneTimeline]) -> Iterator[tuple[SceneTimeline, Fraction]]:
    start = Fraction(0)
    for record in records:
        yield record, start
        start += record.seconds


def _captions(records: Sequence[SceneTimeline], spoken: SpokenLecture | None) -> Iterator[Cue]:
    for record, start in _placed(records):
        for line in record.lines:
            if not line.caption.strip():
                continue
            begin, end = start + Fraction(line.start), start + Fraction(line.end)
            said = end
            if spoken is not None:
                said = min(end, begin + Fraction(spoken.line(record.name, line).seconds))
            name = f"{record.name}.{line_id(line.beat, line.key)}"
            yield from cues(name, line.caption, begin, end, said)


def _texts(
    manifest: Manifest, records: Sequence[SceneTimeline], spoken: SpokenLecture | None
) -> list[str]:
    """Write the files beside the video, in the order of `SidecarFiles`."""
    shown = list(_captions(records, spoken))
    chapters = [
        Cue(record.name, start, start + record.seconds, record.title)
        for record, start in _placed(records)
    ]
    return [
        write_srt(shown),
        write_vtt(shown, manifest.language),
        write_vtt(chapters, manifest.language),
        write_transcript(manifest),
        manifest.to_json(),
    ]


def _sound_entry(spoken: SpokenLecture, meter: LoudnessMeter) -> SoundEntry:
    loudness, peak = meter.loudness, meter.peak
    return SoundEntry(
        voices={name: dict(identity) for name, identity in sorted(spoken.voices.items())},
        rate=RATE,
        loudness_lufs=None if loudness is None else round(loudness, 2),
        true_peak_dbfs=None if peak is None else round(peak, 2),
    )
