"""Colours of segments: the matrix of BT.709, tags that say so, and flat colours as drawn."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from lecture.formats import FrameFormat
from lecture.render.backend.canvas import YuvCanvas, canvas_for
from lecture.render.backend.color import to_yuv
from lecture.render.backend.encoder import SegmentEncoder
from lecture.render.backend.encoding import Encoding
from lecture.render.backend.rectangles import Rectangle
from tests.color_tags import TAGS, container_tags, stream_tags
from tests.patches import TOLERANCE, draw

# Weights of red and blue in the luma of BT.709.
RED, BLUE = 0.2126, 0.0722
WEIGHTS = np.array([RED, 1 - RED - BLUE, BLUE])
BLOCK = 64  # pixels of each side of a flat colour
COLUMNS, ROWS = 12, 9

Pixels = NDArray[np.uint8]
Levels = NDArray[np.float64]


def exact_yuv(rgb: NDArray[np.number]) -> Levels:
    """Return Y'CbCr in levels of limited range, not rounded."""
    levels = rgb / 255
    luma = levels @ WEIGHTS
    blue, red = (levels[..., 2] - luma) / (1 - BLUE), (levels[..., 0] - luma) / (1 - RED)
    return np.stack([16 + 219 * luma, 128 + 112 * blue, 128 + 112 * red], axis=-1)


def exact_rgb(yuv: Levels) -> Levels:
    """Return the nearest levels of RGB."""
    luma = (yuv[..., 0] - 16) / 219
    blue = luma + (1 - BLUE) * (yuv[..., 1] - 128) / 112
    red = luma + (1 - RED) * (yuv[..., 2] - 128) / 112
    green = (luma - RED * red - BLUE * blue) / (1 - RED - BLUE)
    return np.rint(255 * np.clip(np.stack([red, green, blue], axis=-1), 0, 1))


def blocks(colors: NDArray[np.number]) -> Pixels:
    """Draw a block of each colour, as RGBA."""
    cells = np.rint(colors).astype(np.uint8).reshape(ROWS, COLUMNS, 3)
    pixels = np.repeat(np.repeat(cells, BLOCK, axis=0), BLOCK, axis=1)
    return np.concatenate([pixels, np.full((*pixels.shape[:2], 1), 255, np.uint8)], axis=2)


def centres(frame: av.VideoFrame) -> Levels:
    """Return Y'CbCr in the middle of each block, in levels of eight bits."""
    depth = frame.format.components[0].bits
    planes = []
    for plane in frame.planes[:3]:
        dtype = np.uint8 if depth == 8 else np.uint16
        rows = np.frombuffer(memoryview(plane), dtype).reshape(plane.height, -1)[:, : plane.width]
        step = BLOCK * plane.width // frame.width
        planes.append(rows[step // 2 :: step, step // 2 :: step] / 2 ** (depth - 8))
    return np.stack(planes, axis=-1).reshape(-1, 3)


def random_colors() -> NDArray[np.int64]:
    return np.random.default_rng(0).integers(0, 256, (COLUMNS * ROWS, 3))


@pytest.mark.parametrize("encoding", Encoding, ids=lambda encoding: encoding.name)
def test_pixels_are_converted_with_the_matrix_of_bt_709(encoding: Encoding) -> None:
    colors = random_colors()
    drawn = av.VideoFrame.from_ndarray(blocks(colors), format="rgba")
    converted = centres(to_yuv(drawn, encoding.value.pixel_format, VideoReformatter()))
    # To the nearest level, but for an error of arithmetic.
    assert np.abs(converted - exact_yuv(colors)).max() < 0.55
    assert np.abs(exact_rgb(converted) - colors).max() <= TOLERANCE


@pytest.mark.parametrize("encoding", Encoding, ids=lambda encoding: encoding.name)
def test_segments_are_tagged_in_the_container_and_in_the_stream(
    encoding: Encoding, tmp_path: Path
) -> None:
    size = FrameFormat(160, 96, 10)
    canvas = canvas_for(encoding, size)
    encoder = SegmentEncoder(size, encoding, canvas)
    encoder.write(draw(size.width, size.height), [Rectangle(0, 0, size.width, size.height)])
    segment = tmp_path / f"segment{encoding.suffix}"
    segment.write_bytes(encoder.finish())
    assert container_tags(segment) == TAGS
    # Frames of VP9 name the matrix and the range only; 2 is unspecified.
    unnamed = {"primaries": 2, "transfer": 2} if encoding is Encoding.VP9 else {}
    assert stream_tags(segment) == TAGS | unnamed


def test_flat_colors_are_as_drawn_after_a_fade(tmp_path: Path) -> None:
    colors, before = random_colors(), np.array([14, 17, 22])
    size = FrameFormat(COLUMNS * BLOCK, ROWS * BLOCK, 60)
    encoder = SegmentEncoder(size, Encoding.H264, YuvCanvas(size.width, size.height))
    everything = [Rectangle(0, 0, size.width, size.height)]
    for time in np.linspace(0, 1, 60):
        shown = time**2 * (3 - 2 * time)  # slow at both ends, as animations of manim are
        encoder.write(blocks(before + shown * (colors - before)), everything)
    segment = tmp_path / "segment.mp4"
    segment.write_bytes(encoder.finish())
    with av.open(segment) as container:
        *_, last = container.decode(video=0)
    assert np.abs(exact_rgb(centres(last)) - colors).max() <= TOLERANCE
