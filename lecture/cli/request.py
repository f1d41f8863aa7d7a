"""From the options of a command to the scenes that it renders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lecture.cli.options import (
    brand_option,
    frame_format,
    invalid,
    language_option,
    lecture_option,
    quality_option,
    read_lecture,
    scenes_option,
    spec_option,
    voice_options,
    whole_number,
    with_option,
    with_options,
)
from lecture.errors import InputError
from lecture.render.tasks import SceneRenderSpec
from lecture.voice.choose import SILENT, choose_voice, default_voice

if TYPE_CHECKING:
    from collections.abc import Callable

    from lecture.cli.options import LectureInputs
    from lecture.config.contract import SceneEntry
    from lecture.config.spec import LectureSpec
    from lecture.config.words import LanguageCode
    from lecture.formats import FrameFormat
    from lecture.voice.narration import Narrator

    Command = TypeVar("Command", bound=Callable[..., Any])

__all__ = [
    "RenderOptions",
    "RenderRequest",
    "narrator_of",
    "render_options",
    "silence_notice",
]

_MOST_WORKERS = 256


def _workers(context: click.Context, option: click.Parameter, value: str) -> int | None:
    if value == "auto":
        return None
    return whole_number(1, _MOST_WORKERS, "processes, or auto")(context, option, value)


_OPTIONS = (
    lecture_option,
    spec_option,
    brand_option,
    quality_option,
    scenes_option,
    with_option,
    language_option,
    click.option(
        "--workers",
        metavar="N|auto",
        default="auto",
        show_default=True,
        callback=_workers,
        help="Number of worker processes; auto starts one for each core.",
    ),
    click.option(
        "--scheduler",
        metavar="ADDRESS",
        help="Render on the workers of a Dask scheduler, such as tcp://host:8786.",
    ),
    click.option("--force", is_flag=True, help="Render cached scenes again."),
    click.option(
        "--verify",
        is_flag=True,
        help="Compare the checksums of all cached segments, and join the video again.",
    ),
    voice_options,
)


def render_options(command: Command) -> Command:
    """Add the options of `RenderOptions` to a command."""
    return with_options(_OPTIONS, command)


@dataclass(frozen=True, kw_only=True)
class RenderOptions:
    """Options of all commands that render scenes, as click parses them."""

    lecture_name: str | None
    spec_file: Path | None
    brand_file: Path | None
    quality: str
    chosen: str | None
    with_files: tuple[Path, ...]
    language: LanguageCode | None
    workers: int | None
    scheduler: str | None
    force: bool
    verify: bool
    voice: str | None
    no_voice: bool
    recordings: Path | None
    voice_options: tuple[str, ...]

    def request(self, fps: int | None = None) -> RenderRequest:
        """Return the request that the options describe; `fps` replaces the quality's frame rate.

        Raises
        ------
        InputError
            An option is invalid.
        """
        inputs = read_lecture(
            self.spec_file,
            self.chosen,
            self.with_files,
            self.language,
            self.lecture_name,
            self.brand_file,
        )
        if self.scheduler is not None and "://" not in self.scheduler:
            allowed = "the address of a Dask scheduler, such as tcp://host:8786"
            raise invalid("--scheduler", self.scheduler, allowed)
        return RenderRequest(
            spec=inputs.spec,
            scenes=inputs.scenes,
            origin=inputs.found.origin,
            size=frame_format(self.quality, inputs.spec).at(fps),
            narrator=narrator_of(
                self.voice,
                self.no_voice,
                self.recordings,
                self.voice_options,
                language=inputs.spec.language,
            ),
            notice=silence_notice(self.voice, self.no_voice, self.recordings, inputs.spec.language),
            workers=self.workers,
            scheduler=self.scheduler,
            force=self.force,
            verify=self.verify,
        )

    @property
    def names_voice(self) -> bool:
        """True if the options name a voice or recordings."""
        return self.voice is not None or self.recordings is not None

    @property
    def arguments(self) -> tuple[str, ...]:
        """The options as typed on a command line, without the scenes."""
        words = ["--quality", self.quality]
        pairs = {
            "--lecture": self.lecture_name,
            "--spec": self.spec_file,
            "--brand": self.brand_file,
            "--language": self.language,
            "--voice": self.voice,
            "--recordings": self.recordings,
        }
        words += [word for name, value in pairs.items() if value for word in (name, str(value))]
        if self.no_voice:
            words.append("--no-voice")
        for name, values in (("--with", self.with_files), ("--voice-option", self.voice_options)):
            words += [word for value in values for word in (name, str(value))]
        return tuple(words)


@dataclass(frozen=True, kw_only=True)
class RenderRequest:
    """Scenes to render, and how.

    Parameters
    ----------
    spec
        The lecturer's choices.
    scenes
        The scenes, in order.
    size
        Size and rate of the frames.
    origin
        Name and location of the lecture, for the first line of output.
    narrator
        The narrator; ``None`` for a silent lecture.
    notice
        A line to print before the work; empty if there is none.
    workers
        Number of worker processes; ``None`` for one a core.
    scheduler
        Address of a Dask scheduler whose workers render instead.
    force
        Render cached scenes again.
    verify
        Compare the checksums of all cached segments; else only of those whose size, time or inode
        has changed.
    """

    spec: LectureSpec
    scenes: tuple[SceneEntry, ...]
    size: FrameFormat
    origin: str
    narrator: Narrator | None = None
    notice: str = ""
    workers: int | None = None
    scheduler: str | None = None
    force: bool = False
    verify: bool = False

    @classmethod
    def silent(cls, inputs: LectureInputs, quality: str = "l") -> RenderRequest:
        """Return a request for the scenes of a lecture without speech."""
        return cls(
            spec=inputs.spec,
            scenes=inputs.scenes,
            origin=inputs.found.origin,
            size=frame_format(quality, inputs.spec),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the scenes."""
        return tuple(scene.name for scene in self.scenes)

    def render_specs(self) -> list[SceneRenderSpec]:
        """Return the scenes with everything that their frames depend on except the speech."""
        return [SceneRenderSpec(scene, self.size, self.spec) for scene in self.scenes]


def silence_notice(
    voice: str | None, no_voice: bool, recordings: Path | None, language: str
) -> str:
    """Return a notice for a lecture that is silent although no option says so, else ``""``."""
    if no_voice or voice is not None or recordings is not None:
        return ""
    return default_voice(language)[1]


def narrator_of(
    voice: str | None,
    no_voice: bool,
    recordings: Path | None,
    voice_options: tuple[str, ...],
    *,
    language: str = "en",
) -> Narrator | None:
    """Return the narrator of the voice options; ``None`` for a silent lecture.

    Raises
    ------
    InputError
        The options are invalid.
    """
    if no_voice and voice not in (None, SILENT):
        raise InputError(f"--no-voice does not go with --voice {voice}; leave one out")
    name = SILENT if no_voice else voice
    return choose_voice(name, recordings, voice_options, language=language)
