"""Slices on a real Dask cluster: the same films, whoever is killed, and clear refusals."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from distributed import Client, LocalCluster

from lecture.config.contract import SceneEntry
from lecture.errors import RenderError
from lecture.render import cluster as engine_cluster
from lecture.render.cluster import ClusterWorkers
from tests.sessions import Told, contents, film, studio, view
from tests.waiting import is_alive, wait_for

if TYPE_CHECKING:
    from lecture.timeline import RenderedScene

Named = Callable[[str], SceneEntry]

# One process runs them all, so that there is one cluster.
pytestmark = pytest.mark.xdist_group("cluster")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The scheduler of a cluster of two workers of one thread each."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as local:
        yield local.scheduler_address


def film_on(address: str, folder: Path, *entries: SceneEntry) -> tuple[list[RenderedScene], Told]:
    told = Told()
    opened = studio(folder, told=told, executor=lambda: ClusterWorkers(address))
    with opened.locked():
        return opened.film([view(entry) for entry in entries]), told


def test_a_cluster_films_the_same_bytes(work: Path, scene: Named, address: str) -> None:
    entries = [scene("FourBeats"), scene("Spoken"), scene("EmptyAtTheEnd")]
    there, told = film_on(address, work / "there", *entries)
    here = film(work / "here", *entries)
    assert contents(there) == contents(here)
    assert [one.record for one in there] == [one.record for one in here]
    assert sorted(told.ended) == sorted(told.slices)
    with ClusterWorkers(address) as workers:
        assert (workers.workers, workers.shares_disk) == (2, False)


def test_a_worker_that_is_killed_costs_nothing(work: Path, scene: Named, address: str) -> None:
    entries = [scene(name) for name in ("Slow", "FourBeats", "Spoken")]
    with Client(address, set_as_default=False) as client:
        pids = sorted(client.run(os.getpid).values())
    assert len(pids) == 2

    def kill() -> None:
        time.sleep(1.0)
        with suppress(ProcessLookupError):
            os.kill(pids[0], signal.SIGKILL)

    killing = threading.Thread(target=kill)
    killing.start()
    there, _ = film_on(address, work / "there", *entries)
    killing.join()
    assert not is_alive(pids[0])
    assert contents(there) == contents(film(work / "here", *entries))


def test_a_scene_that_fails_is_named(work: Path, scene: Named, address: str) -> None:
    with pytest.raises(RenderError, match=r"^KilledAlways failed: its process ended too early"):
        film_on(address, work / "there", scene("KilledAlways"))
    missing = SceneEntry("Missing", "engine_scenes", "None", scene("FourBeats").file)
    with pytest.raises(RenderError, match=r"^Missing failed: engine_scenes has no class Missing"):
        film_on(address, work / "there", missing)


def test_other_versions_are_refused_before_any_work(
    work: Path, scene: Named, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = {**engine_cluster.versions(), "manim": "99.0"}
    monkeypatch.setattr(engine_cluster, "versions", lambda: ours)
    with pytest.raises(RenderError) as caught:
        film_on(address, work / "there", scene("FourBeats"))
    said = str(caught.value)
    assert "manim 0.22" in said
    assert "instead of 99.0; install the same versions there" in said
    assert not list((work / "there").rglob("*.mp4"))


def test_other_code_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_cluster, "installed_digest", lambda: "0" * 64)
    with pytest.raises(RenderError, match=r"has code [0-9a-f]{12} instead of 000000000000"):
        ClusterWorkers(address)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x"], ids=["port", "scheme"])
def test_an_address_where_nobody_answers_is_told_in_time(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_cluster, "_PATIENCE", 1)
    began = time.monotonic()
    with pytest.raises(RenderError, match=f"no worker answers at {address} within 1 s"):
        ClusterWorkers(address)
    assert time.monotonic() - began < 10


def test_a_scheduler_without_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_cluster, "_PATIENCE", 1)
    with (
        LocalCluster(n_workers=0, processes=True, dashboard_address=":0") as empty,
        pytest.raises(RenderError, match="no worker answers at tcp://"),
    ):
        ClusterWorkers(empty.scheduler_address)


def test_a_slice_does_not_outlive_its_worker(work: Path, scene: Named) -> None:
    workers = LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0"
    )
    try:
        drawing = ClusterWorkers(workers.scheduler_address)
        with Client(workers.scheduler_address, set_as_default=False) as client:
            client.run(os.chdir, str(work))
            (worker,) = client.run(os.getpid).values()
        with drawing:
            from tests.render.test_processes import job  # noqa: PLC0415  (its processes are others)

            drawing.submit(job(scene("Stubborn")))
            assert wait_for(lambda: bool(list(work.glob("*.pid"))), 60)
            pid = int(next(work.glob("*.pid")).stem)
            workers.scale(0)
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        assert wait_for(lambda: not is_alive(pid), 10)
    finally:
        workers.close()
