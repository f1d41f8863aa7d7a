"""Compare the time of `lecture render` with that of manim: the same scenes, in turns, in one run.

    python benchmarks/render.py    # all scenes at 1080p60: half an hour a round
    python benchmarks/render.py --scenes SigmaPrime,WhatHelps --rounds 2
    python benchmarks/render.py --voice --scaling

manim renders one scene after the other, each in its own process, as a lecturer would without this
project: silent, and not joined. `lecture render` renders them uncached, with one process a core,
and joins them. Quote ratios; times depend on the machine and its load.
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
from pathlib import Path
from typing import Any

from lecture.render.executors import usable_cores
from scenes import LECTURE

ROOT = Path(__file__).parent.parent
QUALITIES = {"l": "l", "m": "m", "h": "h"}


def manim_seconds(names: Sequence[str], quality: str, folder: Path) -> float:
    """Render scenes as manim does, one process a scene."""
    begin = time.perf_counter()
    for entry in LECTURE.entries(names):
        file = ROOT / f"{entry.module.replace('.', '/')}.py"
        command = [sys.executable, "-m", "manim", "render", f"-q{quality}", "--disable_caching"]
        options = ["--media_dir", str(folder / "manim"), "-v", "ERROR", "--progress_bar", "none"]
        subprocess.run(
            [*command, *options, str(file), entry.name],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            check=True,
        )
    return time.perf_counter() - begin


def lecture_result(
    names: Sequence[str], quality: str, folder: Path, workers: int, *, voice: bool
) -> dict[str, Any]:
    """Render scenes with `lecture render`, uncached, and return what it prints."""
    output = folder / "lecture" / "lecture.mp4"
    shutil.rmtree(output.parent, ignore_errors=True)
    begin = time.perf_counter()
    command = [sys.executable, "-m", "lecture", "render", "-q", quality, "--profile", "--json"]
    options = ["--scenes", ",".join(names), "--workers", str(workers), "--output", str(output)]
    done = subprocess.run(
        [*command, *options, *([] if voice else ["--no-voice"])],
        cwd=ROOT,
        env={**os.environ, "LECTURE_CACHE": str(output.parent / "cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    seconds = time.perf_counter() - begin
    return {**json.loads(done.stdout), "total": seconds, "bytes": output.stat().st_size}


def phase_table(results: Sequence[dict[str, Any]]) -> str:
    """Return the median wall and CPU time of each step."""
    keys = ("wall_seconds", "main_cpu_seconds", "worker_cpu_seconds")
    lines = [f"{'step':40} {'wall s':>8} {'main CPU s':>11} {'worker CPU s':>13}"]
    for phases in zip(*(result["phases"] for result in results), strict=True):
        wall, main, workers = (statistics.median(phase[key] for phase in phases) for key in keys)
        lines.append(f"{phases[0]['name']:40} {wall:8.1f} {main:11.1f} {workers:13.1f}")
    return "\n".join(lines)


def main() -> None:
    """Measure, and print a table and the figures as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scenes", default=",".join(LECTURE.scene_names()))
    parser.add_argument("--quality", choices=QUALITIES, default="h")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--scaling", action="store_true", help="measure one worker as well")
    parser.add_argument("--voice", action="store_true", help="speak the lines")
    options = parser.parse_args()
    names, cores = options.scenes.split(","), usable_cores()
    results: dict[int, list[dict[str, Any]]] = {cores: [], **({1: []} if options.scaling else {})}
    manim: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(1, options.rounds + 1):
            for workers, found in results.items():
                found.append(
                    lecture_result(names, options.quality, folder, workers, voice=options.voice)
                )
            manim.append(manim_seconds(names, options.quality, folder))
            measured = [found[-1]["total"] for found in results.values()]
            print(f"round {number}:", *(f"{seconds:.1f} s" for seconds in (*measured, manim[-1])))
    seconds = {
        workers: statistics.median(result["total"] for result in found)
        for workers, found in results.items()
    }
    drawing = statistics.median(
        phase["worker_cpu_seconds"]
        for result in results[cores]
        for phase in result["phases"]
        if phase["name"] == "drawing and encoding"
    )
    print(phase_table(results[cores]))
    summary = {
        "scenes": names,
        "frames": results[cores][-1]["frames"],
        "cores": cores,
        "seconds": {"manim": statistics.median(manim), "lecture": seconds[cores]},
        "lecture / manim": round(seconds[cores] / statistics.median(manim), 3),
        "lecture / (CPU of drawing / cores)": round(seconds[cores] / (drawing / cores), 2),
        "megabytes": round(results[cores][-1]["bytes"] / 1e6, 2),
    }
    if options.scaling:
        summary["one worker / all"] = round(seconds[1] / seconds[cores], 2)
    print(json.dumps(summary, indent=1))


if __name__ == "__main__":
    main()
