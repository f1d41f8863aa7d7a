"""The sounds that a scene adds with ``add_sound``."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from lecture.timeline import SceneSound
from lecture.voice.sound import SoundError, read_sound

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SoundRecorder"]

_CHECKED = 1.0  # seconds that are decoded to see that a file can be read


class SoundRecorder:
    """Collects the sounds of a beat and the contents of their files."""

    def __init__(self) -> None:
        self._sounds: list[SceneSound] = []
        self._files: dict[str, bytes] = {}

    def add(
        self,
        file: Path,
        start: float,
        gain: float | None = None,
        gain_to_background: float | None = None,
    ) -> None:
        """Add a sound by the arguments of `manim.SceneFileWriter.add_sound`.

        A scene may remove or replace the file later, so its content is read now.

        Raises
        ------
        ValueError
            The file cannot be read as sound, or the sound begins before the scene.
        """
        if start < 0:
            raise ValueError(
                f"the sound {file} begins {-start:.2f} s before the scene; "
                "choose a later time_offset"
            )
        try:
            read_sound(file, _CHECKED)
        except SoundError as error:
            raise ValueError(f"the file {file} {error}") from error
        content = file.read_bytes()
        checksum = hashlib.sha256(content).hexdigest()
        self._files[checksum] = content
        self._sounds.append(
            SceneSound(
                file=file.absolute(),
                sha256=checksum,
                start=start,
                gain=gain or 0.0,
                background_gain=gain_to_background or 0.0,
            )
        )

    def take(self) -> tuple[tuple[SceneSound, ...], dict[str, bytes]]:
        """Return the sounds since the last call, and the contents of their files by checksum."""
        taken = tuple(self._sounds), self._files
        self._sounds, self._files = [], {}
        return taken
