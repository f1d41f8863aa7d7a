"""Compare the time of `lecture render` with that of manim: the same scenes, in turns, in one run.

    python benchmarks/render.py    # all scenes at 1080p60: half an hour a round
    python benchmarks/render.py --scenes SigmaPrime,WhatHelps --rounds 2

manim renders one scene after the other, each in its own process, as a lecturer would without this
project. `lecture render` renders them silently and uncached, with one process a core. The bound is
the time of the encoder alone: frames that are already drawn, with the same settings, on all cores.
Quote ratios; times depend on the machine and its load.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from pathlib import Path

import av

from lecture.formats import Quality
from lecture.render.backend.encoding import Encoding
from lecture.render.executors import usable_cores
from scenes import LECTURE

ROOT = Path(__file__).parent.parent
SAMPLE = 240  # frames that the bound is measured on, for each core
QUALITIES = {"l": "l", "m": "m", "h": "h"}


def manim_seconds(names: Sequence[str], quality: str, folder: Path) -> float:
    """Render scenes as manim does, one process a scene."""
    begin = time.perf_counter()
    for entry in LECTURE.entries(names):
        file = ROOT / f"{entry.module.replace('.', '/')}.py"
        command = [sys.executable, "-m", "manim", "render", f"-q{quality}", "--disable_caching"]
        options = ["--media_dir", str(folder / "manim"), "-v", "ERROR", "--progress_bar", "none"]
        subprocess.run([*command, *options, str(file), entry.name], cwd=ROOT, check=True)
    return time.perf_counter() - begin


def lecture_seconds(names: Sequence[str], quality: str, folder: Path, workers: int) -> float:
    """Render scenes with `lecture render`, uncached."""
    output = folder / "lecture" / "lecture.mp4"
    shutil.rmtree(output.parent, ignore_errors=True)
    begin = time.perf_counter()
    command = [sys.executable, "-m", "lecture", "render", "-q", quality, "--no-voice"]
    options = ["--scenes", ",".join(names), "--workers", str(workers), "--output", str(output)]
    subprocess.run(
        [*command, *options],
        cwd=ROOT,
        env={**os.environ, "LECTURE_CACHE": str(output.parent / "cache")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - begin


def _encode(task: tuple[Path, int, int]) -> tuple[int, float]:
    """Encode frames that lie in memory; return how many, and the seconds it took."""
    video, skip, fps = task
    with av.open(video) as source:
        frames = [f for i, f in enumerate(source.decode(video=0)) if skip <= i < skip + SAMPLE]
    codec = Encoding.H264.value
    begin = time.perf_counter()
    with av.open(os.devnull, "w", format="mp4") as sink:
        stream = sink.add_stream(codec.name, rate=fps, options=dict(codec.options))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = frames[0].width, frames[0].height
        stream.pix_fmt = codec.pixel_format
        for index, frame in enumerate(frames):
            frame.pts, frame.time_base = index, Fraction(1, fps)
            sink.mux(stream.encode(frame))
        sink.mux(stream.encode())
    return len(frames), time.perf_counter() - begin


def bound_seconds(video: Path, fps: int, total: int) -> float:
    """Estimate what encoding all frames takes on all cores, from a sample on each."""
    cores = usable_cores()
    tasks = [(video, index * total // cores, fps) for index in range(cores)]
    with ProcessPoolExecutor(cores) as pool:
        measured = list(pool.map(_encode, tasks))
    each = sum(seconds / count for count, seconds in measured) / len(measured)
    return total * each / cores


def frames_of(video: Path) -> int:
    """Count the frames of a video."""
    with av.open(video) as source:
        return source.streams.video[0].frames


def main() -> None:
    """Measure, and print a table and the figures as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scenes", default=",".join(LECTURE.scene_names()))
    parser.add_argument("--quality", choices=QUALITIES, default="h")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--scaling", action="store_true", help="measure one worker as well")
    options = parser.parse_args()
    names, cores = options.scenes.split(","), usable_cores()
    fps = Quality[options.quality].value.fps
    columns: dict[str, list[float]] = {"manim": [], "lecture": [], "bound": []}
    if options.scaling:
        columns["one worker"] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(1, options.rounds + 1):
            columns["lecture"].append(lecture_seconds(names, options.quality, folder, cores))
            video = folder / "lecture" / "lecture.mp4"
            total, size = frames_of(video), video.stat().st_size
            columns["bound"].append(bound_seconds(video, fps, total))
            columns["manim"].append(manim_seconds(names, options.quality, folder))
            if options.scaling:
                columns["one worker"].append(lecture_seconds(names, options.quality, folder, 1))
            print(f"round {number}:", {name: round(s[-1], 1) for name, s in columns.items()})
    middle = {name: statistics.median(seconds) for name, seconds in columns.items()}
    result = {
        "scenes": names,
        "frames": total,
        "cores": cores,
        "seconds": {name: round(value, 1) for name, value in middle.items()},
        "lecture / manim": round(middle["lecture"] / middle["manim"], 3),
        "bound / manim": round(middle["bound"] / middle["manim"], 3),
        "megabytes": round(size / 1e6, 2),
    }
    if options.scaling:
        result["one worker / all"] = round(middle["one worker"] / middle["lecture"], 2)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
