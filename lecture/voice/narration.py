"""Speak the narration lines of a lecture, all at the same loudness."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from lecture.errors import VoiceError, VoiceInputError
from lecture.kit.pacing import line_id
from lecture.kit.word_times import spread_words
from lecture.timeline import LineSpeech, SpokenWord
from lecture.voice.cache import SoundCache
from lecture.voice.choose import RECORDED
from lecture.voice.loudness import faded, gain_to_target, limited
from lecture.voice.recordings import (
    Recordings,
    load_recording,
    recording_identity,
    recording_name,
)
from lecture.voice.sound import (
    MAX_SECONDS,
    RATE,
    Sound,
    SoundError,
    Voice,
    read_wav,
    resampled,
    speech_span,
    within_full_scale,
)
from lecture.voice.text import text_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence, Set
    from pathlib import Path

    from lecture.timeline import Line, SceneTimeline
    from lecture.voice.cache import StoredSound
    from lecture.voice.sound import Samples

    SpeechProgress: TypeAlias = Callable[[str, int, int], None]

__all__ = [
    "LectureSpeaker",
    "Narrator",
    "SpokenLecture",
    "SpokenLine",
    "line_name",
    "speak_lecture",
]

Narrator: TypeAlias = Voice | Recordings
"""Source of the speech: a voice or recordings."""


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """The speech of a line.

    Parameters
    ----------
    source
        Name of the voice, or ``"recorded"``.
    sound
        WAV file in the cache.
    length
        Number of samples, at 48,000 per second.
    gain
        Factor that brings the line to the loudness of the lecture.
    words
        Words of the spoken text, timed from the start of the sound; spread evenly by their letters
        where the voice knows no times.
    """

    source: str
    sound: Path
    length: int
    gain: float
    words: tuple[SpokenWord, ...] = ()

    @property
    def seconds(self) -> float:
        """Duration."""
        return self.length / RATE

    def samples(self) -> Samples:
        """Return the sound for the lecture: amplified, limited and faded.

        Raises
        ------
        VoiceError
            The file was removed or changed.
        """
        try:
            stored = read_wav(self.sound)
        except SoundError as error:
            raise VoiceError(f"{self.sound} {error}; run the same command again") from error
        if len(stored) != self.length:
            raise VoiceError(f"{self.sound} has changed; run the same command again")
        return faded(limited(stored * np.float32(self.gain)))


@dataclass(frozen=True)
class SpokenLecture:
    """The speech of a whole lecture.

    Parameters
    ----------
    voices
        Engine, version and settings of each voice, by its name.
    lines
        Speech by scene and `lecture.kit.pacing.line_id`.
    """

    voices: Mapping[str, Mapping[str, str]]
    lines: Mapping[str, Mapping[str, SpokenLine]]

    def count(self) -> Counter[str]:
        """Return the number of lines of each source."""
        return Counter(line.source for lines in self.lines.values() for line in lines.values())

    def seconds(self, scene: str) -> dict[str, float]:
        """Return the durations of a scene's lines."""
        return {name: line.seconds for name, line in self.lines.get(scene, {}).items()}

    def speech(self, scene: str) -> dict[str, LineSpeech]:
        """Return the times of a scene's lines, for `lecture.kit.pacing.SpokenPace`."""
        return {
            name: LineSpeech(seconds=line.seconds, words=line.words)
            for name, line in self.lines.get(scene, {}).items()
        }

    def line(self, scene: str, line: Line) -> SpokenLine:
        """Return the speech of a line.

        Raises
        ------
        VoiceError
            The line was not in the timeline that was spoken.
        """
        found = self.lines.get(scene, {}).get(line_id(line.beat, line.key))
        if found is None:
            problem = "was never spoken: it was not in the timeline"
            raise VoiceError(f"{line_name(scene, line)} {problem}")
        return found


