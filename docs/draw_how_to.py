"""Draw the pictures of docs/how-to.md from its scenes: ``python docs/draw_how_to.py``, in a minute.

``python docs/draw_how_to.py Stone Pair`` draws those of two scenes only.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from docs.draw_gallery import GALLERY, ROOT
from docs.draw_kit import frames_of, save
from lecture.config.spec import LectureSpec

if TYPE_CHECKING:
    from lecture.kit.lecture_scene import LectureScene

PAGE = ROOT / "docs" / "how-to.md"
PICTURES = GALLERY / "how_to"

# The stills of each scene: a share of its frames, and the fields of lecture.toml that it is for.
STILLS: dict[str, tuple[tuple[float, dict[str, str]], ...]] = {
    "Stone": ((0.25, {}), (0.7, {}), (1.0, {})),
    "Pendulum": ((1.0, {}),),
    "Cooling": ((1.0, {}),),
    "Shapes": ((1.0, {}),),
    "Half": ((1.0, {}), (1.0, {"language": "de"})),
    "Bowl": ((1.0, {}),),
    "Zoom": ((0.35, {}), (0.7, {}), (1.0, {})),
    "Pair": ((1.0, {}), (1.0, {"aspect": "9:16"})),
}
_WIDTHS = {1: 640, 2: 480, 3: 320}  # of a landscape still, by the number of stills
_GAP, _GAP_COLOR = 4, 128


def scene_files(page: Path) -> list[str]:
    """Return the blocks of a page that are files of scenes."""
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return [code for code in blocks if "class " in code]


def code_of(name: str, page: Path = PAGE) -> str:
    """Return the block of a page that defines a scene."""
    (code,) = (code for code in scene_files(page) if f"class {name}(" in code)
    return code


def scene_class(name: str, code: str, file: Path) -> type[LectureScene]:
    """Return the class of a scene in a block that stands for the content of `file`."""
    names: dict[str, object] = {"__file__": str(file), "__name__": file.stem}
    exec(compile(code, str(file), "exec"), names)  # noqa: S102  (a page of this project)
    return names[name]  # type: ignore[return-value]


def picture_of(name: str) -> Path:
    """Return the file of the picture of a scene."""
    return PICTURES / f"{name.lower()}.png"


def draw(name: str) -> None:
    """Write the stills of a scene side by side, with its code as the comment."""
    code = code_of(name)
    stills: list[Image.Image] = []
    for share, fields in STILLS[name]:
        spec = LectureSpec.model_validate({"theme": "dark", "language": "en", **fields})
        frames = frames_of(scene_class(name, code, PAGE.with_name("task.py")), spec)
        stills.append(Image.fromarray(frames[round(share * (len(frames) - 1))]))
    width = _WIDTHS[len(stills)]
    height = width * stills[0].height // stills[0].width
    gap = np.full((height, _GAP, 3), _GAP_COLOR, np.uint8)
    parts: list[np.ndarray] = []
    for still in stills:
        size = (still.width * height // still.height, height)
        parts += [gap, np.asarray(still.resize(size, Image.Resampling.LANCZOS))]
    # The median cut loses colours that few pixels have, such as that of a letter.
    save(np.hstack(parts[1:]), picture_of(name), code, Image.Quantize.FASTOCTREE)


if __name__ == "__main__":
    for found in sys.argv[1:] or STILLS:
        draw(found)
