"""Speak a lecture: every line of its plan as sound, all of them equally loud."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from lecture.errors import VoiceError, VoiceInputError
from lecture.kit.pacing import line_id
from lecture.voice.cache import SoundCache
from lecture.voice.loudness import faded, gain_to_target, limited
from lecture.voice.protocol import Voice
from lecture.voice.recordings import (
    RECORDED,
    Recordings,
    load_recording,
    recording_identity,
    recording_name,
)
from lecture.voice.sound import (
    LONGEST,
    RATE,
    SoundError,
    read_wav,
    resampled,
    trimmed,
    within_full_scale,
)
from lecture.voice.text import text_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence, Set
    from pathlib import Path

    from lecture.timeline import Line, SceneTimeline
    from lecture.voice.cache import StoredSound
    from lecture.voice.sound import Samples

__all__ = ["Narrator", "SpokenLecture", "SpokenLine", "line_name", "speak_lecture"]

Narrator: TypeAlias = Voice | Recordings
"""What can speak a lecture: a voice, or a folder of recordings."""


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """The speech of one line.

    Parameters
    ----------
    source
        The voice's name, or ``"recorded"``.
    sound
        Where it is kept, as WAV.
    length
        How many samples it has, at 48,000 a second.
    gain
        A factor that brings it to the lecture's loudness.
    """

    source: str
    sound: Path
    length: int
    gain: float

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.length / RATE

    def samples(self) -> Samples:
        """Return it as it sounds in the lecture: levelled, its peaks bounded, without clicks.

        Raises
        ------
        VoiceError
            The file is gone, or is not what it was.
        """
        try:
            stored = read_wav(self.sound)
        except SoundError as error:
            raise VoiceError(f"{self.sound} {error}; run the same command again") from error
        if len(stored) != self.length:
            raise VoiceError(f"{self.sound} has changed on the way; run the same command again")
        return faded(limited(stored * np.float32(self.gain)))


@dataclass(frozen=True)
class SpokenLecture:
    """The speech of a whole lecture.

    Parameters
    ----------
    voices
        Engine, version and settings of each voice that speaks in it, by the voice's name.
    lines
        By scene and `lecture.kit.pacing.line_id`.
    """

    voices: Mapping[str, Mapping[str, str]]
    lines: Mapping[str, Mapping[str, SpokenLine]]

    def seconds(self, scene: str) -> dict[str, float]:
        """Return how long each line of a scene takes, for `lecture.kit.pacing.SpokenPace`."""
        return {name: line.seconds for name, line in self.lines.get(scene, {}).items()}

    def line(self, scene: str, line: Line) -> SpokenLine:
        """Return the speech of a line.

        Raises
        ------
        VoiceError
            The line was not in the plan that was spoken.
        """
        found = self.lines.get(scene, {}).get(line_id(line.beat, line.key))
        if found is None:
            raise VoiceError(f"{line_name(scene, line)} was never spoken: it was not in the plan")
        return found


def line_name(scene: str, line: Line) -> str:
    """Name a line for people.

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
    on_progress: Callable[[int, int], None] | None = None,
) -> SpokenLecture:
    """Make the speech of every line, or recall it.

    Parameters
    ----------
    records
        The scenes as planned; their times do not matter.
    narrator
        A voice, or a folder of recordings.
    cache_folder
        Where speech is kept between runs.
    tell
        Is called with the number of lines done and of all lines, after each.

    Raises
    ------
    VoiceInputError
        Some lines cannot be spoken as they are, or their recordings cannot be used; all of them
        are named, before anything is spoken.
    VoiceError
        A voice failed; the line is named.
    """
    lines = [(record.name, line) for record in records for line in record.lines]
    speaker = _Speaker(narrator, SoundCache(cache_folder))
    speaker.check(lines)
    found: dict[str, dict[str, tuple[str, StoredSound]]] = defaultdict(dict)
    for done, (scene, line) in enumerate(lines, start=1):
        found[scene][line_id(line.beat, line.key)] = speaker.speech(scene, line)
        if on_progress is not None:
            on_progress(done, len(lines))
    return SpokenLecture(speaker.voices, _levelled(found, speaker.cache))


