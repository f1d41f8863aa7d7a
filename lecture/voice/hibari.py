"""The offline voice: hibari, a small neural model in a Python package."""

from __future__ import annotations

from functools import cached_property
from importlib import metadata, util
from typing import TYPE_CHECKING

from lecture.errors import VOICE_EXTRA, VoiceInputError
from lecture.voice.choose import DEFAULT_VOICE
from lecture.voice.sound import RATE, resampled, trimmed
from lecture.voice.text import Pronunciations, load_pronunciations, read_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lecture.voice.hibari_model import TimedHibari
    from lecture.voice.sound import Sound

__all__ = ["HibariVoice"]

_VOICE = "heart"  # the only voice in the package; hibari downloads others
_SEED = 0
_SPEEDS = (1.0, 0.9, 0.8, 0.7, 0.6)
_WORDS_PER_MINUTE = 175  # at speed 1, lines of short words reach 265
_FEWEST_WORDS = 4  # the pace of shorter texts says nothing


class HibariVoice:
    """Hibari's voice "heart", seeded: the same text gives the same sound.

    It speaks more slowly where a text has many short words, at most 175 words a minute.

    Raises `VoiceInputError` if the package hibari is not installed.
    """

    name = DEFAULT_VOICE

    def __init__(self, pronunciations: Pronunciations | None = None) -> None:
        if util.find_spec("hibari") is None:
            how = f"install it with: {VOICE_EXTRA}, or choose --voice none"
            raise VoiceInputError([f"the voice hibari is not installed; {how}"])
        self._pronunciations = pronunciations or load_pronunciations()

    @property
    def identity(self) -> Mapping[str, str]:
        """Engine, version, voice, seed and pace."""
        return {
            "engine": "hibari-tts",
            "version": metadata.version("hibari-tts"),
            "voice": _VOICE,
            "seed": str(_SEED),
            "words_per_minute": str(_WORDS_PER_MINUTE),
        }

    def wording(self, text: str) -> str:
        """Return the text with grouped digits and marked pronunciations."""
        return self._pronunciations.marked(read_numbers(text))

    def speak(self, wording: str) -> Sound:
        """Return the speech for a wording, with the times of its words."""
        words = len(wording.split())
        for speed in _SPEEDS:
            sound = self._engine.speak(wording, speed=speed, seed=_SEED)
            seconds = len(trimmed(resampled(sound))) / RATE
            if words < _FEWEST_WORDS or words <= _WORDS_PER_MINUTE * seconds / 60:
                break
        return sound

    @cached_property
    def _engine(self) -> TimedHibari:
        from lecture.voice.hibari_model import TimedHibari  # noqa: PLC0415  (may not be installed)

        return TimedHibari(_VOICE)
