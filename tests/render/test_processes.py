"""Slices in processes that are killed, that fail and that do not want to end."""

from __future__ import annotations

import contextlib
import math
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lecture.config.contract import SceneEntry
from lecture.errors import RenderError
from lecture.render.cache import RenderCache
from lecture.render.processes import FreshProcesses
from lecture.render.tasks import RenderTask
from tests.sessions import render_spec
from tests.waiting import LONG, is_alive, wait_for

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Named = Callable[[str], SceneEntry]
Python = Callable[..., "subprocess.CompletedProcess[str]"]


def task(
    entry: SceneEntry, key: str = "k", beats: tuple[int, int | None] = (0, None)
) -> RenderTask:
    return RenderTask(render_spec(entry), key, Path(f"work-{key}-{beats[0]}"), beats, Path("cache"))


def segments_of(entry: SceneEntry, key: str) -> list[bytes]:
    scene = RenderCache(Path("cache")).fetch(key, render_spec(entry))
    return [path.read_bytes() for path in scene.segments]


class Hunted(FreshProcesses):
    """Has the first processes of each job killed at random moments; none of them ends before."""

    def __init__(self, *args: Any, kills: int, seed: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.random = random.Random(seed)  # noqa: S311  (not for cryptography)
        self.kills = kills
        self.starts: Counter[str] = Counter()

    def _start(self, task: RenderTask) -> tuple[BaseProcess, Connection]:
        process, receiver = super()._start(task)
        self.starts[task.key] += 1
        if self.starts[task.key] > self.kills:
            Path(f"{process.pid}.go").touch()
        else:
            threading.Timer(self.random.uniform(0, 0.5), _kill, [process.pid]).start()
        return process, receiver


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def test_a_run_whose_processes_are_killed_twenty_times_succeeds(work: Path, scene: Named) -> None:
    with FreshProcesses(1, lambda *_: None) as undisturbed:
        undisturbed.submit(task(scene("FourBeats"), "undisturbed")).result(LONG)
    held = scene("Held")
    keys = [f"k{number}" for number in range(10)]
    with Hunted(2, lambda *_: None, kills=2, seed=5) as hunted:
        results = [hunted.submit(task(held, key)) for key in keys]
        assert [len(result.result(LONG).beats) for result in results] == [4] * len(keys)
    assert hunted.starts == dict.fromkeys(keys, 3)
    for key in keys:
        assert segments_of(held, key) == segments_of(scene("FourBeats"), "undisturbed")
    assert not list(work.glob("cache/segments/*/.*"))


def test_a_scene_that_is_killed_twice_is_rendered_at_the_third_try(
    work: Path, scene: Named
) -> None:
    with FreshProcesses(1, lambda *_: None) as processes:
        processes.submit(task(scene("FourBeats"), "whole")).result(LONG)
        processes.submit(task(scene("KilledTwice"), "killed")).result(LONG)
    assert (work / "killed.txt").read_text("utf-8") == "xx"
    assert segments_of(scene("KilledTwice"), "killed") == segments_of(scene("FourBeats"), "whole")


def test_a_scene_that_is_killed_every_time_is_named(scene: Named, work: Path) -> None:
    with FreshProcesses(1, lambda *_: None) as processes:
        failing = processes.submit(task(scene("KilledAlways")))
        with pytest.raises(RenderError) as caught:
            failing.result(LONG)
    assert str(caught.value).splitlines() == [
        "KilledAlways, beat two, animation 3 failed: its process was killed by SIGKILL 3 times",
        f"log: {Path('work-k-0/KilledAlways.log')}",
    ]
    assert (work / "work-k-0" / "KilledAlways.log").is_file()
    # The segment that was complete is cached for the next run.
    assert RenderCache(Path("cache")).present("k") == 1


def test_half_a_formula_of_a_killed_process_is_not_used(work: Path, scene: Named) -> None:
    with FreshProcesses(1, lambda *_: None) as processes:
        processes.submit(task(scene("FindsFormula"))).result(LONG)
    assert (work / "found.txt").read_text("utf-8") == "False"


def test_tasks_of_the_highest_priority_come_first(work: Path, scene: Named) -> None:
    order: list[str] = []
    with FreshProcesses(1, lambda *_: None) as processes:
        first = processes.submit(task(scene("Held"), "held"))
        priorities = {"low": 1.0, "high": math.inf, "middle": 2.0, "as high": math.inf}
        futures = [
            processes.submit(task(scene("FourBeats"), key), priority)
            for key, priority in priorities.items()
        ]
        for key, future in zip(priorities, futures, strict=True):
            future.add_done_callback(lambda _, key=key: order.append(key))
        (work / "go").touch()
        for future in (first, *futures):
            future.result(LONG)
    assert order == ["high", "as high", "middle", "low"]


def test_stopping_ends_processes_that_do_not_want_to(work: Path, scene: Named) -> None:
    processes = FreshProcesses(2, lambda *_: None)
    futures = [processes.submit(task(scene("Stubborn"), key)) for key in ("a", "b", "c")]
    assert wait_for(lambda: len(list(work.glob("*.pid"))) == 2, LONG)
    pids = [int(path.stem) for path in work.glob("*.pid")]
    assert all(is_alive(pid) for pid in pids)
    began = time.monotonic()
    processes.stop()
    assert time.monotonic() - began < 30
    assert wait_for(lambda: not any(is_alive(pid) for pid in pids), LONG)
    assert futures[2].cancelled()
    for future in futures[:2]:
        with pytest.raises(RenderError):
            future.result(LONG)
    assert len(list(work.glob("*.pid"))) == 2  # and none was begun again


def test_progress_has_beats_and_frames_from_the_first(work: Path, scene: Named) -> None:
    display: list[tuple[str, str, int, int]] = []
    with FreshProcesses(1, lambda j, p: display.append((j.title, p.beat, p.play, p.frames))) as one:
        one.submit(task(scene("FourBeats"), beats=(2, 3))).result(LONG)
    assert display == [
        ("FourBeats (3)", "one", 0, 0),
        ("FourBeats (3)", "two", 1, 3),
        ("FourBeats (3)", "three", 2, 6),
    ]
    assert work.is_dir()


@pytest.mark.parametrize("name", ["Spoken", "FourBeats"])
def test_segments_beats_and_lines_do_not_depend_on_the_chunks(
    work: Path, scene: Named, name: str
) -> None:
    entry = scene(name)
    ways = {"whole": [0], "halves": [0, 2], "beats": [0, 1, 2], "last": [0, 1]}
    with FreshProcesses(2, lambda *_: None) as processes:
        running = [
            processes.submit(task(entry, key, (first, end)))
            for key, firsts in ways.items()
            for first, end in zip(firsts, [*firsts[1:], None], strict=True)
        ]
        for future in running:
            future.result(LONG)
    cache = RenderCache(work / "cache")
    scenes = {key: cache.fetch(key, render_spec(entry)) for key in ways}
    record = scenes["whole"].record
    assert len(record.lines) == {"Spoken": 6, "FourBeats": 4}[name]
    for place, beat in enumerate(record.beats):
        assert {line.beat for line in record.lines_of(place)} == {beat.name}
    for key in ways:
        assert scenes[key].record == record
        assert segments_of(entry, key) == segments_of(entry, "whole")


def test_a_chunk_behind_the_last_beat_returns_the_number_of_beats(work: Path, scene: Named) -> None:
    entry = scene("EmptyAtTheEnd")
    with FreshProcesses(2, lambda *_: None) as processes:
        results = [
            processes.submit(task(entry, beats=beats)).result(LONG) for beats in ((0, 2), (2, None))
        ]
    assert [[beat.record.name for beat in result.beats] for result in results] == [
        ["one", "two"],
        [],
    ]
    assert RenderCache(work / "cache").missing("k") == []


def send_environment(connection: Connection) -> None:
    connection.send(dict(os.environ))


def test_memory_is_not_given_back_at_once_below_a_nanny_of_dask(python: Python) -> None:
    program = """
import os
from lecture.render.processes import process_context, start_process
from tests.render.test_processes import send_environment

os.environ["MALLOC_TRIM_THRESHOLD_"] = "65536"
process, receiver = start_process(process_context(), send_environment)
inside = receiver.recv()
process.join()
print(inside.get("MALLOC_TRIM_THRESHOLD_"), inside["PYTHONHASHSEED"])
print(os.environ["MALLOC_TRIM_THRESHOLD_"], os.environ.get("PYTHONHASHSEED"))
"""
    assert python("-c", program).stdout.split() == ["None", "0", "65536", "None"]
