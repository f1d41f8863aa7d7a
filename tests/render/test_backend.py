"""Parts of frames: rectangles that cover them, and their conversion."""

from __future__ import annotations

import itertools

import av
import numpy as np
import pytest
from av.video.reformatter import VideoReformatter
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lecture.render.backend.canvas import AlphaCanvas, YuvCanvas
from lecture.render.backend.color import to_yuv
from lecture.render.backend.rectangles import Rectangle, cover, total_area
from lecture.render.partition import MissingRange, chunk_limits, divided

WIDTH, HEIGHT = 214, 120

corners = st.tuples(st.integers(-20, WIDTH + 20), st.integers(-20, HEIGHT + 20))
rectangles = st.builds(
    lambda a, b: Rectangle(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])),
    corners,
    corners,
)


def mask(parts: list[Rectangle]) -> NDArray[np.int_]:
    counts = np.zeros((HEIGHT, WIDTH), int)
    for part in parts:
        counts[max(part.top, 0) : max(part.bottom, 0), max(part.left, 0) : max(part.right, 0)] += 1
    return counts


@given(st.lists(rectangles, max_size=30))
def test_a_cover_holds_all_and_each_pixel_once(parts: list[Rectangle]) -> None:
    covered = cover(parts, WIDTH, HEIGHT)
    assert len(covered) <= 8
    counts = mask(covered)
    assert counts.max(initial=0) <= 1
    assert (counts[mask(parts) > 0] == 1).all()
    assert total_area(covered) == counts.sum()


def converted(pixels: NDArray[np.uint8]) -> list[bytes]:
    whole = av.VideoFrame.from_ndarray(pixels, format="rgba")
    return planes(to_yuv(whole, "yuv420p", VideoReformatter()))


def planes(frame: av.VideoFrame) -> list[bytes]:
    return [
        np.frombuffer(memoryview(p), np.uint8)
        .reshape(-1, p.line_size)[: p.height, : p.width * (2 if "10" in frame.format.name else 1)]
        .tobytes()
        for p in frame.planes
    ]


@settings(max_examples=60)
@given(st.lists(rectangles, min_size=1, max_size=4), st.integers(0, 2**32 - 1))
def test_converting_parts_gives_what_converting_all_gives(
    parts: list[Rectangle], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    canvas = YuvCanvas(WIDTH, HEIGHT)
    pixels = rng.integers(0, 256, (HEIGHT, WIDTH, 4), dtype=np.uint8)
    canvas.update(pixels, [Rectangle(0, 0, WIDTH, HEIGHT)])
    for _ in range(2):
        pixels = pixels.copy()
        covered = cover(parts, WIDTH, HEIGHT)
        for part in covered:
            shape = (part.bottom - part.top, part.right - part.left, 4)
            pixels[part.rows, part.columns] = rng.integers(0, 256, shape, dtype=np.uint8)
        canvas.update(pixels, covered)
        assert planes(canvas.frame) == converted(pixels)


@pytest.mark.parametrize("pixel_format", ["yuva420p", "yuva444p10le"])
@settings(max_examples=20)
@given(parts=st.lists(rectangles, min_size=1, max_size=4), seed=st.integers(0, 2**32 - 1))
def test_a_frame_with_alpha_can_be_converted_in_parts(
    pixel_format: str, parts: list[Rectangle], seed: int
) -> None:
    rng = np.random.default_rng(seed)

    def draw(height: int, width: int) -> NDArray[np.uint8]:
        """Return pixels with premultiplied alpha."""
        opacity = rng.integers(0, 256, (height, width, 1), dtype=np.uint8)
        colours = rng.uniform(0, 1, (height, width, 3)) * opacity
        return np.concatenate([colours.astype(np.uint8), opacity], axis=2)

    everything = [Rectangle(0, 0, WIDTH, HEIGHT)]
    canvas = AlphaCanvas(WIDTH, HEIGHT, pixel_format)
    pixels = draw(HEIGHT, WIDTH)
    canvas.update(pixels, everything)
    for _ in range(2):
        for part in cover(parts, WIDTH, HEIGHT):
            size = part.bottom - part.top, part.right - part.left
            pixels[part.rows, part.columns] = draw(*size)
        canvas.update(pixels, parts)
        whole = AlphaCanvas(WIDTH, HEIGHT, pixel_format)
        whole.update(pixels, everything)
        assert planes(canvas.frame) == planes(whole.frame)


@given(
    st.lists(st.lists(st.floats(0.1, 9), min_size=1, max_size=6), min_size=1, max_size=12),
    st.integers(1, 9),
)
def test_slices_of_a_gap_follow_each_other(estimates: list[list[float]], workers: int) -> None:
    gaps = [MissingRange(2, 2 + len(each), tuple(each)) for each in estimates]
    limits = chunk_limits([gap.estimate for gap in gaps], workers)
    for missing_range, limit in zip(gaps, limits, strict=True):
        chunks = divided(missing_range, limit)
        assert chunks[0].first == missing_range.first
        assert chunks[-1].end == missing_range.end
        assert all(a.end == b.first for a, b in itertools.pairwise(chunks))
        assert sum(each.estimate for each in chunks) == pytest.approx(missing_range.estimate)
        assert all(len(each.estimates) == 1 or each.estimate <= 1.01 * limit for each in chunks)
