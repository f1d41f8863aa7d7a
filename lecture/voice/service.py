"""Voices of manim-voiceover, for those who have it installed; nothing here needs it."""

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
"""Where the services are that can be named by one word."""


class ServiceVoice:
    """A speech service of manim-voiceover, or one that is written like those.

    Parameters
    ----------
    service
        One of `SERVICES`, or ``package.module:Class``.
    options
        Passed on to the service's class, such as ``{"lang": "en"}``. Keys and passwords stay
        where the service looks for them, in its own environment variables.

    Raises
    ------
    VoiceInputError
        There is no such service, or manim-voiceover is not installed.
    """

    def __init__(self, service: str, options: Mapping[str, str] | None = None) -> None:
        place = SERVICES.get(service, service)
        self._module, _, self._class = place.partition(":")
        if not self._class:
            known = ", ".join(sorted(SERVICES))
            what = f"allowed: one of {known}, or package.module:Class"
            raise VoiceInputError([f"--voice: there is no service {service!r}; {what}"])
        self._package = self._module.partition(".")[0]
        if self._package not in sys.modules and util.find_spec(self._package) is None:
            hint = "install it, with the extra that the service needs"
            if place != service:
                hint = f"pip install 'manim-voiceover[{service}]' brings it"
            raise VoiceInputError(
                [f"--voice: service:{service} needs {self._package}, which is not here; {hint}"]
            )
        self.name = f"service:{service}"
        self._options = dict(options or {})

    @property
    def identity(self) -> Mapping[str, str]:
        """The service's class, its package's version, and the options."""
        distributions = metadata.packages_distributions().get(self._package, [])
        version = ", ".join(f"{name} {metadata.version(name)}" for name in sorted(distributions))
        options = {f"option {name}": value for name, value in self._options.items()}
        return {"engine": f"{self._module}:{self._class}", "version": version, **options}

    def wording(self, text: str) -> str:
        """Return the text as it is."""
        return text

    def speak(self, wording: str) -> Sound:
        """Let the service write its file, and read that."""
        with _without_questions():
            service = self._service
            # A folder for each line: services look there for what they have said before.
            with tempfile.TemporaryDirectory(dir=self._folder) as folder:
                answer = service.generate_from_text(wording, cache_dir=folder, path=None)
                samples = read_sound(Path(folder) / answer["original_audio"])
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
def _without_questions() -> Iterator[None]:
    """Let a service that asks on the terminal fail, instead of waiting for an answer."""
    before = sys.stdin
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        sys.stdin = nothing
        try:
            yield
        finally:
            sys.stdin = before
