"""What a voice is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lecture.voice.sound import Sound

__all__ = ["Voice"]


class Voice(Protocol):
    """Makes speech of a text. Loading it is left to the first text."""

    @property
    def name(self) -> str:
        """What it is called on the command line."""

    @property
    def identity(self) -> Mapping[str, str]:
        """Engine, version and settings: all that the sound depends on, besides the wording."""

    def wording(self, text: str) -> str:
        """Return what the engine is given for `text`, with its own markup."""

    def speak(self, wording: str) -> Sound:
        """Return the speech; any error that this raises is told together with the line."""
