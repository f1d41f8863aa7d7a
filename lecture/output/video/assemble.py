"""Assemble a lecture: one video of all scenes, and its sidecar files."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple
from typing import TYPE_CHECKING

from lecture.errors import RenderError
from lecture.files import SidecarFiles, atomic_write_together
from lecture.output.video.captions import Cue, legal_cues, timeline_cues, write_srt, write_vtt
from lecture.output.video.manifest import (
    Manifest,
    SoundEntry,
    scene_entries,
    video_entry,
    with_starts,
)
from lecture.output.video.mux import write_mp4
from lecture.output.video.soundtrack import lecture_samples
from lecture.output.video.transcript import write_transcript
from lecture.voice.loudness import LoudnessMeter, decibels
from lecture.voice.narration import line_name
from lecture.voice.sound import RATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from lecture.output.video.packets import Joined
    from lecture.timeline import RenderedScene, SceneTimeline
    from lecture.voice.narration import SpokenLecture
    from lecture.voice.sound import Samples

_ISO_639_2 = {"en": "eng", "de": "deu", "ru": "rus"}  # the language codes of MP4

__all__ = ["assemble_lecture", "write_clip"]


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
    """Write the video and its sidecar files; earlier files stay until all are complete.

    The same segments and the same speech give the same bytes.

    Parameters
    ----------
    scenes
        Scenes, in order.
    output
        Path of the video.
    title, author
        Written into the video, the transcript and the manifest unless empty.
    spoken
        The speech; ``None`` for a silent lecture.
    spec_digest
        Digest of the spec, for the manifest.
    language
        Language of captions and speech.

    Returns
    -------
    Manifest
        Contents of the video.

    Raises
    ------
    RenderError
        The segments differ from each other or from their timelines, or a file cannot be written.
    VoiceError
        The speech differs from the timelines.
    """
    records = [scene.record for scene in scenes]
    fps = _common_fps(records)
    _check_lines(records)
    captions = [
        cue
        for record, start in with_starts(records)
        for cue in timeline_cues(record, spoken, start=start)
    ]
    chapters = legal_cues(
        Cue(record.name, start, start + record.seconds, record.title.strip() or record.name)
        for record, start in with_starts(records)
    )
    meter = LoudnessMeter()
    sound = None
    if spoken is not None:
        sound = _measured(lecture_samples(records, spoken), meter)
    elif any(record.sounds for record in records):
        sound = lecture_samples(records, None)
    try:
        with atomic_write_together([*astuple(SidecarFiles.of(output)), output]) as temporaries:
            video = temporaries[-1]
            joined = write_mp4(
                video,
                [segment for scene in scenes for segment in scene.segments],
                fps,
                tags={"title": title, "artist": author},
                sound=sound,
                captions=captions,
                chapters=chapters,
                language=_ISO_639_2.get(language, "und"),
            )
            _check_lengths(scenes, joined)
            manifest = Manifest(
                title=title,
                author=author,
                language=language,
                spec_digest=spec_digest,
                video=video_entry(output.name, video, joined),
                sound=_sound_entry(spoken, meter) if sound is not None else None,
                scenes=scene_entries(records, spoken),
            )
            texts = (
                write_srt(captions),
                write_vtt(captions),
                write_vtt(chapters),
                write_transcript(manifest),
                manifest.to_json(),
            )
            for temporary, text in zip(temporaries, texts, strict=False):
                temporary.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RenderError(f"cannot make {output}: {error}") from error
    return manifest


def write_clip(
    segments: Sequence[Path],
    output: Path,
    fps: int,
    *,
    sound: Samples | None = None,
    title: str = "",
    author: str = "",
) -> Joined:
    """Join segments into a clip, with or without sound.

    Parameters
    ----------
    segments
        Segments in order; one for the clip of a beat.
    output
        Path of the clip.
    fps
        Frames per second.
    sound
        Result of `beat_samples`; ``None`` for a silent clip.
    title, author
        Written into the file unless empty.
    """
    with atomic_write_together([output]) as (temporary,):
        return write_mp4(
            temporary,
            segments,
            fps,
            tags={"title": title, "artist": author},
            sound=None if sound is None else [sound],
        )


def _common_fps(records: Sequence[SceneTimeline]) -> int:
    rates = {record.fps for record in records}
    if len(rates) != 1:
        given = ", ".join(f"{record.name} {record.fps}" for record in records) or "no scene"
        raise RenderError(f"the scenes need one frame rate; given: {given}")
    return rates.pop()


def _check_lines(records: Sequence[SceneTimeline]) -> None:
    for record in records:
        until, previous = 0.0, "its scene"
        for line in record.lines:
            if line.start < until - 0.5 / record.fps:
                raise RenderError(
                    f"{line_name(record.name, line)} begins before {previous} has ended; "
                    "lines must not overlap"
                )
            until, previous = line.end, f"line {line.key}"


def _check_lengths(scenes: Sequence[RenderedScene], joined: Joined) -> None:
    parts = iter(joined.parts)
    for scene in scenes:
        for beat, _, part in zip(scene.record.beats, scene.segments, parts, strict=False):
            if part.frames != beat.frames:
                raise RenderError(
                    f"{scene.record.name}, beat {beat.name}: its segment has {part.frames} "
                    f"frames, its timeline {beat.frames}; render the scene again"
                )
    expected = sum(scene.record.frames for scene in scenes)
    if joined.frames != expected:
        raise RenderError(
            f"the segments have {joined.frames} frames, the timelines {expected}; "
            "render the scenes again"
        )


def _measured(pieces: Iterable[Samples], meter: LoudnessMeter) -> Iterator[Samples]:
    """Yield samples, and measure them while they are encoded."""
    with ThreadPoolExecutor(1, thread_name_prefix="loudness") as thread:
        tasks = []
        for piece in pieces:
            tasks.append(thread.submit(meter.add, piece))
            yield piece
        tasks.append(thread.submit(meter.finish))
        for task in tasks:
            task.result()


def _sound_entry(spoken: SpokenLecture | None, meter: LoudnessMeter) -> SoundEntry:
    voices = spoken.voices if spoken is not None else {}
    loudness, peak = meter.loudness, decibels(meter.peak)
    return SoundEntry(
        voices={name: dict(identity) for name, identity in sorted(voices.items())},
        rate=RATE,
        loudness_lufs=round(loudness, 2) if math.isfinite(loudness) else None,
        true_peak_dbfs=round(peak, 2) if math.isfinite(peak) else None,
    )
