"""What can go wrong with a voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lecture.jobs import RenderError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["VoiceError", "VoiceInputError"]


class VoiceError(RenderError):
    """A voice that failed; the text names the scene, the beat and the line."""


class VoiceInputError(VoiceError):
    """What was asked for cannot be spoken: an unknown voice, a symbol, a missing recording.

    Parameters
    ----------
    faults
        All that is wrong, one line each.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))
