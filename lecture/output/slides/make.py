"""Make decks by ``manim-slides convert``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib import resources
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from lecture.errors import InputError, RenderError
from lecture.files import atomic_write
from lecture.output.slides.deck import presentation
from lecture.output.web.prose import to_html, to_plain_text

if TYPE_CHECKING:
    from lecture.output.slides.deck import Deck

__all__ = ["FORMATS", "SlidesMissingError", "deck_template", "make_slides"]

FORMATS = ("html", "pptx", "pdf", "zip")

_SCENE = "Lecture"


class SlidesMissingError(RenderError, InputError):
    """manim-slides is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "slides need manim-slides, which is not installed; "
            "install it with: pip install 'unstable-gradients[slides]'"
        )


def make_slides(deck: Deck, output: Path, to: str, *, autoplay: bool = False) -> None:
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
    autoplay
        Play the videos of a ``pptx`` as soon as their slides are shown, instead of at a click.
        In a browser they always do.

    Raises
    ------
    SlidesMissingError
        manim-slides is not installed.
    RenderError
        manim-slides failed, or a file cannot be written.
    """
    require_manim_slides()
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="lecture-slides-") as name:
            converted = _convert(deck, Path(name), to)
            if to == "pptx":
                # python-pptx takes a second to import, and belongs to the extra.
                from lecture.output.slides.powerpoint import complete_deck  # noqa: PLC0415

                complete_deck(converted, deck, autoplay=autoplay)
            with atomic_write(output) as temporary:
                shutil.copyfile(converted, temporary)
    except OSError as error:
        raise RenderError(f"cannot make {output}: {error}") from error


def require_manim_slides() -> None:
    """Raise `SlidesMissingError` if manim-slides is not installed."""
    try:
        distribution("manim-slides")
    except PackageNotFoundError:
        raise SlidesMissingError from None


def deck_template(deck: Deck) -> str:
    """Return the template for manim-slides: `deck.html`, which loads nothing but its videos."""
    web = resources.files("lecture.output.web")
    reveal = {path.name: path.read_text("utf-8") for path in web.joinpath("reveal").iterdir()}
    values = {
        "title": deck.title,
        "headings": [slide.heading for slide in deck.slides],
        "background": deck.theme.background,
        "accent": deck.theme.signal,
        "styles": reveal["reveal.css"],
        "scripts": f"{reveal['reveal.js']}\n{reveal['notes.js']}",
    }
    # manim-slides passes on no values of ours, but a JSON object of strings is a Jinja literal.
    literal = json.dumps(values, ensure_ascii=False)
    template = web.joinpath("templates", "deck.html").read_text("utf-8")
    return f"{{% set deck = {literal} %}}\n{template}"


def _convert(deck: Deck, folder: Path, to: str) -> Path:
    configs, converted = folder / "slides", folder / f"index.{to}"
    configs.mkdir()
    options: list[str] = []
    if to in {"html", "zip"}:
        template = folder / "deck.html"
        template.write_text(deck_template(deck), encoding="utf-8")
        options = ["--use-template", str(template), *(["--one-file"] if to == "html" else [])]
        config = presentation(deck, to_html)
    else:
        config = presentation(deck, to_plain_text)
    if to == "pptx":
        options = [f"-cwidth={deck.width}", f"-cheight={deck.height}"]
    (configs / f"{_SCENE}.json").write_text(config, encoding="ascii")
    command = [sys.executable, "-m", "manim_slides", "--silent", "convert", "-v", "ERROR"]
    command += ["--folder", str(configs), "--to", to, *options, _SCENE, str(converted)]
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
        output = (ended.stderr.strip() or ended.stdout.strip() or "no output").splitlines()
        raise RenderError(f"manim-slides cannot make the {to} file: {output[-1]}")
    return converted
