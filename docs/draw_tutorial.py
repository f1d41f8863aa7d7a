"""Draw the pictures of docs/tutorial.md by following the page: ``python docs/draw_tutorial.py``."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from PIL import Image

from docs.draw_gallery import GALLERY, ROOT, lecture

PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
PICTURES = GALLERY / "tutorial"
WIDTH, COLORS = 960, 64

# A sentence that names a file and ends with a colon, and the block below it.
STEPS: list[tuple[str, str]] = re.findall(
    r"`([\w/]+\.(?:py|toml))`[^`\n]*:\n\n```\w+\n(.*?)```", PAGE, re.DOTALL
)
_APPENDED = ("scenes/data.py", "scenes/text/en.toml")


def write_step(folder: Path, name: str, block: str) -> None:
    """Write a file of the page into the folder of the lecture, or the end of a file that grows."""
    file = folder / name
    before = file.read_text(encoding="utf-8") + "\n" if name in _APPENDED else ""
    file.write_text(before + block, encoding="utf-8")


def main() -> None:
    """Draw the lecture that the page begins with, and its scene after each of two steps."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "mine"
        lecture("init", str(folder))
        _draw("start", _stills(folder, "Growth", "Doubling"))
        for step in STEPS[:3]:
            write_step(folder, *step)
        _draw("first", _stills(folder, "Inflation"))
        for step in STEPS[3:]:
            write_step(folder, *step)
        _draw("second", _stills(folder, "Inflation")[1:])


def _stills(folder: Path, *scenes: str) -> list[Path]:
    lecture("stills", "-q", "m", "--scenes", ",".join(scenes), folder=folder)
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
