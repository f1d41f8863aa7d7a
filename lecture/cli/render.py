"""The command ``lecture render``."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lecture.cli.options import BAD_INPUT, FAILED, interruptible, stop
from lecture.cli.progress import duration
from lecture.cli.request import RenderOptions, as_json, render_options, render_scenes
from lecture.errors import RenderError, VoiceError, VoiceInputError
from lecture.output.video.assemble import assemble_lecture
from lecture.output.video.up_to_date import inputs_digest, up_to_date_manifest, write_stamp
from lecture.render.keys import digest

if TYPE_CHECKING:
    from lecture.cli.request import RenderedLecture, RenderRequest
    from lecture.output.video.manifest import Manifest

__all__ = ["render"]


@dataclass(frozen=True, kw_only=True)
class _Options(RenderOptions):
    fps: int | None
    output: Path
    json_wanted: bool


@click.command()
@render_options
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
    request = options.request(options.fps)
    _make_room(options.output)
    began = time.monotonic()
    with interruptible(options.output):
        try:
            rendered = render_scenes(request)
            manifest = _finish(rendered, request, options.output)
        except VoiceInputError as error:
            stop(str(error), BAD_INPUT)
        except (RenderError, VoiceError) as error:
            stop(str(error), FAILED)
        except OSError as error:
            stop(f"cannot make {options.output}: {_reason(error)}", FAILED)
    _print_result(options, request, rendered, manifest, time.monotonic() - began)


def _finish(rendered: RenderedLecture, request: RenderRequest, output: Path) -> Manifest:
    """Make the video, unless it is there and made of the same films and the same speech."""
    spec = request.spec
    scenes = rendered.by_encoding["h264"]
    inputs = inputs_digest(scenes, rendered.spoken, spec.title, spec.author, spec.language)
    kept = None if request.force else up_to_date_manifest(output, inputs)
    if kept is not None:
        return kept
    manifest = assemble_lecture(
        scenes,
        output,
        title=spec.title,
        author=spec.author,
        spoken=rendered.spoken,
        spec_digest=digest(spec.model_dump(mode="json")),
        language=spec.language,
    )
    write_stamp(output, inputs)
    return manifest


def _print_result(
    options: _Options,
    request: RenderRequest,
    rendered: RenderedLecture,
    manifest: Manifest,
    seconds: float,
) -> None:
    video = manifest.video
    length = video.frames / request.size.fps
    if not options.json_wanted:
        click.echo(f"{options.output}  {duration(length)}, {request.size}")
        return
    result = {
        "output": str(options.output),
        "seconds": length,
        "frames": video.frames,
        "width": request.size.width,
        "height": request.size.height,
        "fps": request.size.fps,
        "scenes": [scene.record.name for scene in rendered.by_encoding["h264"]],
        "rendered": list(rendered.rendered_scenes),
        "spoken": rendered.spoken is not None,
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
