"""Speech services of manim-voiceover, an optional package."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import weakref
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module, metadata, util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lecture.errors import VoiceInputError
from lecture.voice.sound import RATE, Sound, read_sound

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["SERVICES", "ServiceVoice"]

SERVICES = {
    "azure": "manim_voiceover.services.azure:AzureService",
    "coqui": "manim_voiceover.services.coqui:CoquiService",
    "elevenlabs": "manim_voiceover.services.elevenlabs:ElevenLabsService",
    "gtts": "manim_voiceover.services.gtts:GTTSService",
    "openai": "manim_voiceover.services.openai:OpenAIService",
    "pyttsx3": "manim_voiceover.services.pyttsx3:PyTTSX3Service",
}
"""Classes of the services, by short name."""


class ServiceVoice:
    """A speech service of manim-voiceover, or another class with the same interface.

    `service` is one of `SERVICES`, or ``package.module:Class``; `options` are arguments of the
    class. Services read keys and passwords from their environment variables. Raises
    `VoiceInputError` if the service does not exist or its package is not installed.
    """

    def __init__(self, service: str, options: Mapping[str, str] | None = None) -> None:
        reference = SERVICES.get(service, service)
        self._module, _, self._class = reference.partition(":")
        if not self._class:
            allowed = f"one of {', '.join(sorted(SERVICES))}, or package.module:Class"
            raise VoiceInputError([f"--voice: there is no service {service!r}; allowed: {allowed}"])
        self._package = self._module.partition(".")[0]
        if self._package not in sys.modules and util.find_spec(self._package) is None:
            hint = "install it with the extra for the service"
            if reference != service:
                hint = f"run pip install 'manim-voiceover[{service}]'"
            problem = f"service:{service} needs {self._package}, which is not installed"
            raise VoiceInputError([f"--voice: {problem}; {hint}"])
        self.name = f"service:{service}"
        self._options = dict(options or {})

    @property
    def identity(self) -> Mapping[str, str]:
        """Class of the service, version of its package, and options."""
        distributions = metadata.packages_distributions().get(self._package, [])
        version = ", ".join(f"{name} {metadata.version(name)}" for name in sorted(distributions))
        options = {f"option {name}": value for name, value in self._options.items()}
        return {"engine": f"{self._module}:{self._class}", "version": version, **options}

    def wording(self, text: str) -> str:
        """Return the text unchanged."""
        return text

    def speak(self, wording: str) -> Sound:
        """Return the speech for a wording, which the service writes to a file."""
        with _empty_stdin():
            service = self._service
            # An empty folder for each line, as services use it as their cache.
            with tempfile.TemporaryDirectory(dir=self._folder) as folder:
                result = service.generate_from_text(wording, cache_dir=folder, path=None)
                samples = read_sound(Path(folder) / result["original_audio"])
        return Sound(np.asarray(samples, dtype=np.float32), RATE)

    @cached_property
    def _service(self) -> Any:
        service = getattr(import_module(self._module), self._class)
        return service(cache_dir=str(self._folder), **self._options)

    @cached_property
    def _folder(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="lecture-voice-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder


@contextmanager
def _empty_stdin() -> Iterator[None]:
    """Make a service that prompts for input fail instead of waiting."""
    stdin = sys.stdin
    with Path(os.devnull).open(encoding="utf-8") as empty:
        sys.stdin = empty
        try:
            yield
        finally:
            sys.stdin = stdin
