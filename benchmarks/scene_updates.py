"""CPU time that each scene spends a frame on updates, at 60 frames a second.

Updates are all that happens between two frames but drawing and encoding: animations and updaters.
Every frame of every scene is stepped through, in the order of the lecture, in one process each.

    python benchmarks/scene_updates.py [Scene ...]
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import import_module

import numpy as np
from rich.console import Console
from rich.table import Table

from lecture.config.contract import SceneEntry
from scenes import LECTURE


@dataclass(frozen=True)
class Cost:
    """Milliseconds of CPU a frame spent on updates."""

    name: str
    frames: int
    mean: float
    nineteen_in_twenty: float
    largest: float


def measure(entry: SceneEntry) -> Cost:
    """Step through every frame of a scene without drawing it."""
    from manim import tempconfig  # noqa: PLC0415  (each scene in a process of its own)

    times: list[float] = []
    with tempfile.TemporaryDirectory() as media:
        settings = {
            "pixel_width": 1920,
            "pixel_height": 1080,
            "frame_rate": 60,
            "media_dir": media,
            "dry_run": True,
            "progress_bar": "none",
            "verbosity": "ERROR",
        }
        with tempconfig(settings):
            scene_class = getattr(import_module(entry.module), entry.name)

            class Timed(scene_class):  # type: ignore[misc, valid-type]
                def update_to_time(self, t: float) -> None:
                    start = time.process_time()
                    super().update_to_time(t)
                    times.append(1000 * (time.process_time() - start))

            Timed.__name__ = entry.name
            scene = Timed()
            scene.renderer.update_frame = lambda *_args, **_options: None
            scene.render()
    frames = np.array(times)
    return Cost(
        entry.name,
        len(frames),
        float(frames.mean()),
        float(np.quantile(frames, 0.95)),
        float(frames.max()),
    )


def main() -> None:
    """Print the table."""
    chosen = [e for e in LECTURE.scenes if not sys.argv[1:] or e.name in sys.argv[1:]]
    table = Table(title="Updates: CPU milliseconds a frame at 1080p60")
    for heading in ("scene", "frames", "mean", "95 %", "largest"):
        table.add_column(heading, justify="left" if heading == "scene" else "right")
    context = multiprocessing.get_context("spawn")
    with context.Pool(1, maxtasksperchild=1) as pool:
        for cost in pool.imap(measure, chosen):
            row = (f"{v:.2f}" for v in (cost.mean, cost.nineteen_in_twenty, cost.largest))
            table.add_row(cost.name, str(cost.frames), *row)
    Console().print(table)


if __name__ == "__main__":
    main()
