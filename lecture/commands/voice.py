"""The options of commands that make a lecture speak."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lecture.commands.common import BAD_INPUT, stop
from lecture.voice.choose import DEFAULT_FOLDER, DEFAULT_VOICE, SILENT, choose_voice
from lecture.voice.errors import VoiceInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lecture.voice.narration import Narrator

    Command = TypeVar("Command", bound=Callable[..., Any])

__all__ = ["narrator_of", "voice_options"]

_OPTIONS = (
    click.option(
        "--voice",
        metavar="VOICE",
        help="hibari, none, recorded, or service:NAME for a service of manim-voiceover."
        f"  [default: {DEFAULT_VOICE}]",
    ),
    click.option("--no-voice", is_flag=True, help=f"The same as --voice {SILENT}."),
    click.option(
        "--recordings",
        metavar="FOLDER",
        type=click.Path(path_type=Path),
        help="Your own recordings, one WAV file a line; 'lecture script' names them. With a voice"
        " besides, that voice speaks the lines you have not recorded."
        f"  [default with --voice recorded: {DEFAULT_FOLDER}]",
    ),
    click.option(
        "--voice-option",
        "voice_options",
        metavar="NAME=VALUE",
        multiple=True,
        help="Passed on to the service; may be given several times.",
    ),
)


def voice_options(command: Command) -> Command:
    """Give a command the options ``voice``, ``no_voice``, ``recordings`` and ``voice_options``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def narrator_of(
    voice: str | None,
    no_voice: bool,
    recordings: Path | None,
    voice_options: tuple[str, ...],
    *,
    language: str = "en",
) -> Narrator | None:
    """Return what speaks, or ``None`` for a silent lecture; end where the options are wrong."""
    if no_voice and voice not in (None, SILENT):
        stop(f"--no-voice does not go with --voice {voice}; leave one out", BAD_INPUT)
    try:
        return choose_voice(
            SILENT if no_voice else voice, recordings, voice_options, language=language
        )
    except VoiceInputError as error:
        stop(str(error), BAD_INPUT)
