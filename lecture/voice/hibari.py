"""The offline voice: hibari, a small neural model in a Python package."""

from __future__ import annotations

from functools import cached_property
from importlib import metadata
from typing import TYPE_CHECKING, Any

import numpy as np

from lecture.errors import require
from lecture.voice.sound import Sound
from lecture.voice.text import Pronunciations, load_pronunciations, read_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["HibariVoice"]

_VOICE = "heart"  # the only voice in the package; hibari downloads others
_SEED = 0
_SPEED = 1.0  # about 160 words a minute


class HibariVoice:
    """Hibari's voice "heart", seeded: the same text gives the same sound.

    Raises `VoiceInputError` if the package hibari is not installed.
    """

    name = "hibari"
    language = "en"

    def __init__(self, pronunciations: Pronunciations | None = None) -> None:
        require("hibari", "the voice hibari")
        self._pronunciations = pronunciations or load_pronunciations()

    @property
    def identity(self) -> Mapping[str, str]:
        """Engine, version, voice, seed and speed."""
        return {
            "engine": "hibari-tts",
            "version": metadata.version("hibari-tts"),
            "voice": _VOICE,
            "seed": str(_SEED),
            "speed": str(_SPEED),
        }

    def wording(self, text: str) -> str:
        """Return the text with grouped digits and marked pronunciations."""
        return self._pronunciations.marked(read_numbers(text))

    def speak(self, wording: str) -> Sound:
        """Return the speech for a wording."""
        samples = self._engine(wording, speed=_SPEED, seed=_SEED)
        return Sound(np.asarray(samples, dtype=np.float32), int(self._engine.sample_rate))

    @cached_property
    def _engine(self) -> Any:
        from hibari import Hibari  # noqa: PLC0415  (loads the model of 8 MB and its runtime)

        return Hibari(voice=_VOICE)
