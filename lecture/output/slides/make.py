"""Make a deck, by ``manim-slides convert`` as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from html import escape
from importlib import resources
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from lecture.errors import InputError, RenderError
from lecture.files import atomic_write
from lecture.output.slides.deck import presentation
from lecture.output.slides.template import deck_template
from lecture.output.web.prose import html_of, plain_of

if TYPE_CHECKING:
    from lecture.output.slides.deck import Deck

__all__ = ["FORMATS", "SlidesMissingError", "make_slides"]

FORMATS = ("html", "pptx", "pdf", "zip")
REVEAL_VERSION = "6.0.1"

# Without fonts of their own, which are fetched from elsewhere by most other themes.
_REVEAL_THEMES = {"dark": "dracula", "light": "serif"}
# Nobody listens there: what is not among the files given fails at once, instead of being fetched.
_NOWHERE = "http://127.0.0.1:9"
_SCENE = "Lecture"


class SlidesMissingError(RenderError, InputError):
    """manim-slides is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "slides need manim-slides, which is not installed; "
            "install it with: pip install 'unstable-gradients[slides]'"
        )


def make_slides(deck: Deck, output: Path, to: str, *, autoplay: bool = False) -> None:
    """Write a deck; the one that was there before stays until the new one is whole.

    Parameters
    ----------
    deck
        The deck.
    output
        The file's place.
    to
        ``html``: one file for a browser, which needs nothing else; ``zip``: the same as a folder;
        ``pptx``: for PowerPoint, Keynote and Google Slides; ``pdf``: the last frames.
    autoplay
        Whether the videos of a ``pptx`` play as soon as their slide is shown. Otherwise a click
        plays the video, and the next one goes on. In a browser they always do.

    Raises
    ------
    SlidesMissingError
        manim-slides is not installed.
    RenderError
        It failed, or the disk did.
    """
    require_manim_slides()
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="lecture-slides-") as name:
            temporary = _convert(deck, Path(name), to)
            if to == "pptx":
                # Only here: it takes a second to import, and is not there without the extra.
                from lecture.output.slides.powerpoint import finish  # noqa: PLC0415

                finish(temporary, deck, autoplay=autoplay)
            with atomic_write(output) as place:
                shutil.copyfile(temporary, place)
    except OSError as error:
        raise RenderError(f"cannot make {output}: {error}") from error


def require_manim_slides() -> None:
    """Raise `SlidesMissingError` where manim-slides is not installed."""
    try:
        distribution("manim-slides")
    except PackageNotFoundError:
        raise SlidesMissingError from None


def _convert(deck: Deck, folder: Path, to: str) -> Path:
    described = folder / "slides"
    described.mkdir()
    is_page = to in {"html", "zip"}
    # manim-slides puts notes into its page as they are, so what it gets is escaped.
    notes = presentation(deck, (lambda text: escape(html_of(text))) if is_page else plain_of)
    (described / f"{_SCENE}.json").write_text(notes, encoding="ascii")
    temporary = folder / f"index.{to}"
    command = [sys.executable, "-m", "manim_slides", "--silent", "convert", "-v", "ERROR"]
    command += ["--folder", str(described), "--to", to]
    command += _page_options(deck, folder, to) if is_page else []
    if to == "pptx":
        command += [f"-cwidth={deck.width}", f"-cheight={deck.height}"]
    ended = subprocess.run(  # noqa: S603  (all of it is ours but the title, which is no option)
        [*command, _SCENE, str(temporary)],
        env=_environment(folder),
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if ended.returncode or not temporary.exists():
        said = (ended.stderr.strip() or ended.stdout.strip() or "it said nothing").splitlines()
        raise RenderError(f"manim-slides cannot make the {to} file: {said[-1]}")
    return temporary


def _page_options(deck: Deck, folder: Path, to: str) -> list[str]:
    template = folder / "deck.html.jinja"
    template.write_text(deck_template(deck), encoding="utf-8")
    # It divides each setting at every "=", so none may be in the title.
    title = escape(deck.title).replace("=", "&#61;")
    settings = {
        "title": title,
        "cdn_url": _NOWHERE,
        "reveal_version": REVEAL_VERSION,
        "reveal_theme": _REVEAL_THEMES[deck.theme.name],
        "progress": "true",
        "hash": "true",
    }
    options = [f"-c{key}={value}" for key, value in settings.items()]
    if to == "html":
        options.append("--one-file")
    return [*options, "--offline", "--use-template", str(template)]


def _environment(folder: Path) -> dict[str, str]:
    """Give manim-slides a cache that holds reveal.js, which it would download otherwise."""
    home = folder / "home"
    # Where platformdirs looks on Linux, and on macOS.
    for caches in (home / ".cache", home / "Library" / "Caches"):
        cache = caches / "manim-slides" / f"revealjs{REVEAL_VERSION}"
        cache.mkdir(parents=True)
        for file in resources.files("lecture.output.web").joinpath("reveal").iterdir():
            if file.name.endswith((".css", ".js")):
                (cache / file.name).write_bytes(file.read_bytes())
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return {**kept, "HOME": str(home), "PYTHONUTF8": "1"}
