"""The command ``lecture render``."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lecture.commands.common import BAD_INPUT, FAILED, interruptible, stop
from lecture.commands.filming import FilmOptions, as_json, film, film_options
from lecture.engine.keys import digest
from lecture.finish import finish_lecture
from lecture.finished import inputs_digest, is_finished, remember
from lecture.jobs import RenderError
from lecture.progress import duration
from lecture.voice.errors import VoiceError, VoiceInputError

if TYPE_CHECKING:
    from lecture.commands.filming import Filmed, Shooting
    from lecture.manifest import Manifest

__all__ = ["render"]


@dataclass(frozen=True, kw_only=True)
class _Options(FilmOptions):
    fps: int | None
    output: Path
    json_wanted: bool


@click.command()
@film_options
@click.option(
    "--fps", type=click.IntRange(1, 120), help="Frames a second, instead of the quality's."
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    default=Path("media/lecture.mp4"),
    show_default=True,
    help="The video's place.",
)
@click.option("--json", "json_wanted", is_flag=True, help="Print the result for programs.")
def render(**given: Any) -> None:
    """Render the lecture to one video, with speech, captions and chapters."""
    options = _Options(**given)
    shooting = options.shooting(options.fps)
    _make_room(options.output)
    began = time.monotonic()
    with interruptible(options.output):
        try:
            filmed = film(shooting)
            manifest = _finish(filmed, shooting, options.output)
        except VoiceInputError as error:
            stop(str(error), BAD_INPUT)
        except (RenderError, VoiceError) as error:
            stop(str(error), FAILED)
        except OSError as error:
            stop(f"cannot make {options.output}: {_reason(error)}", FAILED)
    _tell(options, shooting, filmed, manifest, time.monotonic() - began)


def _finish(filmed: Filmed, shooting: Shooting, output: Path) -> Manifest:
    """Make the video, unless it is there and made of the same films and the same speech."""
    spec = shooting.spec
    films = filmed.films["h264"]
    inputs = inputs_digest(films, filmed.spoken, spec.title, spec.author, spec.language)
    kept = None if shooting.force else is_finished(output, inputs)
    if kept is not None:
        return kept
    manifest = finish_lecture(
        films,
        output,
        title=spec.title,
        author=spec.author,
        spoken=filmed.spoken,
        spec_digest=digest(spec.model_dump(mode="json")),
        language=spec.language,
    )
    remember(output, inputs)
    return manifest


def _tell(
    options: _Options, shooting: Shooting, filmed: Filmed, manifest: Manifest, seconds: float
) -> None:
    video = manifest.video
    length = video.frames / shooting.size.fps
    if not options.json_wanted:
        click.echo(f"{options.output}  {duration(length)}, {shooting.size}")
        return
    result = {
        "output": str(options.output),
        "seconds": length,
        "frames": video.frames,
        "width": shooting.size.width,
        "height": shooting.size.height,
        "fps": shooting.size.fps,
        "scenes": [film.record.name for film in filmed.films["h264"]],
        "drawn": list(filmed.drawn),
        "spoken": filmed.spoken is not None,
        "wall_seconds": round(seconds, 3),
    }
    click.echo(as_json(result))


def _reason(error: OSError) -> str:
    where = f": {error.filename}" if error.filename else ""
    return f"{error.strerror or error}{where}"


def _make_room(output: Path) -> None:
    """Refuse an output that could not be written before hours are spent on it."""
    if output.suffix != ".mp4":
        stop(f"--output: {output} was given; allowed: a name that ends in .mp4", BAD_INPUT)
    if output.is_dir():
        stop(f"--output: {output} is a folder; allowed: the name of a file in it", BAD_INPUT)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(f"--output: {output.parent} cannot be made: {error.strerror}", BAD_INPUT)
