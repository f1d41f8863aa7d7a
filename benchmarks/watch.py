"""Measure `lecture watch`: the time from a save to the picture, over 20 saves of three scenes.

Each save adds a dot to a beat of the scene, or removes it, so that its picture changes. The file is
restored at the end. A client of the page takes the time when it has loaded the new picture.

    python benchmarks/watch.py [--saves 20] [SCENE.BEAT ...]
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from lecture.config.discovery import find_lecture
from lecture.render.keys import code_files

BEATS = ("BackwardPass.the_log_axis", "GaussianWeights.the_factor", "WhatHelps.four_remedies")
DOT = '        self.add(__import__("manim").Dot([6.0, -3.5, 0.0]))\n'


class Watched:
    """A running `lecture watch` of a beat, and the connection of a page."""

    def __init__(self, beat: str, process: subprocess.Popen[str]) -> None:
        self.beat = beat.partition(".")[2]
        assert process.stdout is not None
        self.host = urlsplit(process.stdout.readline().split()[0]).netloc
        self.connection = http.client.HTTPConnection(self.host)
        self.connection.request("GET", "/events")
        self.events = self.connection.getresponse()

    def still(self, after: int) -> int:
        """Wait for a still newer than `after`, load it and return its number."""
        while True:
            line = self.events.readline().decode()
            if not line.startswith("data:"):
                continue
            (scene,) = json.loads(line.removeprefix("data:"))["scenes"] or [{"beats": []}]
            numbers: list[int] = [b["still"] for b in scene["beats"] if b["name"] == self.beat]
            if numbers and numbers[0] > after:
                media = http.client.HTTPConnection(self.host)
                media.request("GET", f"/media/{numbers[0]}")
                assert media.getresponse().read().startswith(b"\x89PNG")
                return numbers[0]
            assert not scene.get("error"), scene["error"]

    def ready(self) -> None:
        """Wait until nothing is drawn any more."""
        while True:
            line = self.events.readline().decode()
            if line.startswith("data:"):
                (scene,) = json.loads(line.removeprefix("data:"))["scenes"]
                if not scene["drawing"]:
                    return


@contextmanager
def watching(beat: str) -> Iterator[Watched]:
    """Run `lecture watch` on a beat."""
    command = [sys.executable, "-m", "lecture", "watch", beat, "--no-open"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield Watched(beat, process)
        finally:
            os.killpg(process.pid, signal.SIGINT)


def measure(beat: str, saves: int) -> tuple[float, list[float]]:
    """Return the seconds to the first picture, and from each save to its picture."""
    scene, _, name = beat.partition(".")
    (entry,) = find_lecture().lecture.entries([scene])
    file = code_files(entry, find_lecture().lecture)[entry.module]
    text = file.read_text(encoding="utf-8")
    begins = re.compile(rf'^ +self\.beat\(\s*"{name}"[^)]*\)\n', re.MULTILINE).search(text)
    assert begins is not None, f"{file} has no plain beat {name}"
    edited = text[: begins.end()] + DOT + text[begins.end() :]
    seconds: list[float] = []
    try:
        began = time.perf_counter()
        with watching(beat) as watched:
            still = watched.still(0)
            first = time.perf_counter() - began
            watched.ready()
            for save in range(saves):
                began = time.perf_counter()
                file.write_text(text if save % 2 else edited, encoding="utf-8")
                still = watched.still(still)
                seconds.append(time.perf_counter() - began)
                watched.ready()
    finally:
        file.write_text(text, encoding="utf-8")
    return first, seconds


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("beats", nargs="*", default=BEATS, metavar="SCENE.BEAT")
    parser.add_argument("--saves", type=int, default=20)
    given: Any = parser.parse_args()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{given.saves} saves, {os.cpu_count()} cores, load before: {load}")
    print("| Beat | first picture | median of a save | worst save |\n| --- | --- | --- | --- |")
    for beat in given.beats:
        first, seconds = measure(beat, given.saves)
        middle, worst = statistics.median(seconds), max(seconds)
        print(f"| {beat} | {first:.2f} s | {middle:.2f} s | {worst:.2f} s |", flush=True)
    print(f"load after: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")


if __name__ == "__main__":
    main()
