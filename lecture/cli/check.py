"""The command ``lecture check``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from lecture.cli.rendering import open_session, show_progress, spoken_specs
from lecture.cli.request import RenderOptions, render_options
from lecture.cli.runner import command, json_option, print_json
from lecture.cli.terminal import columns, counted
from lecture.errors import RenderError
from lecture.output.check import check_scene
from lecture.render.tasks import RenderMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lecture.output.check import SceneCheck

__all__ = ["check"]


@command()
@render_options
@json_option
def check(*, as_json: bool, **given: Any) -> None:
    """Check every frame, the pace of the speech, and how long nothing moves.

    Texts must not overlap each other or cross the edge of a node, also while they move, and must be
    legible and inside the margins. The voice must not hurry, and no picture may stand for long
    while it speaks. The scenes run, without being drawn. The exit code is 1 if there are faults.
    """
    request = RenderOptions(**given).request()
    with show_progress(request) as display, open_session(request, display) as session:
        render_specs = request.render_specs()
        timelines = session.dry_run(render_specs) if request.narrator is not None else []
        render_specs, spoken = spoken_specs(render_specs, timelines, request, display)
        results = session.run_each(render_specs, RenderMode.CHECK)
    checks = [
        check_scene(render_spec, result, spoken.seconds(render_spec.scene.name) if spoken else None)
        for render_spec, result in zip(render_specs, results, strict=True)
    ]
    if as_json:
        print_json([asdict(found) for found in checks])
    else:
        _print(checks)
    count = sum(len(found.faults) for found in checks)
    if count:
        scenes = counted(len(checks), "scene")
        raise RenderError(f"{counted(count, 'fault')} in {scenes}; see above")


def _print(checks: Sequence[SceneCheck]) -> None:
    for found in checks:
        for fault in found.faults:
            click.echo(f"{found.name}, {fault}")
    rows = [("scene", "words/min", "fastest", "still (s)", "rest (s)", "faults")]
    rows += [
        (
            found.name,
            f"{found.words_per_minute:.0f}",
            f"{found.fastest:.0f}",
            f"{found.longest_still:.1f}",
            f"{found.shortest_rest:.1f}",
            str(len(found.faults)),
        )
        for found in checks
    ]
    click.echo(columns(rows, left=1))
