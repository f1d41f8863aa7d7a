"""CPU time of a number that counts, beside the stock way to change a formula every frame.

A number counts from 1 down to 1e-6 in two seconds at 1080p60: 120 frames. Each frame is timed
twice, in turn: our :class:`lecture.kit.mobjects.live_number.LiveNumber`, and stock manim's
``formula.become(MathTypst(...))``, whose Typst files were compiled beforehand so that only the
rebuilding is counted. (``DecimalNumber`` needs LaTeX and cannot show such numbers.)

    python benchmarks/live_number.py
"""

from __future__ import annotations

import tempfile
import time
from statistics import median

import numpy as np
from manim import Camera, MathTypst, Mobject, tempconfig
from rich.console import Console
from rich.table import Table

from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.numbers import GRADIENT

FRAMES = 120


def cpu_milliseconds(start: float) -> float:
    """Return the CPU time of this process since `start`, in milliseconds."""
    return 1000 * (time.process_time() - start)


def draw(camera: Camera, mobject: Mobject) -> float:
    """Draw one frame of `mobject` alone, and return the CPU time of it."""
    camera.reset()
    start = time.process_time()
    camera.capture_mobjects([mobject])
    return cpu_milliseconds(start)


def typst_of(value: float) -> str:
    """Return the number in Typst's math mode."""
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa} dot 10^({int(exponent)})"


def run() -> dict[str, list[float]]:
    """Time every frame of the count, ours and stock in turn."""
    times: dict[str, list[float]] = {"ours": [], "ours drawn": [], "stock": [], "stock drawn": []}
    values = np.geomspace(1.0, 1e-6, FRAMES)
    ours = LiveNumber(1.0, GRADIENT, font_size=36)
    stock = MathTypst(typst_of(1.0), font_size=36)
    camera = Camera()
    for value in values:  # warm both: outlines and Typst's files
        ours.set_value(float(value))
        MathTypst(typst_of(value), font_size=36)
    for value in values:
        start = time.process_time()
        ours.set_value(float(value))
        times["ours"].append(cpu_milliseconds(start))
        times["ours drawn"].append(draw(camera, ours))
        start = time.process_time()
        stock.become(MathTypst(typst_of(value), font_size=36, use_svg_cache=False))
        times["stock"].append(cpu_milliseconds(start))
        times["stock drawn"].append(draw(camera, stock))
    return times


def main() -> None:
    """Print the table."""
    settings = {"pixel_width": 1920, "pixel_height": 1080, "frame_rate": 60, "verbosity": "ERROR"}
    with tempfile.TemporaryDirectory() as media, tempconfig({**settings, "media_dir": media}):
        times = run()
    table = Table(title="CPU milliseconds a frame, 120 frames at 1080p60, in turn")
    for heading in ("", "update: median", "maximum", "drawing: median", "both: mean"):
        table.add_column(heading, justify="right")
    for name in ("ours", "stock"):
        update, drawn = times[name], times[f"{name} drawn"]
        both = (sum(update) + sum(drawn)) / FRAMES
        table.add_row(
            name,
            f"{median(update):.3f}",
            f"{max(update):.3f}",
            f"{median(drawn):.3f}",
            f"{both:.3f}",
        )
    console = Console()
    console.print(table)
    pairs = zip(times["ours"], times["stock"], strict=True)
    ratio = median(stock / max(ours, 1e-4) for ours, stock in pairs)
    console.print(f"stock / ours, update, median of the pairs: {ratio:.0f}")


if __name__ == "__main__":
    main()
