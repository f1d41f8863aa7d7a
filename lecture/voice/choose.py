"""Choose a voice by the options of the command line."""

from __future__ import annotations

from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING

from lecture.errors import VOICE_EXTRA, VoiceInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lecture.voice.narration import Narrator
    from lecture.voice.sound import Voice

__all__ = [
    "DEFAULT_FOLDER",
    "DEFAULT_VOICE",
    "RECORDED",
    "SILENT",
    "choose_voice",
    "default_voice",
]

DEFAULT_VOICE = "hibari"
RECORDED = "recorded"
SILENT = "none"
DEFAULT_FOLDER = Path("recordings")
_LANGUAGE = "en"  # of the default voice
_SERVICE = "service:"


def default_voice(language: str = "en") -> tuple[str, str]:
    """Return the voice of a lecture if none is named, and a notice if it is silent.

    Examples
    --------
    >>> voice, notice = default_voice("de")
    >>> voice, notice.partition(";")[0]
    ('none', "silent: the voice hibari speaks only English, and the lecture is in 'de'")
    """
    if language != _LANGUAGE:
        return SILENT, (
            f"silent: the voice {DEFAULT_VOICE} speaks only English, and the lecture is in "
            f"{language!r}; for speech, choose --voice service:NAME or --voice {RECORDED}"
        )
    if util.find_spec(DEFAULT_VOICE) is None:
        return SILENT, (
            f"silent: the voice {DEFAULT_VOICE} is not installed; "
            f"for speech, install it with: {VOICE_EXTRA}"
        )
    return DEFAULT_VOICE, ""


def choose_voice(
    voice: str | None,
    recordings: Path | None = None,
    options: Sequence[str] = (),
    *,
    language: str = "en",
) -> Narrator | None:
    """Return the narrator of a lecture; ``None`` for a silent lecture.

    Parameters
    ----------
    voice
        ``hibari``, ``none``, ``recorded`` or ``service:NAME``; by default that of `default_voice`.
        With `recordings`, the voice speaks the lines without a recording.
    recordings
        Folder of recordings; the default for ``recorded`` is ``recordings``.
    options
        Options of a service, each as ``name=value``.
    language
        Language code of the lecture.

    Raises
    ------
    VoiceInputError
        The voice or the folder does not exist, or the options exclude each other.

    Examples
    --------
    >>> choose_voice("none"), choose_voice(None, language="de")
    (None, None)
    """
    if options and not (voice or "").startswith(_SERVICE):
        raise VoiceInputError(["--voice-option is for services; name one: --voice service:NAME"])
    if recordings is None and voice == RECORDED:
        recordings = DEFAULT_FOLDER
    if voice == DEFAULT_VOICE and language != _LANGUAGE:
        problem = f"the voice hibari speaks only English, and the lecture is in {language!r}"
        hint = "choose a service, recordings or --voice none"
        raise VoiceInputError([f"--voice: {problem}; {hint}"])
    if recordings is None:
        return _synthetic(voice or default_voice(language)[0], options)
    if not recordings.is_dir():
        problem = "is not a folder" if recordings.exists() else "does not exist"
        raise VoiceInputError(
            [f"--recordings: {recordings} {problem}; allowed: a folder of sound files"]
        )
    if voice == SILENT:
        raise VoiceInputError(
            ["--recordings does not go with a silent lecture; remove one of them"]
        )
    from lecture.voice.recordings import Recordings  # noqa: PLC0415  (takes a while)

    if voice in (None, RECORDED):
        return Recordings(recordings)
    return Recordings(recordings, _synthetic(voice, options))


def _synthetic(voice: str, options: Sequence[str]) -> Voice | None:
    if voice == SILENT:
        return None
    if voice == DEFAULT_VOICE:
        from lecture.voice.hibari import HibariVoice  # noqa: PLC0415  (takes a while)

        return HibariVoice()
    from lecture.voice.service import SERVICES, ServiceVoice  # noqa: PLC0415  (takes a while)

    if voice.startswith(_SERVICE):
        return ServiceVoice(voice.removeprefix(_SERVICE), dict(map(_parse_option, options)))
    services = ", ".join(f"{_SERVICE}{name}" for name in sorted(SERVICES))
    known = f"hibari, none, recorded, {services}, service:package.module:Class"
    raise VoiceInputError([f"--voice: there is no voice {voice!r}; allowed: {known}"])


def _parse_option(option: str) -> tuple[str, str]:
    name, found, value = option.partition("=")
    if not found or not name.isidentifier():
        raise VoiceInputError([f"--voice-option: {option!r} was given; allowed: name=value"])
    return name, value
