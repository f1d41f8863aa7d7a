"""The command ``lecture list``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lecture.cli.options import (
    language_option,
    lecture_option,
    print_origin,
    read_lecture,
    scenes_option,
    spec_option,
    with_option,
)
from lecture.cli.runner import command, json_option, print_json
from lecture.cli.terminal import columns, counted, duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lecture.config.contract import SceneEntry
    from lecture.config.words import LanguageCode
    from lecture.timeline import SceneTimeline

__all__ = ["list_scenes"]


@command("list")
@lecture_option
@spec_option
@language_option
@scenes_option
@with_option
@click.option("--names", is_flag=True, help="Print only names and titles, without running scenes.")
@json_option
def list_scenes(
    lecture_name: str | None,
    spec_file: Path | None,
    language: LanguageCode | None,
    chosen: str | None,
    with_files: tuple[Path, ...],
    names: bool,
    as_json: bool,
) -> None:
    """List the scenes with their beats and lengths.

    The lengths depend on the lecture file, so the scenes run, without being drawn.
    """
    inputs = read_lecture(spec_file, chosen, with_files, language, lecture_name)
    scenes = inputs.scenes
    if chosen is None:
        scenes = (*inputs.found.lecture.scenes, *inputs.user_scenes)
    if names:
        print_origin(inputs)
        _print_names(scenes, as_json=as_json)
        return
    from lecture.cli.rendering import dry_run  # noqa: PLC0415  (takes a while)
    from lecture.cli.request import RenderRequest  # noqa: PLC0415

    fitting = tuple(scene for scene in scenes if inputs.spec.aspect in scene.aspects)
    records = dry_run(RenderRequest.silent(replace(inputs, scenes=fitting)))
    if as_json:
        print_json([_facts(s, r) for s, r in zip(fitting, records, strict=True)])
        return
    for record in records:
        _print_scene(record)
    total = float(sum(record.seconds for record in records))
    click.echo(f"{counted(len(records), 'scene')}, {duration(total)}")


def _print_names(scenes: Sequence[SceneEntry], *, as_json: bool) -> None:
    if as_json:
        print_json([_facts(scene) for scene in scenes])
    else:
        click.echo(columns([(scene.name, scene.title) for scene in scenes], left=2))


def _print_scene(record: SceneTimeline) -> None:
    click.echo(f"{record.name}  {duration(float(record.seconds))}  {record.title}")
    rows = [(beat.name, f"{beat.frames / record.fps:.1f} s") for beat in record.beats]
    for line in columns(rows, left=1).splitlines():
        click.echo(f"    {line}")


def _facts(scene: SceneEntry, record: SceneTimeline | None = None) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "name": scene.name,
        "title": scene.title,
        "aspects": scene.aspects,
        "file": str(scene.file) if scene.file else None,
    }
    if record is not None:
        facts["seconds"] = float(record.seconds)
        facts["beats"] = [
            {
                "name": beat.name,
                "start": beat.start / record.fps,
                "seconds": beat.frames / record.fps,
                "loop": beat.loop,
            }
            for beat in record.beats
        ]
    return facts
