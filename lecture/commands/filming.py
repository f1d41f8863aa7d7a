"""What commands share that film scenes: from options to films, and to the speech with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from lecture.commands.common import bad_input, frame_format
from lecture.commands.voice import narrator_of
from lecture.engine import Encoding, SceneView, Studio, open_workers
from lecture.progress import film_display_for
from lecture.voice.narration import speak_lecture
from scenes.catalogue import entries
from scenes.spec import active_file, load_spec, read_scenes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lecture.jobs import FrameFormat
    from lecture.records import FilmedScene
    from lecture.voice.narration import Narrator, SpokenLecture
    from scenes.spec import LectureSpec

__all__ = ["FilmOptions", "Filmed", "Shooting", "film"]

_FILMS, _SPEECH = Path("media/films"), Path("media/speech")


@dataclass(frozen=True, kw_only=True)
class FilmOptions:
    """The options that all commands have that film scenes, as click gives them."""

    spec_file: Path | None
    quality: str
    chosen: str | None
    voice: str | None
    no_voice: bool
    recordings: Path | None
    voice_options: tuple[str, ...]

    def shooting(self) -> Shooting:
        """Look up all that is named; end where something is wrong."""
        with bad_input():
            spec = load_spec(self.spec_file or active_file())
            names = spec.scenes if self.chosen is None else read_scenes(self.chosen, spec.aspect)
        narrator = narrator_of(self.voice, self.no_voice, self.recordings, self.voice_options)
        return Shooting(spec, names, frame_format(self.quality, spec), narrator)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The options again, as one would type them, but for the scenes."""
        words = ["--quality", self.quality]
        if self.spec_file:
            words += ["--spec", str(self.spec_file)]
        if self.no_voice:
            words.append("--no-voice")
        if self.voice:
            words += ["--voice", self.voice]
        if self.recordings:
            words += ["--recordings", str(self.recordings)]
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
    names
        Which scenes, in which order.
    size
        Of the frames.
    narrator
        What speaks; ``None`` for a silent lecture.
    """

    spec: LectureSpec
    names: tuple[str, ...]
    size: FrameFormat
    narrator: Narrator | None


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
    with film_display_for(Console(stderr=True)) as display:
        studio = Studio(_FILMS, open_workers(display), display)
        with studio.locked():
            views = [
                SceneView(entry, shooting.size, shooting.spec) for entry in entries(shooting.names)
            ]
            spoken = None
            if shooting.narrator is not None:
                spoken = speak_lecture(studio.rehearse(views), shooting.narrator, _SPEECH)
            films = {
                encoding: studio.film(
                    [
                        SceneView(
                            view.scene,
                            view.format,
                            view.spec,
                            Encoding[encoding.upper()],
                            spoken.seconds(view.scene.name) if spoken else None,
                        )
                        for view in views
                    ]
                )
                for encoding in encodings
            }
    return Filmed(films, spoken)