def line_name(scene: str, line: Line) -> str:
    """Return the name of a line for messages.

    Examples
    --------
    >>> from lecture.timeline import Line
    >>> line = Line(beat="the_log_axis", key="ruler", caption="", spoken="", start=0, end=1)
    >>> line_name("BackwardPass", line)
    'BackwardPass, beat the_log_axis, line ruler'
    """
    return ", ".join([scene, *([f"beat {line.beat}"] if line.beat else []), f"line {line.key}"])


def speak_lecture(
    records: Sequence[SceneTimeline],
    narrator: Narrator,
    cache_folder: Path,
    *,
    on_progress: SpeechProgress | None = None,
) -> SpokenLecture:
    """Return the speech of all lines, from the cache or from the narrator.

    Parameters
    ----------
    records
        Timelines of the scenes; their times are not used.
    narrator
        A voice or recordings.
    cache_folder
        Cache of speech.
    on_progress
        Called after each line with its scene, and the numbers of spoken and of all lines of it.

    Raises
    ------
    VoiceInputError
        Texts or recordings of lines are invalid. The error has all of them and is raised before
        the first line is spoken.
    VoiceError
        A voice failed; the message names the line.
    """
    speaker = LectureSpeaker(narrator, cache_folder)
    speaker.check(records)
    for record in records:
        speaker.speak(record, on_progress)
    return speaker.spoken(record.name for record in records)


class LectureSpeaker:
    """Speaks the scenes of a lecture, one after the other.

    Parameters
    ----------
    narrator
        A voice or recordings.
    cache_folder
        Cache of speech.
    """

    def __init__(self, narrator: Narrator, cache_folder: Path) -> None:
        self._recordings = narrator if isinstance(narrator, Recordings) else None
        self._voice = narrator.fallback if isinstance(narrator, Recordings) else narrator
        self._cache = SoundCache(cache_folder)
        self._voices: dict[str, Mapping[str, str]] = {}
        self._recorded: dict[tuple[str, str], StoredSound] = {}
        self._found: dict[str, dict[str, tuple[str, StoredSound]]] = {}

    @cached_property
    def _identity(self) -> Mapping[str, str]:
        return self._voice.identity if self._voice is not None else {}

    def check(self, records: Sequence[SceneTimeline]) -> None:
        """Check the lines and the recordings of scenes; call it before the scenes are spoken.

        Raises
        ------
        VoiceInputError
            Texts or recordings are invalid; the error has the faults of all scenes.
        """
        lines = [(record.name, line) for record in records for line in record.lines]
        expected = {recording_name(scene, line.beat, line.key) for scene, line in lines}
        faults = [
            f"{line_name(scene, line)}: {fault}"
            for scene, line in lines
            for fault in self._faults(scene, line, expected)
        ]
        if faults:
            raise VoiceInputError(faults)

    def speak(
        self, record: SceneTimeline, on_progress: SpeechProgress | None = None
    ) -> dict[str, LineSpeech]:
        """Return the speech of the lines of a checked scene, for `lecture.kit.pacing.SpokenPace`.

        Parameters
        ----------
        record
            Timeline of the scene; its times are not used.
        on_progress
            As for `speak_lecture`.

        Raises
        ------
        VoiceError
            A voice failed; the message names the line.
        """
        found: dict[str, tuple[str, StoredSound]] = {}
        for done, line in enumerate(record.lines, start=1):
            source, sound = self._speech(record.name, line)
            words = sound.words or spread_words(line.spoken, 0.0, sound.samples / RATE)
            found[line_id(line.beat, line.key)] = source, replace(sound, words=words)
            if on_progress is not None:
                on_progress(record.name, done, len(record.lines))
        self._found[record.name] = found
        return {
            name: LineSpeech(seconds=sound.samples / RATE, words=sound.words)
            for name, (_, sound) in found.items()
        }

    def spoken(self, scenes: Iterable[str]) -> SpokenLecture:
        """Return the speech of scenes that were spoken, all at the same loudness.

        The order of the scenes, which is that of the lecture, has a slight influence on the
        measured loudness.
        """
        found = {scene: self._found[scene] for scene in scenes}
        return SpokenLecture(self._voices, _normalized(found, self._cache))

    def _faults(self, scene: str, line: Line, expected: Set[str]) -> list[str]:
        name = recording_name(scene, line.beat, line.key)
        found = self._recordings.files.get(name, []) if self._recordings is not None else []
        if len(found) > 1:
            return [f"has several recordings: {', '.join(map(str, found))}; remove all but one"]
        for recording in found:
            try:
                self._recorded[scene, line_id(line.beat, line.key)] = self._load(recording, line)
            except (SoundError, OSError) as error:
                return [f"{recording} {getattr(error, 'strerror', None) or error}"]
            return []
        if self._recordings is None or self._voice is not None:
            return text_faults(line.spoken)
        return [self._recordings.missing(name, expected)]

    def _load(self, recording: Path, line: Line) -> StoredSound:
        identity = recording_identity(recording, line.spoken)
        return self._cache.get(
            identity, lambda: Sound(load_recording(recording, line.spoken), RATE)
        )

    def _speech(self, scene: str, line: Line) -> tuple[str, StoredSound]:
        """Return the source and the speech of a line that was checked."""
        recorded = self._recorded.get((scene, line_id(line.beat, line.key)))
        if recorded is not None:
            self._voices[RECORDED] = {"engine": RECORDED}
            return RECORDED, recorded
        voice = self._voice
        if voice is None:
            raise VoiceError(f"{line_name(scene, line)} was not checked")
        self._voices[voice.name] = self._identity
        wording = voice.wording(line.spoken)
        try:
            sound = self._cache.get(
                {**self._identity, "wording": wording}, lambda: _synthesize(voice, wording)
            )
        except Exception as error:  # an engine may raise anything
            reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            message = f"{line_name(scene, line)}: the voice {voice.name} failed: {reason}"
            raise VoiceError(message) from error
        return voice.name, sound


