"""The command ``lecture site``."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lecture.cli.options import PathOption, check_output_folder, notes_option
from lecture.cli.rendering import (
    RenderedLecture,
    make_deck,
    make_video,
    render_scenes,
    show_progress,
)
from lecture.cli.request import RenderOptions, RenderRequest, render_options
from lecture.cli.runner import command
from lecture.output.slides.make import SlidesMissingError, make_slides, require_slides

if TYPE_CHECKING:
    from lecture.output.site.make import Download
    from lecture.render.tasks import ProgressDisplay

__all__ = ["site"]

_DECKS = {"html": "Slides for a browser (HTML)", "pptx": "Slides for PowerPoint (PPTX)"}


@dataclass(frozen=True, kw_only=True)
class _Options(RenderOptions):
    notes: bool
    output: Path


@command()
@render_options
@notes_option(default=False)
@click.option(
    "--output",
    metavar="FOLDER",
    type=PathOption(),
    default=Path("media/site"),
    show_default=True,
    help="The folder of the page; it replaces the page of an earlier command.",
)
def site(**given: Any) -> None:
    """Make a page for students: the video, a transcript that follows it, clips and downloads.

    The page opens as a file and on any host of static files. It offers slides if manim-slides is
    installed; they are silent unless a voice is named.
    """
    options = _Options(**given)
    request = options.request()
    check_output_folder(options.output)
    with show_progress(request) as display:
        page = _make(options, request, display)
    size = sum(path.stat().st_size for path in options.output.rglob("*") if path.is_file())
    click.echo(f"{page}  {size / 1e6:.1f} MB in all")


def _make(options: _Options, request: RenderRequest, display: ProgressDisplay) -> Path:
    from lecture.files import SidecarFiles  # noqa: PLC0415
    from lecture.output.clips.make import ClipOptions, fill_with_clips  # noqa: PLC0415  (takes a while)
    from lecture.output.site.explorables import load_explorables  # noqa: PLC0415
    from lecture.output.site.make import Download, Site, make_site  # noqa: PLC0415

    spec = request.spec
    explorables = load_explorables(spec)
    rendered = render_scenes(request, display)
    scenes = rendered.by_encoding["h264"]
    with tempfile.TemporaryDirectory(prefix="lecture-site-") as name:
        folder = Path(name)
        video = folder / "lecture.mp4"
        display.step("joining the video")
        make_video(rendered, spec, video)
        beside = SidecarFiles.of(video)
        downloads = (
            *_decks(rendered, request, options, folder, display),
            Download("Captions (SubRip)", beside.srt),
            Download("Transcript (Markdown)", beside.transcript),
        )
        made = Site(
            title=spec.title,
            author=spec.author,
            theme=spec.palette,
            records=tuple(scene.record for scene in scenes),
            video=video,
            captions=beside.vtt,
            chapters=beside.chapters,
            language=spec.language,
            downloads=downloads,
            spoken=rendered.spoken,
            explorables=explorables,
            page_theme=spec.page_theme,
        )
        clips = ClipOptions(
            order=spec.scenes,
            title=spec.title,
            language=spec.language,
            arguments=options.arguments,
            notes=options.notes,
            page_theme=spec.page_theme,
        )
        display.step("making the clips and the page")
        return make_site(
            made,
            options.output,
            lambda folder: fill_with_clips(rendered.by_encoding, folder, clips, rendered.spoken),
        )


def _decks(
    rendered: RenderedLecture,
    request: RenderRequest,
    options: _Options,
    folder: Path,
    display: ProgressDisplay,
) -> list[Download]:
    from lecture.output.site.make import Download  # noqa: PLC0415

    try:
        for to in _DECKS:
            require_slides(to)
    except SlidesMissingError as error:
        display.message(f"without slides: {error}")
        return []
    from lecture.output.slides.deck import DeckOptions  # noqa: PLC0415  (takes a while)

    display.step("making the slides")
    parts = folder / "slides"
    parts.mkdir()
    spoken = rendered.spoken if options.names_voice else None
    deck = make_deck(rendered, request.spec, parts, DeckOptions(options.notes, spoken))
    downloads = []
    for to, label in _DECKS.items():
        file = folder / f"slides.{to}"
        display.step(f"writing {file.name}")
        make_slides(deck, file, to)
        downloads.append(Download(label, file))
    return downloads
