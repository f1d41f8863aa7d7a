"""Draw the pictures of docs/kit.md from its examples: ``python docs/draw_kit.py``, in a minute.

``python docs/draw_kit.py Pulse Row`` draws those of two sections only.
"""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from manim import CairoRenderer, Camera
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from docs.draw_gallery import GALLERY, ROOT
from lecture.config.contract import SceneEntry
from lecture.config.spec import LectureSpec
from lecture.formats import FrameFormat
from lecture.kit.lecture_scene import LectureScene
from lecture.render.backend.isolated_config import isolated_config
from lecture.render.tasks import SceneRenderSpec

PAGE = ROOT / "docs" / "kit.md"
PICTURES = GALLERY / "kit"

SIZE = FrameFormat(width=1136, height=640, fps=16)  # 80 pixels a unit
WIDTH, PADDING = 640, 32
SPEC = LectureSpec(theme="dark", language="en")

_BLOCK = r"```python\n(.*?)```\n"
_SECTION = re.compile(
    rf"^### \[(\w+)\]\(\.\./([\w/]+\.py)\)\n.*?{_BLOCK}\n!\[[^\]]+\]\(([^)]+)\)$",
    re.MULTILINE | re.DOTALL,
)

Frame = NDArray[np.uint8]


@dataclass(frozen=True)
class Example:
    """The example of one section: the name and module of its subject, its code and its picture.

    The code begins with the imports that all examples share.
    """

    name: str
    module: str
    code: str
    picture: Path

    def scene_class(self) -> type[LectureScene]:
        """Return a scene whose ``construct`` runs the example."""
        program = compile(self.code, f"{PAGE.name}: {self.name}", "exec")

        class ExampleScene(LectureScene):
            def construct(self) -> None:
                exec(program, {"self": self})  # noqa: S102  (a page of this project)
                self.wait(1 / SIZE.fps)  # draws what was added without an animation

        return ExampleScene


def examples() -> list[Example]:
    """Return the examples of the page, whose first block holds their common imports."""
    text = PAGE.read_text(encoding="utf-8")
    imports = re.findall(_BLOCK, text, re.DOTALL)[0]
    return [
        Example(name, module, f"{imports}\n{code}", (PAGE.parent / picture).resolve())
        for name, module, code, picture in _SECTION.findall(text)
    ]


class _Recorder(CairoRenderer):
    """A renderer that collects the frames instead of encoding them."""

    def __init__(self, camera_class: type[Camera]) -> None:
        super().__init__(camera_class=camera_class)
        self.frames: list[Frame] = []

    def add_frame(self, frame: Any, num_frames: int = 1) -> None:
        self.frames.append(np.array(frame[:, :, :3]))
        super().add_frame(frame, num_frames)


def frames_of(scene_class: type[LectureScene], spec: LectureSpec = SPEC) -> list[Frame]:
    """Render a scene and return its frames."""
    size = SIZE if spec.aspect == "16:9" else replace(SIZE, width=SIZE.height, height=SIZE.width)
    entry = SceneEntry(scene_class.__name__, scene_class.__module__, scene_class.__name__)
    with (
        tempfile.TemporaryDirectory() as folder,
        isolated_config(SceneRenderSpec(entry, size, spec), Path(folder)),
    ):
        # The camera takes the size in force; scenes in 3D, or with a moving camera, have their own.
        camera_class = cast("type[Camera]", type(scene_class(spec=spec).camera))
        recorder = _Recorder(camera_class)
        scene_class(renderer=recorder, spec=spec).render()
        return recorder.frames


def cropped(frames: list[Frame]) -> Frame:
    """Return the last frame, or the first, the middle and the last of an animation side by side.

    The stills are cut to the height of what they show; its middle is the middle of each still.
    """
    stills = [frames[0], frames[len(frames) // 2], frames[-1]] if len(frames) > 1 else frames
    background = stills[0][0, 0]
    marked = np.any([(still != background).any(axis=2) for still in stills], axis=0)
    rows, columns = np.flatnonzero(marked.any(axis=1)), np.flatnonzero(marked.any(axis=0))
    width = WIDTH // len(stills)
    left = (columns[0] + columns[-1] + 1 - width) // 2
    if columns[0] < left + PADDING // 4 or columns[-1] >= left + width - PADDING // 4:
        shown = columns[-1] + 1 - columns[0]
        raise ValueError(f"a still is {width} pixels wide; its marks take {shown}, draw it smaller")
    rows_shown = slice(max(rows[0] - PADDING, 0), rows[-1] + 1 + PADDING)
    return np.hstack([still[rows_shown, left : left + width] for still in stills])


def save(
    frame: Frame, file: Path, comment: str, method: Image.Quantize = Image.Quantize.MEDIANCUT
) -> None:
    """Write a frame as PNG, with a comment that says what it was drawn from."""
    file.parent.mkdir(parents=True, exist_ok=True)
    # Line art on one background: 64 colours keep its edges smooth, at a third of the size.
    small = Image.fromarray(frame).quantize(64, method, dither=Image.Dither.NONE)
    text = PngInfo()
    text.add_text("Comment", comment)
    small.save(file, optimize=True, pnginfo=text)


def draw(example: Example) -> None:
    """Write the picture of an example, with its code as the comment."""
    save(cropped(frames_of(example.scene_class())), example.picture, example.code)


if __name__ == "__main__":
    wanted = sys.argv[1:]
    for found in examples():
        if not wanted or found.name in wanted:
            draw(found)
