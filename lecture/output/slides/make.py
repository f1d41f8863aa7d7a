"""Make decks: for browsers by ``manim-slides convert``, for PowerPoint, and for paper."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from base64 import b64encode
from dataclasses import dataclass
from importlib import resources
from importlib.metadata import PackageNotFoundError, distribution
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from lecture.errors import InputError, RenderError
from lecture.files import atomic_write
from lecture.output.slides.title import draw_title

if TYPE_CHECKING:
    from lecture.output.slides.deck import Deck

__all__ = [
    "FORMATS",
    "PowerPointOptions",
    "SlidesMissingError",
    "deck_template",
    "make_slides",
    "require_slides",
]

FORMATS = ("html", "pptx", "pdf", "zip")

_PACKAGES = {"html": "manim-slides", "zip": "manim-slides", "pptx": "python-pptx"}
_SCENE = "Lecture"
_PREVIEW = (640, 640)  # pixels


@dataclass(frozen=True, kw_only=True, slots=True)
class PowerPointOptions:
    """Options of a deck for PowerPoint.

    Parameters
    ----------
    autoplay
        Play videos as soon as their slides are shown, instead of at a click.
    template
        A deck or a template with the look of the slides: its size, layouts, fonts and pictures,
        without its slides. The videos stand in the content of a layout; without a template, they
        fill the slides.
    into
        A deck of which a copy gets the slides of the lecture; its own slides stay as they are.
    after
        Number of the slide of `into` after which they come; the last if ``None``.
    """

    autoplay: bool = False
    template: Path | None = None
    into: Path | None = None
    after: int | None = None


class SlidesMissingError(RenderError, InputError):
    """A package that a format of slides needs is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(
            f"slides need {package}, which is not installed; "
            "install it with: pip install 'unstable-gradients[slides]'"
        )


def make_slides(
    deck: Deck, output: Path, to: str, options: PowerPointOptions = PowerPointOptions()
) -> None:
    """Write a deck; an earlier file stays until the new one is complete.

    Parameters
    ----------
    deck
        The deck.
    output
        Path of the file.
    to
        ``html``: one file for a browser; ``zip``: the page and its videos; ``pptx``: for
        PowerPoint, Keynote and Google Slides; ``pdf``: the last frames.
    options
        Options of a ``pptx``.

    Raises
    ------
    SlidesMissingError
        A package that the format needs is not installed.
    RenderError
        manim-slides failed, or a file cannot be written.
    """
    require_slides(to)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(output) as temporary:
            if to == "pptx":
                # python-pptx takes a second to import, and belongs to the extra.
                from lecture.output.slides.powerpoint import write_powerpoint  # noqa: PLC0415

                write_powerpoint(deck, temporary, options)
            elif to == "pdf":
                _write_pdf(deck, temporary)
            else:
                _convert(deck, temporary, to)
    except OSError as error:
        raise RenderError(f"cannot make {output}: {error}") from error


def require_slides(to: str) -> None:
    """Raise `SlidesMissingError` if the package that a format needs is not installed."""
    if (package := _PACKAGES.get(to)) is None:
        return
    try:
        distribution(package)
    except PackageNotFoundError:
        raise SlidesMissingError(package) from None


def deck_template(deck: Deck) -> str:
    """Return the template for manim-slides: `deck.html`, which loads nothing but its videos."""
    web = resources.files("lecture.output.web")
    reveal = {path.name: path.read_text("utf-8") for path in web.joinpath("reveal").iterdir()}
    values = {
        "title": deck.title,
        "author": deck.author,
        "language": deck.language,
        "headings": [slide.heading for slide in deck.slides],
        "seconds": [math.ceil(slide.seconds) for slide in deck.slides],
        "lines": [slide.line_starts for slide in deck.slides],
        "cues": [
            [{"start": line.start, "notes": line.notes} for line in slide.lines[1:]]
            for slide in deck.slides
        ],
        "notes": [slide.lines[0].notes if slide.lines else slide.notes for slide in deck.slides],
        "pictures": [
            [_preview(path) for path in [line.picture for line in slide.lines] or [slide.picture]]
            for slide in deck.slides
        ],
        "muted": deck.silent,
        "background": deck.theme.background,
        "ink": deck.theme.ink,
        "secondary": deck.theme.secondary,
        "accent": deck.theme.signal,
        "styles": reveal["reveal.css"],
        "scripts": f"{reveal['reveal.js']}\n{reveal['notes.js']}",
    }
    # manim-slides passes on no values of ours, but a JSON object is a Jinja literal.
    literal = json.dumps(values, ensure_ascii=False)
    template = web.joinpath("templates", "deck.html").read_text("utf-8")
    return f"{{% set deck = {literal} %}}\n{template}"


def _preview(path: Path) -> str:
    """Return a small copy of a picture as a data URI, for the speaker."""
    from PIL import Image  # noqa: PLC0415  (takes a while)

    content = BytesIO()
    with Image.open(path) as picture:
        picture.thumbnail(_PREVIEW)
        picture.convert("RGB").save(content, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{b64encode(content.getvalue()).decode()}"


def _presentation(deck: Deck) -> str:
    """Return the configuration of manim-slides for a deck, as JSON."""
    slides = [
        {
            "file": str(slide.segment.resolve()),
            "rev_file": str(slide.segment.resolve()),  # required, but only played by its own player
            "loop": slide.loop,
            "notes": slide.notes,
            "dedent_notes": False,
        }
        for slide in deck.slides
    ]
    config = {
        "slides": slides,
        "resolution": [deck.width, deck.height],
        "background_color": deck.theme.background,
    }
    # ASCII by default, because manim-slides reads it in the encoding of the locale.
    return json.dumps(config, indent=2)


def _convert(deck: Deck, output: Path, to: str) -> None:
    with tempfile.TemporaryDirectory(prefix="lecture-slides-") as name:
        folder = Path(name)
        converted = folder / f"index.{to}"
        template = folder / "deck.html"
        template.write_text(deck_template(deck), encoding="utf-8")
        (folder / f"{_SCENE}.json").write_text(_presentation(deck), encoding="ascii")
        # Not to import a file of the working directory in place of a package.
        command = [sys.executable, "-P", "-m", "manim_slides", "--silent", "convert", "-v", "ERROR"]
        command += ["--folder", str(folder), "--to", to, "--use-template", str(template)]
        command += [*(["--one-file"] if to == "html" else []), _SCENE, str(converted)]
        ended = subprocess.run(  # noqa: S603  (no argument is given by the user)
            command,
            env={**os.environ, "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if ended.returncode or not converted.exists():
            lines = (ended.stderr.strip() or ended.stdout.strip() or "no output").splitlines()
            raise RenderError(f"manim-slides cannot make the {to} file: {lines[-1]}")
        shutil.copyfile(converted, output)


def _write_pdf(deck: Deck, output: Path) -> None:
    """Write the title and the picture of each slide, a page each, 7.5 inches high or wide."""
    from PIL import Image  # noqa: PLC0415  (takes a while)

    size = {"width": deck.width, "height": deck.height}
    card = draw_title(**size, theme=deck.theme, title=deck.title, author=deck.author)
    sources: list[BytesIO | Path] = [BytesIO(card), *(slide.picture for slide in deck.slides)]
    first, *others = (Image.open(source).convert("RGB") for source in sources)
    first.save(
        output,
        "PDF",
        save_all=True,
        append_images=others,
        resolution=min(deck.width, deck.height) / 7.5,
        quality=95,
        subsampling=0,
        title=deck.title,
        author=deck.author,
    )
