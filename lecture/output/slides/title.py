"""The title of a lecture, as a picture and as a short video."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import av
import numpy as np
import typst
from av.video.reformatter import VideoReformatter

from lecture.render.backend.color import tag, to_yuv

if TYPE_CHECKING:
    from pathlib import Path

    from lecture.kit.palette import Theme

__all__ = ["draw_title", "render_title"]

_SECONDS = 1
_PIXEL_FORMAT = "yuv420p"

# Texts are passed as inputs: they must not be read as markup.
_CARD = """
#let given = sys.inputs
#set page(
  width: float(given.width) * 1pt,
  height: float(given.height) * 1pt,
  margin: float(given.width) * 0.07pt,
  fill: rgb(given.background),
)
#let size = calc.min(float(given.width), float(given.height)) * 1pt
#let length = given.title.len()
#let title-size = if length <= 60 { 0.085 } else if length <= 120 { 0.065 } else { 0.05 }
#set text(fill: rgb(given.ink), size: size * title-size)
#set par(leading: 0.5em)
#set align(left + horizon)
#strong(given.title)
#if given.author != "" {
  v(0.4em)
  text(size: size * 0.045, fill: rgb(given.secondary), given.author)
}
"""


def draw_title(width: int, height: int, theme: Theme, *, title: str, author: str = "") -> bytes:
    """Return a title and an author on the background of a theme, as PNG."""
    inputs = {
        "width": str(width),
        "height": str(height),
        "background": theme.background,
        "ink": theme.ink,
        "secondary": theme.secondary,
        "title": title,
        "author": author,
    }
    drawn = typst.compile(_CARD.encode(), format="png", ppi=72, sys_inputs=inputs)
    return bytes(drawn)


def render_title(
    output: Path, width: int, height: int, fps: int, theme: Theme, *, title: str, author: str
) -> None:
    """Write a silent video of the title, one second long."""
    from PIL import Image  # noqa: PLC0415  (takes a while)

    card = draw_title(width, height, theme, title=title, author=author)
    with Image.open(BytesIO(card)) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    drawn = av.VideoFrame.from_ndarray(pixels, format="rgb24")
    frame = to_yuv(drawn, _PIXEL_FORMAT, VideoReformatter())
    options = {"movflags": "+faststart"}
    with av.open(output, "w", format="mp4", options=options) as container:
        stream = container.add_stream("libx264", rate=fps, options={"crf": "16"})
        stream.width, stream.height, stream.pix_fmt = width, height, _PIXEL_FORMAT
        tag(stream)
        for number in range(_SECONDS * fps):
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