def _synthesize(voice: Voice, wording: str) -> Sound:
    sound = voice.speak(wording)
    if not np.isfinite(sound.samples).all():
        raise SoundError("it gave values that are not numbers")
    if sound.seconds > MAX_SECONDS:
        raise SoundError(f"it spoke for {sound.seconds:.0f} s; allowed: {MAX_SECONDS:.0f} s")
    whole = resampled(sound)
    span = speech_span(whole)
    speech = whole[span]
    if not len(speech):
        raise SoundError("it gave silence")
    words = _shifted(sound.words, -span.start / RATE, len(speech) / RATE)
    return Sound(within_full_scale(speech), RATE, words)


def _shifted(
    words: Sequence[SpokenWord], seconds: float, duration: float
) -> tuple[SpokenWord, ...]:
    """Return words later by `seconds`, but within the speech, which begins with the first word."""

    def time(value: float) -> float:
        return round(min(max(0.0, value + seconds), duration), 4)

    return tuple(
        SpokenWord(word=word.word, start=time(word.start) if index else 0.0, end=time(word.end))
        for index, word in enumerate(words)
    )


def _normalized(
    found: Mapping[str, Mapping[str, tuple[str, StoredSound]]], cache: SoundCache
) -> dict[str, dict[str, SpokenLine]]:
    """Return the lines with their gains: the same for all lines of a voice, one per recording."""

    def gain(sounds: Sequence[StoredSound]) -> float:
        return cache.gain(sounds, lambda: gain_to_target([sound.read() for sound in sounds]))

    spoken: dict[str, list[StoredSound]] = defaultdict(list)
    for lines in found.values():
        for source, sound in lines.values():
            if source != RECORDED:
                spoken[source].append(sound)
    gains = {source: gain(sounds) for source, sounds in spoken.items()}
    return {
        scene: {
            name: SpokenLine(
                source,
                sound.path,
                sound.samples,
                gains[source] if source in gains else gain([sound]),
                sound.words,
            )
            for name, (source, sound) in lines.items()
        }
        for scene, lines in found.items()
    }
