"""Errors whose messages are written for users: a line each, with the problem and a hint."""

from __future__ import annotations

from importlib import util
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["VOICE_EXTRA", "InputError", "RenderError", "VoiceError", "VoiceInputError", "require"]

VOICE_EXTRA = "pip install 'unstable-gradients[voice]'"
"""Command that installs the packages of the voices."""


class InputError(Exception):
    """Invalid input of a user: a file, an option, or a missing optional package."""


class RenderError(RuntimeError):
    """A render that failed."""


class VoiceError(RenderError):
    """Speech that failed; the message names the scene, the beat and the line."""


class VoiceInputError(VoiceError, InputError):
    """Invalid input for a voice: an unknown voice, a symbol, a missing recording.

    Parameters
    ----------
    faults
        One line for each problem.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


def require(package: str, what: str) -> None:
    """Raise a `VoiceInputError` unless a package of the extra ``voice`` is installed.

    `package` is its import name, and `what` the feature that needs it.
    """
    if util.find_spec(package) is None:
        how = f"install it with: {VOICE_EXTRA}, or choose --voice none"
        raise VoiceInputError([f"{what} needs {package}, which is not installed; {how}"])
