"""Draw the pictures of docs/tutorial.md by following the page: ``python docs/draw_tutorial.py``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from docs.draw_gallery import GALLERY, ROOT
from tests.docs.test_tutorial import STEPS, write_step

PICTURES = GALLERY / "tutorial"
WIDTH, COLORS = 960, 64


def main() -> None:
    """Draw the lecture that the page begins with, and its scene after each of two steps."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "mine"
        _lecture(ROOT, "init", str(folder))
        _draw("start", _stills(folder, "Growth", "Doubling"))
        for step in STEPS[:3]:
            write_step(folder, *step)
        _draw("first", _stills(folder, "Inflation"))
        for step in STEPS[3:]:
            write_step(folder, *step)
        _draw("second", _stills(folder, "Inflation")[1:])


def _lecture(folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "lecture", *arguments]
    subprocess.run(command, cwd=folder, check=True)  # noqa: S603


def _stills(folder: Path, *scenes: str) -> list[Path]:
    _lecture(folder, "stills", "-q", "m", "--scenes", ",".join(scenes))
    return sorted((folder / "media" / "stills").glob("*.png"))


def _draw(name: str, files: list[Path]) -> None:
    """Draw pictures in two columns, or one in full width."""
    columns = min(2, len(files))
    cell = WIDTH // columns, WIDTH // columns * 9 // 16
    rows = -(-len(files) // columns)
    sheet = Image.new("RGB", (WIDTH, rows * cell[1]))
    for number, file in enumerate(files):
        with Image.open(file) as picture:
            small = picture.convert("RGB").resize(cell, Image.Resampling.LANCZOS)
        sheet.paste(small, (number % columns * cell[0], number // columns * cell[1]))
    sheet.quantize(COLORS).save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
