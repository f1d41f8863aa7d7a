"""Segments in which a textured square moves and is held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lecture.formats import FrameFormat
from lecture.render.backend.canvas import canvas_for
from lecture.render.backend.encoder import SegmentEncoder
from lecture.render.backend.encoding import Encoding
from lecture.render.backend.rectangles import Rectangle

SMALL = FrameFormat(128, 72, 10)
SQUARE = 32  # pixels


@dataclass(frozen=True)
class Step:
    """Frames in which a square moves, and then frames in which it does not."""

    moving: int
    held: int


def pictures(size: FrameFormat, plan: list[Step]) -> Iterator[tuple[NDArray[np.uint8], int]]:
    """Yield pictures and how many frames show each."""
    rng = np.random.default_rng(len(plan))
    square = np.repeat(rng.integers(0, 256, (SQUARE, SQUARE, 1), np.uint8), 4, axis=2)
    left = 0
    for step in plan:
        for index in range(step.moving):
            left = (left + 7) % (size.width - SQUARE)
            pixels = np.full((size.height, size.width, 4), 40, np.uint8)
            pixels[8 : 8 + SQUARE, left : left + SQUARE] = square
            pixels[..., 3] = 255
            yield pixels, 1 + (step.held if index == step.moving - 1 else 0)


def segment(size: FrameFormat, plan: list[Step], encoding: Encoding = Encoding.H264) -> bytes:
    encoder = SegmentEncoder(size, encoding, canvas_for(encoding, size))
    everything = [Rectangle(0, 0, size.width, size.height)]
    for number, (pixels, frames) in enumerate(pictures(size, plan)):
        encoder.write(pixels, everything, repeat=1 if number % 2 else frames)
        for _ in range(frames - 1 if number % 2 else 0):
            encoder.write(pixels, [])  # an animation in which nothing moves
    return encoder.finish()
