"""What commands share that film scenes: from options to films, and to the speech with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console

from lecture.commands.common import (
    frame_format,
    language_option,
    quality_option,
    read_lecture,
    scenes_option,
    spec_option,
    with_option,
)
from lecture.commands.voice import narrator_of, voice_options
from lecture.engine import Encoding, SceneView, Studio, open_workers
from lecture.progress import film_display_for
from lecture.voice.narration import speak_lecture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from lecture.jobs import FrameFormat
    from lecture.records import FilmedScene
    from lecture.voice.narration import Narrator, SpokenLecture
    from scenes.catalogue import SceneEntry
    from scenes.spec import LectureSpec

    Command = TypeVar("Command", bound=Callable[..., Any])

__all__ = ["FilmOptions", "Filmed", "Shooting", "film", "film_options"]

_FILMS, _SPEECH = Path("media/films"), Path("media/speech")


def film_options(command: Command) -> Command:
    """Give a command the options of `FilmOptions`."""
    given = (spec_option, quality_option, scenes_option, with_option, language_option)
    for option in (voice_options, *reversed(given)):
        command = option(command)
    return command


@dataclass(frozen=True, kw_only=True)
class FilmOptions:
    """The options that all commands have that film scenes, as click gives them."""

    spec_file: Path | None
    quality: str
    chosen: str | None
    with_files: tuple[Path, ...]
    language: str | None
    voice: str | None
    no_voice: bool
    recordings: Path | None
    voice_options: tuple[str, ...]

    def shooting(self) -> Shooting:
        """Look up all that is named; end where something is wrong."""
        asked = read_lecture(self.spec_file, self.chosen, self.with_files)
        spec = asked.spec
        if self.language is not None:
            spec = spec.model_copy(update={"language": self.language})
        narrator = narrator_of(
            self.voice,
            self.no_voice,
            self.recordings,
            self.voice_options,
            language=spec.language,
        )
        return Shooting(spec, asked.scenes, frame_format(self.quality, spec), narrator)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The options again, as one would type them, but for the scenes."""
        words = ["--quality", self.quality]
        for name, value in (
            ("--spec", self.spec_file),
            ("--language", self.language),
            ("--voice", self.voice),
            ("--recordings", self.recordings),
        ):
            words += [name, str(value)] if value is not None else []
        words += ["--no-voice"] if self.no_voice else []
        for file in self.with_files:
            words += ["--with", str(file)]
        for option in self.voice_options:
            words += ["--voice-option", option]
        return tuple(words)


@dataclass(frozen=True)
class Shooting:
    """What is to be filmed.

    Parameters
    ----------
    spec
        What the lecturer chose.
    scenes
        Which scenes, in which order.
    size
        Of the frames.
    narrator
        What speaks; ``None`` for a silent lecture.
    """

    spec: LectureSpec
    scenes: tuple[SceneEntry, ...]
    size: FrameFormat
    narrator: Narrator | None

    @property
    def names(self) -> tuple[str, ...]:
        """Of the scenes."""
        return tuple(scene.name for scene in self.scenes)


@dataclass(frozen=True)
class Filmed:
    """What has been filmed.

    Parameters
    ----------
    films
        The scenes, by encoding.
    spoken
        The speech; ``None`` for a silent lecture.
    """

    films: Mapping[str, list[FilmedScene]]
    spoken: SpokenLecture | None


def film(shooting: Shooting, encodings: Iterable[str] = ("h264",)) -> Filmed:
    """Film scenes in each of some encodings; what is kept of earlier runs is used."""
    views = [SceneView(scene, shooting.size, shooting.spec) for scene in shooting.scenes]
    with film_display_for(Console(stderr=True)) as display:
        studio = Studio(_FILMS, open_workers(display), display)
        with studio.locked():
            spoken = None
            if shooting.narrator is not None:
                spoken = speak_lecture(studio.rehearse(views), shooting.narrator, _SPEECH)
                views = [replace(view, speech=spoken.seconds(view.scene.name)) for view in views]
            films = {
                name: studio.film(
                    [replace(view, encoding=Encoding[name.upper()]) for view in views]
                )
                for name in encodings
            }
    return Filmed(films, spoken)
