"""From the options of the command line to a voice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lecture.errors import VoiceInputError, require
from lecture.voice.hibari import HibariVoice
from lecture.voice.recordings import RECORDED, Recordings
from lecture.voice.service import SERVICES, ServiceVoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lecture.voice.narration import Narrator
    from lecture.voice.protocol import Voice

__all__ = ["DEFAULT_FOLDER", "DEFAULT_VOICE", "SILENT", "choose_voice"]

DEFAULT_VOICE = HibariVoice.name
SILENT = "none"
DEFAULT_FOLDER = Path("recordings")
_SERVICE = "service:"


def choose_voice(
    voice: str | None,
    recordings: Path | None = None,
    options: Sequence[str] = (),
    *,
    language: str = "en",
) -> Narrator | None:
    """Return what speaks the lecture, or ``None`` for a silent one.

    Parameters
    ----------
    voice
        ``hibari``, ``none``, ``recorded`` or ``service:NAME``; ``None`` for the default. Where
        there are `recordings` and another voice than ``recorded`` is named, that voice speaks
        the lines that have none.
    recordings
        A folder of recordings; for ``recorded``, ``recordings`` unless given.
    options
        For a service, each as ``name=value``.
    language
        Of the lecture. The default voice speaks English; in another language a lecture is silent
        unless a voice or recordings are named.

    Raises
    ------
    VoiceInputError
        There is no such voice or folder, or they do not go together.

    Examples
    --------
    >>> choose_voice("none"), choose_voice(None, language="de")
    (None, None)
    """
    if options and not (voice or "").startswith(_SERVICE):
        raise VoiceInputError(["--voice-option is for services; name one: --voice service:NAME"])
    if recordings is None and voice == RECORDED:
        recordings = DEFAULT_FOLDER
    if voice == HibariVoice.name and language != HibariVoice.language:
        speaks = "the voice hibari speaks English alone"
        hint = "choose a service or your own recordings, or --voice none"
        raise VoiceInputError([f"--voice: {speaks}, and the lecture is in {language!r}; {hint}"])
    if recordings is None:
        default = DEFAULT_VOICE if language == HibariVoice.language else SILENT
        return _synthetic(voice or default, options)
    _require_meter()
    if not recordings.is_dir():
        what = "is not a folder" if recordings.exists() else "is not there"
        raise VoiceInputError(
            [f"--recordings: {recordings} {what}; allowed: a folder of WAV files"]
        )
    if voice == SILENT:
        raise VoiceInputError(["--recordings does not go with a silent lecture; leave one out"])
    if voice in (None, RECORDED):
        return Recordings(recordings)
    return Recordings(recordings, _synthetic(voice, options))


def _synthetic(voice: str, options: Sequence[str]) -> Voice | None:
    if voice == SILENT:
        return None
    _require_meter()
    if voice == HibariVoice.name:
        return HibariVoice()
    if voice.startswith(_SERVICE):
        return ServiceVoice(voice.removeprefix(_SERVICE), dict(map(_pair, options)))
    services = ", ".join(f"{_SERVICE}{name}" for name in sorted(SERVICES))
    known = f"hibari, none, recorded, {services}, service:package.module:Class"
    raise VoiceInputError([f"--voice: there is no voice {voice!r}; allowed: {known}"])


def _require_meter() -> None:
    require("pyloudnorm", "a lecture that speaks")


def _pair(option: str) -> tuple[str, str]:
    name, found, value = option.partition("=")
    if not found or not name.isidentifier():
        raise VoiceInputError([f"--voice-option: {option!r} was given; allowed: name=value"])
    return name, value
