"""The errors of a render and of a voice; each text is for the person who asked for it."""

from __future__ import annotations

from importlib import util
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["RenderError", "VoiceError", "VoiceInputError", "require"]


class RenderError(RuntimeError):
    """A render that failed; its text is one or a few lines."""


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


def require(package: str, what: str) -> None:
    """Refuse what needs a package of the extra ``voice``, where that is not installed.

    Parameters
    ----------
    package
        The package, as it is imported.
    what
        What needs it, for people.

    Raises
    ------
    VoiceInputError
        The package is not there.
    """
    if util.find_spec(package) is None:
        how = "pip install 'unstable-gradients[voice]' brings it, or choose --voice none"
        raise VoiceInputError([f"{what} needs {package}, which is not installed; {how}"])