class _Speaker:
    """Finds the speech of a line: a recording, or what a voice says."""

    def __init__(self, narrator: Narrator, cache: SoundCache) -> None:
        self._recordings = narrator if isinstance(narrator, Recordings) else None
        self._voice = narrator.fallback if isinstance(narrator, Recordings) else narrator
        self.cache = cache
        self.voices: dict[str, Mapping[str, str]] = {}

    @cached_property
    def _identity(self) -> Mapping[str, str]:
        return self._voice.identity if self._voice is not None else {}

    def check(self, lines: Sequence[tuple[str, Line]]) -> None:
        """Look at every line and every recording, and tell all that is wrong at once."""
        wanted = {recording_name(scene, line.beat, line.key) for scene, line in lines}
        faults = [
            f"{line_name(scene, line)}: {fault}"
            for scene, line in lines
            for fault in self._faults(scene, line, wanted)
        ]
        if faults:
            raise VoiceInputError(faults)

    def _faults(self, scene: str, line: Line, wanted: Set[str]) -> list[str]:
        recording = self._recording(scene, line)
        if recording is not None:
            try:
                self.cache.get(*_intact(recording, line))
            except (SoundError, OSError) as error:
                reason = getattr(error, "strerror", None) or error
                return [f"{recording} {reason}"]
            return []
        if self._voice is not None:
            return text_faults(line.spoken)
        if self._recordings is None:
            return []
        path = self._recordings.path(scene, line.beat, line.key)
        return [self._recordings.missing(path, wanted)]

    def _recording(self, scene: str, line: Line) -> Path | None:
        if self._recordings is None:
            return None
        path = self._recordings.path(scene, line.beat, line.key)
        return path if path.exists() else None

    def speech(self, scene: str, line: Line) -> tuple[str, StoredSound]:
        """Return who speaks a line, and the speech."""
        recording = self._recording(scene, line)
        if recording is not None:
            self.voices[RECORDED] = {"engine": RECORDED}
            return RECORDED, self.cache.get(*_intact(recording, line))
        voice = self._voice
        if voice is None:
            raise VoiceError(f"{line_name(scene, line)}: its recording has gone away")
        self.voices[voice.name] = self._identity
        wording = voice.wording(line.spoken)
        try:
            made = self.cache.get(
                {**self._identity, "wording": wording}, lambda: _synthesised(voice, wording)
            )
        except Exception as error:  # an engine may raise anything
            what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            message = f"{line_name(scene, line)}: the voice {voice.name} failed: {what}"
            raise VoiceError(message) from error
        return voice.name, made


def _intact(recording: Path, line: Line) -> tuple[dict[str, str], Callable[[], Samples]]:
    """Return what a recording is kept under, and how to read it."""
    return (
        recording_identity(recording, line.spoken),
        lambda: load_recording(recording, line.spoken),
    )


def _synthesised(voice: Voice, wording: str) -> Samples:
    sound = voice.speak(wording)
    if not np.isfinite(sound.samples).all():
        raise SoundError("it gave values that are not numbers")
    if sound.seconds > LONGEST:
        raise SoundError(f"it spoke for {sound.seconds:.0f} s; allowed: {LONGEST:.0f} s")
    speech = trimmed(resampled(sound))
    if not len(speech):
        raise SoundError("it gave silence")
    return within_full_scale(speech)


def _levelled(
    found: Mapping[str, Mapping[str, tuple[str, StoredSound]]], cache: SoundCache
) -> dict[str, dict[str, SpokenLine]]:
    """Give all lines of a voice one gain, and each recording its own."""

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
            )
            for name, (source, sound) in lines.items()
        }
        for scene, lines in found.items()
    }
