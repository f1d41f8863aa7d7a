"""The choice of a voice by the options of the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import click
import numpy as np
import pytest
from click.testing import CliRunner

from lecture.cli.options import voice_options
from lecture.cli.request import narrator_of, silence_notice
from lecture.cli.runner import LectureCommand
from lecture.errors import VoiceError, VoiceInputError
from lecture.timeline import SceneTimeline
from lecture.voice.choose import choose_voice
from lecture.voice.hibari import HibariVoice
from lecture.voice.narration import speak_lecture
from lecture.voice.recordings import Recordings
from lecture.voice.service import SERVICES, ServiceVoice
from lecture.voice.sound import Sound

Write = Callable[..., Path]
SpeechLike = Callable[..., np.ndarray]
Scene = Callable[..., SceneTimeline]


def test_the_default_is_hibari_and_none_is_silent() -> None:
    assert isinstance(choose_voice(None), HibariVoice)
    assert isinstance(choose_voice("hibari"), HibariVoice)
    assert choose_voice("none") is None


@pytest.fixture
def without_hibari(monkeypatch: pytest.MonkeyPatch) -> None:
    find = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == "hibari" else find(name))


@pytest.mark.usefixtures("without_hibari")
def test_an_installation_without_the_extra_is_silent_and_says_how_to_add_the_voice() -> None:
    assert choose_voice(None) is None
    notice = silence_notice(None, False, None, "en")
    assert notice == (
        "silent: the voice hibari is not installed; "
        "for speech, install it with: pip install 'unstable-gradients[voice]'"
    )


def test_a_lecture_that_is_silent_on_request_has_no_notice(tmp_path: Path) -> None:
    assert silence_notice(None, False, None, "en") == ""
    assert "speaks only English" in silence_notice(None, False, None, "de")
    for voice, no_voice, recordings in (
        ("none", False, None),
        (None, True, None),
        (None, False, tmp_path),
        ("service:gtts", False, None),
    ):
        assert silence_notice(voice, no_voice, recordings, "de") == ""


def test_other_languages_are_silent_by_default(tmp_path: Path) -> None:
    assert choose_voice(None, language="de") is None
    assert choose_voice(None, tmp_path, language="ru") == Recordings(tmp_path)
    with pytest.raises(VoiceInputError, match="speaks only English, and the lecture is in 'de'"):
        choose_voice("hibari", language="de")


def test_recordings_alone_and_with_a_voice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_voice("recorded", tmp_path) == Recordings(tmp_path)
    assert choose_voice(None, tmp_path) == Recordings(tmp_path)
    mixed = choose_voice("hibari", tmp_path)
    assert isinstance(mixed, Recordings)
    assert isinstance(mixed.fallback, HibariVoice)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recordings").mkdir()
    assert choose_voice("recorded") == Recordings(Path("recordings"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("alexa",), "there is no voice 'alexa'; allowed: hibari, none, recorded, service:azure"),
        (("recorded",), "--recordings: recordings does not exist"),
        (("none", Path(__file__).parent), "does not go with a silent lecture"),
        (("recorded", Path(__file__)), "is not a folder"),
        (("hibari", None, ["lang=en"]), "--voice-option is for services"),
        (("service:siri",), "there is no service 'siri'; allowed: one of azure"),
        (("service:nowhere.at_all:Voice",), "needs nowhere, which is not installed"),
        (("service:gtts",), "needs manim_voiceover, which is not installed"),
    ],
)
def test_errors_list_the_allowed_values(
    arguments: tuple[Any, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(VoiceInputError, match=message):
        choose_voice(*arguments)


@pytest.mark.usefixtures("without_hibari")
def test_the_error_for_a_missing_package_names_its_extra(tmp_path: Path) -> None:
    with pytest.raises(VoiceInputError, match=r"hibari is not installed; .*\[voice\]"):
        choose_voice("hibari")
    assert choose_voice("none") is None
    assert isinstance(choose_voice("recorded", tmp_path), Recordings)


@pytest.mark.parametrize("option", ["lang", "=en", "a b=c"])
@pytest.mark.usefixtures("service")
def test_options_have_a_name_and_a_value(option: str) -> None:
    with pytest.raises(VoiceInputError, match="allowed: name=value"):
        choose_voice("service:gtts", None, [option])


# --- a service with the interface of manim-voiceover, which is not installed ---


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, wav: Write, speech_like: SpeechLike) -> ModuleType:
    """Install a fake manim-voiceover, whose gTTS service writes a file."""

    class GTTSService:
        instances: ClassVar[list[Any]] = []

        def __init__(self, lang: str = "en", **kwargs: Any) -> None:
            self.lang = lang
            self.cache_dir = kwargs["cache_dir"]
            GTTSService.instances.append(self)

        def generate_from_text(
            self, text: str, cache_dir: str | None = None, path: str | None = None, **_: Any
        ) -> dict[str, Any]:
            if "password" in text:
                input("The service asks for a password: ")
            assert path is None
            samples = speech_like(0.06 * len(text), rate=22_050)
            wav(str(Path(cache_dir or "") / "speech.wav"), samples, rate=22_050)
            return {"input_text": text, "original_audio": "speech.wav"}

    package, services = ModuleType("manim_voiceover"), ModuleType("manim_voiceover.services")
    module = ModuleType("manim_voiceover.services.gtts")
    module.GTTSService = GTTSService
    for fake in (package, services, module):
        monkeypatch.setitem(sys.modules, fake.__name__, fake)
    return module


def test_a_service_speaks_a_lecture(service: Any, scene: Scene, tmp_path: Path) -> None:
    timelines = [scene("One", {"start": [("hello", "Hello."), ("more", "There is more to say.")]})]
    voice = choose_voice("service:gtts", None, ["lang=de"])
    spoken = speak_lecture(timelines, voice, tmp_path)
    assert [instance.lang for instance in service.GTTSService.instances] == ["de"]
    assert spoken.seconds("One")["start.more"] == pytest.approx(0.06 * 21, abs=0.15)
    assert spoken.voices["service:gtts"]["engine"] == SERVICES["gtts"]
    assert spoken.voices["service:gtts"]["option lang"] == "de"


@pytest.mark.usefixtures("service")
def test_a_service_that_prompts_for_input_fails(scene: Scene, tmp_path: Path) -> None:
    timelines = [scene("One", {"start": [("hello", "Give me your password, please.")]})]
    with pytest.raises(VoiceError, match="One, beat start, line hello: the voice service:gtts"):
        speak_lecture(timelines, choose_voice("service:gtts"), tmp_path)


@pytest.mark.usefixtures("service")
def test_a_service_may_be_given_by_its_class() -> None:
    voice = ServiceVoice("manim_voiceover.services.gtts:GTTSService")
    assert isinstance(voice.speak("Hello."), Sound)
    assert voice.identity["engine"] == "manim_voiceover.services.gtts:GTTSService"


# --- the options ---


@click.command(cls=LectureCommand)
@voice_options
def command(**options: Any) -> None:
    """Print the chosen voice."""
    click.echo(repr(narrator_of(**options)))


@pytest.mark.parametrize(
    ("arguments", "code", "output"),
    [
        (["--no-voice"], 0, "None"),
        (["--voice", "none"], 0, "None"),
        (["--no-voice", "--voice", "none"], 0, "None"),
        ([], 0, "HibariVoice"),
        (["--no-voice", "--voice", "hibari"], 2, "does not go with --voice hibari"),
        (["--voice", "alexa"], 2, "there is no voice 'alexa'"),
        (["--recordings", "nowhere"], 2, "nowhere does not exist"),
    ],
)
def test_options_choose_the_voice(arguments: list[str], code: int, output: str) -> None:
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == code
    assert output in result.output
