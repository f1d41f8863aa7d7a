"""The command ``lecture watch``."""

from __future__ import annotations

import tempfile
import webbrowser
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lecture.cli.options import (
    brand_option,
    language_option,
    lecture_option,
    print_origin,
    read_lecture,
    spec_option,
    whole_number,
    with_option,
)
from lecture.cli.rendering import cache_folder, dry_run
from lecture.cli.request import RenderRequest
from lecture.cli.runner import command
from lecture.config.issues import did_you_mean, format_value
from lecture.errors import InputError, RenderError
from lecture.formats import Quality
from lecture.output.clips.select import known_beats

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lecture.cli.options import LectureInputs

__all__ = ["watch"]


@command()
@click.argument("selection", metavar="[SCENE[.BEAT]]", required=False)
@lecture_option
@spec_option
@brand_option
@click.option(
    "-q",
    "--quality",
    type=click.Choice([quality.name for quality in Quality]),
    default="m",
    show_default=True,
    help="Quality of the stills, as for lecture render; clips have the quality l.",
)
@with_option
@language_option
@click.option(
    "--port",
    metavar="N",
    default="0",
    callback=whole_number(0, 65535, "a port"),
    help="The port of the page.  [default: a free one]",
)
@click.option("--no-open", is_flag=True, help="Do not open the page in a browser.")
def watch(
    selection: str | None,
    lecture_name: str | None,
    quality: str,
    port: int,
    no_open: bool,
    **given: Any,
) -> None:
    """Show stills in a page that changes whenever you save, until Ctrl-C.

    Without SCENE, all scenes of the lecture are shown, or those of the files of --with. The files
    of the scenes, the words, the lecture file and all files that a scene reads are watched. A clip
    of the changed beat follows the still. The page is served on this machine only.
    """
    scene, beat = _parse(selection)

    def read_scenes(chosen: str | None) -> LectureInputs:
        return read_lecture(chosen=chosen, lecture=lecture_name, **given)

    def read() -> LectureInputs:
        inputs = read_scenes(None)
        names = None if scene is None else [scene]
        if names is None and given["with_files"]:
            names = [entry.name for entry in inputs.user_scenes]
        if names is None and inputs.scenes:
            return inputs
        if not names:
            raise InputError("there is no scene to watch; name a file with scenes: --with FILE.py")
        known = [*inputs.found.lecture.scene_names(), *(one.name for one in inputs.user_scenes)]
        _check(names, known, "scene")
        return read_scenes(",".join(names))

    inputs = read()
    if beat is not None:
        _check_beat(inputs, beat)
    from lecture.cli.watcher import Watcher  # noqa: PLC0415  (takes a while)
    from lecture.output.preview.content import PreviewContent  # noqa: PLC0415
    from lecture.output.preview.server import PreviewServer  # noqa: PLC0415

    content = PreviewContent()
    with (
        PreviewServer(content, inputs.spec.title, port, inputs.spec.page_theme) as server,
        tempfile.TemporaryDirectory(prefix="lecture-watch-") as folder,
        Watcher(
            read=read,
            request=partial(RenderRequest.silent, quality=quality),
            beat=beat,
            content=content,
            folder=Path(folder),
            cache=cache_folder(),
            on_line=partial(click.echo, err=True),
        ) as watcher,
    ):
        print_origin(inputs)
        click.echo(f"{server.url}  {', '.join(one.name for one in inputs.scenes)}")
        if not no_open:
            webbrowser.open(server.url)
        watcher.run()


def _parse(selection: str | None) -> tuple[str | None, str | None]:
    scene, _, beat = (selection or "").partition(".")
    return scene or None, beat or None


def _check_beat(inputs: LectureInputs, beat: str) -> None:
    """Refuse a beat that the scene does not have, unless the scene fails."""
    (scene,) = inputs.scenes
    known = known_beats(inputs.spec.lecture, [scene.name]).get(scene.name)
    if known is None:
        try:
            (timeline,) = dry_run(RenderRequest.silent(inputs))
        except RenderError:  # which the page shows
            return
        known = tuple(one.name for one in timeline.beats)
    _check([beat], known, f"beat of {scene.name}")


def _check(names: Iterable[str], known: Iterable[str], kind: str) -> None:
    known = list(known)
    for name in names:
        if name not in known:
            allowed = f"allowed: {', '.join(known)}{did_you_mean(name, known)}"
            raise InputError(f"there is no {kind} {format_value(name)}; {allowed}")
