"""Simulate a render with more workers than this machine has, from the times of its chunks.

    python benchmarks/scaling.py    # all scenes at 1080p60
    python benchmarks/scaling.py --quality k --scenes BackwardPass

The scenes are rendered once, and a chunk is taken to need the CPU time that was measured for the
frames of its scene. Workers take the longest chunk first, as in `RenderSession.render`. With many
workers the longest chunk, a beat with the steps before it, and joining limit the time.
"""

from __future__ import annotations

import argparse
import heapq
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from lecture.cli.progress import progress_display
from lecture.formats import Quality
from lecture.output.video.assemble import assemble_lecture
from lecture.render.estimates import FrameTimes, Workload, beat_frames
from lecture.render.executors import executor_factory, usable_cores
from lecture.render.partition import chunk_limits, divided, missing_ranges
from lecture.render.session import RenderSession
from lecture.render.tasks import SceneRenderSpec
from lecture.timeline import SceneTimeline
from scenes import LECTURE
from scenes.spec import GradientSpec

WORKERS = (1, 2, 4, 8, 16, 32, 64)


def chunk_seconds(
    specs: Sequence[SceneRenderSpec],
    timelines: Sequence[SceneTimeline],
    times: FrameTimes,
    workers: int,
) -> list[float]:
    """Return the estimated seconds of each chunk, the longest first."""
    frames = [beat_frames(spec, timeline) for spec, timeline in zip(specs, timelines, strict=True)]
    ranges = [
        missing_ranges(None, 0, [times.estimate(spec, count) for count in counts])[0]
        for spec, counts in zip(specs, frames, strict=True)
    ]
    limits = chunk_limits([whole.estimate for whole in ranges], workers)
    return sorted(
        (
            Workload().including(spec, chunk, counts).seconds
            for spec, counts, whole, limit in zip(specs, frames, ranges, limits, strict=True)
            for chunk in divided(whole, limit)
        ),
        reverse=True,
    )


def wall_seconds(chunks: Sequence[float], workers: int) -> float:
    """Return when the last of some workers ends, each of which takes the next chunk when free."""
    free = [0.0] * workers
    for seconds in chunks:
        heapq.heappush(free, heapq.heappop(free) + seconds)
    return max(free)


def main() -> None:
    """Measure, simulate, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scenes", default=",".join(LECTURE.scene_names()))
    parser.add_argument("--quality", choices=[quality.name for quality in Quality], default="h")
    options = parser.parse_args()
    size = Quality[options.quality].value
    entries = LECTURE.entries(options.scenes.split(","))
    specs = [SceneRenderSpec(entry, size, GradientSpec()) for entry in entries]
    with (
        tempfile.TemporaryDirectory() as name,
        progress_display(Console(stderr=True)) as display,
    ):
        folder = Path(name)
        executor = executor_factory(display, workers=usable_cores())
        session = RenderSession(folder / "cache", executor, display)
        with session.locked():
            timelines = session.dry_run(specs)
            rendered = session.render(specs)
        begin = time.perf_counter()
        video = folder / "lecture.mp4"
        assemble_lecture(rendered, video, title="", author="", spoken=None, spec_digest="")
        joining = time.perf_counter() - begin
        times = FrameTimes.load(folder / "cache")
    length = float(sum(scene.record.seconds for scene in rendered))
    print(f"{length:.0f} s of video at {size}; joining takes {joining:.1f} s")
    print(f"{'workers':>7} {'chunks':>7} {'longest s':>10} {'wall s':>8} {'speedup':>8}")
    single = None
    for workers in WORKERS:
        chunks = chunk_seconds(specs, timelines, times, workers)
        wall = wall_seconds(chunks, workers) + joining
        single = single or wall
        line = f"{workers:7} {len(chunks):7} {chunks[0]:10.1f} {wall:8.1f} {single / wall:8.2f}"
        print(line)


if __name__ == "__main__":
    main()
