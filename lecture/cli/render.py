"""The command ``lecture render``."""

from __future__ import annotations

import time
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lecture.cli.options import PathOption, check_output_file
from lecture.cli.progress import Phase, PhaseTimes
from lecture.cli.rendering import RenderedLecture, make_video, render_scenes, show_progress
from lecture.cli.request import RenderOptions, RenderRequest, render_options
from lecture.cli.runner import command, json_option, print_json
from lecture.cli.terminal import columns, duration
from lecture.files import SidecarFiles
from lecture.output.video.up_to_date import inputs_digest, up_to_date_manifest, write_stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lecture.output.video.manifest import Manifest
    from lecture.render.tasks import ProgressDisplay

__all__ = ["render"]


@dataclass(frozen=True, kw_only=True)
class _Options(RenderOptions):
    fps: int | None
    output: Path
    profile: bool
    as_json: bool


@command()
@render_options
@click.option(
    "--fps", type=click.IntRange(1, 120), help="Frames a second, instead of the quality's."
)
@click.option(
    "--output",
    metavar="FILE",
    type=PathOption(),
    default=Path("media/lecture.mp4"),
    show_default=True,
    help="The video file.",
)
@click.option(
    "--profile",
    is_flag=True,
    help="Print the wall and CPU time of each step on standard error, or with --json among the "
    "results.",
)
@json_option
def render(**given: Any) -> None:
    """Render the lecture as one video, with speech, captions and chapters."""
    options = _Options(**given)
    request = options.request(options.fps)
    check_output_file(options.output, ".mp4", beside=astuple(SidecarFiles.of(options.output)))
    began = time.monotonic()
    with show_progress(request) as display:
        times = PhaseTimes(display)
        rendered = render_scenes(request, times)
        manifest = _assemble(rendered, request, options.output, times)
        phases = times.phases if options.profile else ()
    _print_result(options, request, rendered, manifest, time.monotonic() - began, phases)


def _assemble(
    rendered: RenderedLecture, request: RenderRequest, output: Path, display: ProgressDisplay
) -> Manifest:
    """Assemble the video, unless it exists and is made of the same segments and speech."""
    spec = request.spec
    display.step("comparing the video with its segments", brief=True)
    scenes = rendered.by_encoding["h264"]
    inputs = inputs_digest(scenes, rendered.spoken, spec.title, spec.author, spec.language)
    again = request.force or request.verify
    manifest = None if again else up_to_date_manifest(output, inputs)
    if manifest is None:
        display.step("joining the video")
        manifest = make_video(rendered, spec, output)
        write_stamp(output, inputs)
    return manifest


def _print_result(
    options: _Options,
    request: RenderRequest,
    rendered: RenderedLecture,
    manifest: Manifest,
    seconds: float,
    phases: Sequence[Phase],
) -> None:
    video = manifest.video
    length = video.frames / request.size.fps
    if not options.as_json:
        if phases:
            click.echo(_table(phases), err=True)
        click.echo(f"{options.output}  {duration(length)}, {request.size}")
        return
    print_json(
        {
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
            **({"phases": [_rounded(phase) for phase in phases]} if phases else {}),
        }
    )


def _table(phases: Sequence[Phase]) -> str:
    total = Phase("total")
    for phase in phases:
        total.add(phase)
    rows = [("step", "wall s", "main CPU s", "worker CPU s")]
    rows += [
        (phase.name, f"{phase.wall:.2f}", f"{phase.main:.2f}", f"{phase.workers:.2f}")
        for phase in (*phases, total)
    ]
    return columns(rows, left=1)


def _rounded(phase: Phase) -> dict[str, str | float]:
    return {
        "name": phase.name,
        "wall_seconds": round(phase.wall, 3),
        "main_cpu_seconds": round(phase.main, 3),
        "worker_cpu_seconds": round(phase.workers, 3),
    }
