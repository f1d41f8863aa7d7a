"""Errors whose messages are written for users: a line each, with the problem and a hint."""

from __future__ import annotations

import os
import sys
import sysconfig
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "INSTALLED",
    "VOICE_EXTRA",
    "InputError",
    "RenderError",
    "VoiceError",
    "VoiceInputError",
    "describe",
    "first_line",
]

INSTALLED = (Path(sys.prefix), Path(sysconfig.get_path("stdlib")))
"""Folders of the installed packages and of the standard library."""

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


def first_line(error: Exception) -> str:
    """Return the first line of the message of an error."""
    return (str(error).strip() or "no message").splitlines()[0]


def describe(error: Exception, message: str = "") -> str:
    """Return an error of user code, or `message`, with the number of the last line of that code."""
    if not message:
        message = f"{type(error).__name__}: {first_line(error)}"
    generator = Path(__file__).parent
    others = {*INSTALLED, *(generator / name for name in ("config", "kit", "render"))}
    own = [
        step
        for step in traceback.extract_tb(error.__traceback__)
        if others.isdisjoint(Path(step.filename).parents) and not step.filename.startswith("<")
    ]
    where = f" ({os.path.relpath(own[-1].filename)}, line {own[-1].lineno})" if own else ""
    return f"{message}{where}"
