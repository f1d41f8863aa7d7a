"""Chunks on real Dask clusters: the same segments, whichever process is killed."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from click.testing import CliRunner
from distributed import Client

from lecture.cli.main import cli
from lecture.config.contract import SceneEntry
from lecture.errors import RenderError
from lecture.render import cluster as engine_cluster
from lecture.render.cache import RenderCache
from lecture.render.cluster import ClusterWorkers
from lecture.render.keys import scene_key
from lecture.render.tasks import RenderTask
from tests.clusters import Cluster, Host, kill
from tests.render.conftest import SCENES
from tests.sessions import (
    RecordingDisplay,
    contents,
    render,
    render_session,
    render_spec,
    with_speech,
)
from tests.waiting import LONG, is_alive, wait_for

if TYPE_CHECKING:
    from lecture.timeline import RenderedScene

Named = Callable[[str], SceneEntry]

# One process runs them all, so that there is one host.
pytestmark = pytest.mark.xdist_group("cluster")


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with Host() as started:
        yield started


@pytest.fixture(scope="module")
def shared(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of two workers that draw, whose scheduler no test kills."""
    with Cluster(host, tmp_path_factory.mktemp("shared"), "plain", "plain") as started:
        yield started


@pytest.fixture
def own(host: Host, tmp_path: Path) -> Iterator[Callable[..., Cluster]]:
    """Start a cluster of workers of some kinds, for one test to destroy."""
    started: list[Cluster] = []

    def start(*kinds: str) -> Cluster:
        folder = tmp_path / f"cluster-{len(started)}"
        folder.mkdir()
        started.append(Cluster(host, folder, *kinds))
        return started[-1].__enter__()

    yield start
    for cluster in started:
        cluster.__exit__()


@pytest.fixture
def _soon_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a cluster for lost after seconds, not after half a minute."""
    monkeypatch.setattr(engine_cluster, "_LOSS", 3)


def task(entry: SceneEntry, key: str = "k") -> RenderTask:
    return RenderTask(render_spec(entry), key, Path("nowhere"))


def render_on(
    address: str, folder: Path, *entries: SceneEntry, display: RecordingDisplay | None = None
) -> list[RenderedScene]:
    opened = render_session(folder, display=display, executor=lambda: ClusterWorkers(address))
    with opened.locked():
        return opened.render([render_spec(entry) for entry in entries])


def refusal(address: str, entry: SceneEntry) -> str:
    """Do a job that should fail, and return what is said of it, in one line."""
    with ClusterWorkers(address) as workers, pytest.raises(RenderError) as caught:
        workers.submit(task(entry)).result(LONG)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def test_a_cluster_renders_the_same_bytes(work: Path, scene: Named, shared: Cluster) -> None:
    entries = [scene(name) for name in ("FourBeats", "Spoken", "Shuffled", "EmptyAtTheEnd")]
    display = RecordingDisplay()
    there = render_on(shared.address, work / "there", *entries, display=display)
    here = render(work / "here", *entries)
    assert contents(there) == contents(here)
    assert [one.record for one in there] == [one.record for one in here]
    assert sorted(display.ended) == sorted(display.chunks)
    with ClusterWorkers(shared.address) as workers:
        assert (workers.workers, workers.shares_disk) == (2, False)


def test_a_cluster_draws_spoken_scenes(work: Path, scene: Named, shared: Cluster) -> None:
    specs = [render_spec(scene(name)) for name in ("FourBeats", "Spoken")]
    opened = render_session(work / "there", executor=lambda: ClusterWorkers(shared.address))
    there = opened.render_spoken(specs, with_speech)
    here = render_session(work / "here").render_spoken(specs, with_speech)
    assert contents(there) == contents(here)
    assert [one.record for one in there] == [one.record for one in here]


def test_a_worker_started_as_documented_draws(
    work: Path, scene: Named, own: Callable[..., Cluster]
) -> None:
    # Unlike the other workers here, it has a nanny, which makes it a daemonic process.
    address = own().address
    command = (sys.executable, "-m", "dask", "worker", address, "--nthreads", "1")
    with (work / "worker.log").open("wb") as log:
        nanny = subprocess.Popen(
            [*command, "--no-dashboard"], cwd=work, stdout=log, stderr=log, start_new_session=True
        )
    try:
        with Client(address, set_as_default=False) as client:
            assert wait_for(lambda: bool(client.scheduler_info()["workers"]), LONG)
        there = render_on(address, work / "there", scene("FourBeats"))
    finally:
        nanny.terminate()
        nanny.wait(LONG)
    assert contents(there) == contents(render(work / "here", scene("FourBeats")))


def test_a_worker_that_is_killed_costs_nothing(work: Path, scene: Named, shared: Cluster) -> None:
    entries = [scene("Held"), scene("Spoken")]
    logs = {name: shared.folder / f"{pid}.log" for name, pid in shared.workers.items()}
    victim = min(shared.workers)

    def kill_at_work() -> None:
        if wait_for(lambda: bool(_children(shared.workers[victim])), LONG):
            shared.kill(victim)
        for folder in (shared.folder, work):
            (folder / "go").touch()

    killing = threading.Thread(target=kill_at_work)
    killing.start()
    there = render_on(shared.address, work / "there", *entries)
    killing.join()
    assert victim not in shared.workers, logs[victim].read_text("utf-8")
    shared.start("plain")
    assert contents(there) == contents(render(work / "here", *entries))


def _children(pid: int) -> str:
    listed = subprocess.run(
        ["pgrep", "-P", str(pid)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return listed.stdout


def test_workers_are_killed_at_ten_random_moments(
    scene: Named, own: Callable[..., Cluster]
) -> None:
    cluster = own("quick", "quick")
    tasks = [task(scene("FourBeats"), f"k{number}") for number in range(6)]
    seed = random.randrange(10**9)  # noqa: S311  (not for cryptography)
    print(f"the seed is {seed}")  # noqa: T201  (shown where the test fails)
    moments = random.Random(seed)  # noqa: S311

    def work() -> list[list[bytes]]:
        with ClusterWorkers(cluster.address) as workers:
            results = [future.result(LONG) for future in [workers.submit(task) for task in tasks]]
        return [[beat.data for beat in result.beats] for result in results]

    began = time.monotonic()
    undisturbed = work()
    seconds = time.monotonic() - began
    assert undisturbed == [[f"{task.key} {index}".encode() for index in range(4)] for task in tasks]
    for _ in range(10):
        victim = moments.choice(sorted(cluster.workers))
        moment = moments.uniform(0, seconds)
        # The work does not end before the worker is killed.
        held = f"{moments.choice(tasks).key}-{moments.randrange(4)}.hold"
        (cluster.folder / held).touch()
        print(f"{victim} is killed after {moment:.3f} of {seconds:.3f} s, {held}")  # noqa: T201

        def kill_victim(victim: str = victim, held: str = held) -> None:
            cluster.kill(victim)
            (cluster.folder / held).unlink()

        killing = threading.Timer(moment, kill_victim)
        killing.start()
        try:
            assert work() == undisturbed
        finally:
            killing.join()
        cluster.start("quick")


def test_a_job_that_loses_four_workers_is_named(scene: Named, own: Callable[..., Cluster]) -> None:
    cluster = own("quick")
    begun = cluster.folder / "k.begun"
    with ClusterWorkers(cluster.address) as workers:
        future = workers.submit(task(scene("Stubborn")))
        for number in range(4):
            assert wait_for(begun.exists, LONG)
            begun.unlink()
            cluster.kill(min(cluster.workers))
            if number < 3:
                cluster.start("quick")
        with pytest.raises(RenderError) as caught:
            future.result(LONG)
    assert re.match(
        r"Stubborn failed: 4 workers were lost while they had it, the last tcp://127\.0\.0\.1:\d+; "
        r"see there why \(too little memory\?\), and run the same command again",
        str(caught.value),
    )


def test_a_worker_that_comes_when_all_are_lost_does_the_work(
    scene: Named, own: Callable[..., Cluster]
) -> None:
    cluster = own("quick")
    begun = cluster.folder / "k.begun"
    with ClusterWorkers(cluster.address) as workers:
        future = workers.submit(task(scene("FourBeats")))
        assert wait_for(begun.exists, LONG)
        cluster.kill("quick-1")
        cluster.start("quick")
        assert len(future.result(LONG).beats) == 4


@pytest.mark.usefixtures("_soon_lost")
def test_the_loss_of_all_workers_is_reported_in_time(
    scene: Named, own: Callable[..., Cluster]
) -> None:
    cluster = own("quick", "quick")
    with ClusterWorkers(cluster.address) as workers:
        future = workers.submit(task(scene("Stubborn")))
        assert wait_for((cluster.folder / "k.begun").exists, LONG)
        for name in list(cluster.workers):
            cluster.kill(name)
        began = time.monotonic()
        with pytest.raises(RenderError) as caught:
            future.result(LONG)
    assert time.monotonic() - began < 30
    assert str(caught.value) == (
        f"all workers of {cluster.address} were lost, and none has come for 3 s; start some with "
        f"'dask worker {cluster.address} --nthreads 1', and run the same command again to "
        "continue; finished beats are cached"
    )


@pytest.mark.usefixtures("_soon_lost")
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM])
def test_the_loss_of_the_scheduler_is_reported_in_time_and_finished_segments_stay(
    work: Path, scene: Named, own: Callable[..., Cluster], sent: signal.Signals
) -> None:
    cluster = own("quick", "quick")
    entries = [scene("FourBeats"), scene("Stubborn")]
    display = RecordingDisplay()

    def lose() -> None:
        wait_for(lambda: display.ended == ["FourBeats"], LONG)
        os.kill(cluster.scheduler, sent)

    losing = threading.Thread(target=lose)
    losing.start()
    began = time.monotonic()
    with pytest.raises(RenderError) as caught:
        render_on(cluster.address, work / "there", *entries, display=display)
    losing.join()
    assert time.monotonic() - began < 30
    assert str(caught.value) == (
        f"the connection to the scheduler at {cluster.address} was lost; start it and its workers "
        "again if they have ended, and run the same command again to continue; finished beats are "
        "cached"
    )
    assert display.ended == ["FourBeats"]
    assert RenderCache(work / "there").missing(scene_key(render_spec(entries[0]))) == []

    def no_work() -> NoReturn:
        pytest.fail("there is work")

    opened = render_session(work / "there", executor=no_work)
    with opened.locked():
        assert len(opened.render([render_spec(entries[0])])[0].segments) == 4


@pytest.mark.usefixtures("_soon_lost")
def test_jobs_for_a_lost_scheduler_are_refused(scene: Named, own: Callable[..., Cluster]) -> None:
    cluster = own("quick")
    with ClusterWorkers(cluster.address) as workers:
        kill(cluster.scheduler)
        futures = [workers.submit(task(scene("FourBeats"), f"k{number}")) for number in range(3)]
        for future in futures:
            with pytest.raises(RenderError, match=r"the connection to the scheduler at tcp.* lost"):
                future.result(LONG)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("damaged", "ValueError: a message was damaged on its way"),
        ("unreadable", "ValueError: invalid literal for int() with base 10: 'no"),
        ("broken", "Exception: LocalError('no space"),
    ],
)
def test_an_unusable_answer_is_reported(
    scene: Named, own: Callable[..., Cluster], kind: str, said: str
) -> None:
    display = refusal(own(kind).address, scene("FourBeats"))
    assert display.startswith("FourBeats failed on the cluster: ")
    assert said in display
    assert display.endswith("; run the same command again to continue; finished beats are cached")


def test_a_scene_that_fails_is_named(work: Path, scene: Named, shared: Cluster) -> None:
    with pytest.raises(RenderError, match=r"^KilledAlways failed: its process ended early"):
        render_on(shared.address, work / "there", scene("KilledAlways"))
    missing = SceneEntry("Missing", "render_scenes", "None", scene("FourBeats").file)
    with pytest.raises(RenderError, match=r"^Missing failed: render_scenes has no class Missing"):
        render_on(shared.address, work / "there", missing)


def test_other_versions_are_refused_before_any_work(
    work: Path, scene: Named, shared: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = {**engine_cluster.versions(), "manim": "99.0"}
    monkeypatch.setattr(engine_cluster, "versions", lambda: ours)
    with pytest.raises(RenderError) as caught:
        render_on(shared.address, work / "there", scene("FourBeats"))
    said = str(caught.value)
    assert "manim 0.22" in said
    assert "instead of 99.0; install the same versions there" in said
    assert not list((work / "there").rglob("*.mp4"))


def test_other_code_is_refused(shared: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_cluster, "installed_digest", lambda: "0" * 64)
    with pytest.raises(RenderError, match=r"has code [0-9a-f]{12} instead of 000000000000"):
        ClusterWorkers(shared.address)


def test_another_lecture_of_the_same_name_is_refused(
    shared: Cluster, scene: Named, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_cluster, "packages_digest", lambda _: "0" * 64)
    message = r"has lecture scenes [0-9a-f]{12} instead of 0{12};"
    with ClusterWorkers(shared.address) as workers, pytest.raises(RenderError, match=message):
        workers.submit(task(scene("FourBeats"))).result(LONG)


def test_a_worker_without_this_project_is_refused(own: Callable[..., Cluster]) -> None:
    with pytest.raises(RenderError) as caught:
        ClusterWorkers(own("quick", "without").address)
    assert re.fullmatch(
        r"worker tcp://127\.0\.0\.1:\d+ has unusable code: .*ModuleNotFoundError.*; "
        r"install the same versions there \(requirements\.lock lists them\) and start it again",
        str(caught.value),
    )


def test_a_worker_that_joins_later_is_compared_too(
    scene: Named, own: Callable[..., Cluster]
) -> None:
    said = r"FourBeats failed: worker tcp://127\.0\.0\.1:\d+ has manim 0\.0 instead of 0\."
    cluster = own("quick")
    with ClusterWorkers(cluster.address) as workers:
        workers.submit(task(scene("Stubborn")))
        assert wait_for((cluster.folder / "k.begun").exists, LONG)
        cluster.start("other")
        with pytest.raises(RenderError, match=said):
            workers.submit(task(scene("FourBeats"), "late")).result(LONG)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x"], ids=["port", "scheme"])
def test_an_address_without_an_answer_is_reported_in_time(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_cluster, "_CONNECT", 1)
    began = time.monotonic()
    with pytest.raises(RenderError, match=f"no worker answers at {address} within 1 s"):
        ClusterWorkers(address)
    assert time.monotonic() - began < 30


def test_a_scheduler_that_cannot_answer_is_reported_in_time(
    own: Callable[..., Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_cluster, "_CONNECT", 2)
    empty = own()
    for sent in (signal.SIGCONT, signal.SIGSTOP):
        os.kill(empty.scheduler, sent)
        began = time.monotonic()
        with pytest.raises(RenderError, match=r"no worker answers at tcp://.* within 2 s"):
            ClusterWorkers(empty.address)
        assert time.monotonic() - began < 30


def test_a_worker_that_does_not_answer_is_left_out(
    scene: Named, own: Callable[..., Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_cluster, "_ANSWER", 2)
    cluster = own("quick", "quick")
    os.kill(cluster.workers["quick-1"], signal.SIGSTOP)
    with ClusterWorkers(cluster.address) as workers:
        future = workers.submit(task(scene("FourBeats")))
        cluster.kill("quick-1")  # or Dask waits for its answer, for five minutes
        assert len(future.result(LONG).beats) == 4


def test_the_command_reports_a_dead_scheduler_in_one_line(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_cluster, "_CONNECT", 1)
    arguments = [*_RENDER, "--scheduler", "tcp://127.0.0.1:1"]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "no worker answers at tcp://127.0.0.1:1" in result.stderr
    assert not list(work.rglob("*.mp4"))


def test_the_command_reports_a_scheduler_that_dies_in_one_line(
    work: Path, own: Callable[..., Cluster], environment: Mapping[str, str]
) -> None:
    cluster = own("quick")
    with subprocess.Popen(
        [sys.executable, "-m", "lecture", *_RENDER, "--scheduler", cluster.address],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert wait_for(lambda: bool(list(cluster.folder.glob("*.begun"))), LONG)
        kill(cluster.scheduler)
        printed, display = running.communicate(timeout=LONG)
    assert running.returncode == 1
    assert printed == ""
    assert display.count("the connection to the scheduler at") == 1, display
    assert "Traceback" not in display
    assert not list(work.rglob("*.mp4"))


_RENDER = ("render", "--with", str(SCENES), "--scenes", "Stubborn", "--no-voice")


def test_a_slice_does_not_outlive_its_worker(scene: Named, own: Callable[..., Cluster]) -> None:
    cluster = own("plain")
    with ClusterWorkers(cluster.address) as drawing:
        drawing.submit(task(scene("Stubborn")))
        assert wait_for(lambda: bool(list(cluster.folder.glob("*.pid"))), LONG)
        pid = int(next(cluster.folder.glob("*.pid")).stem)
        cluster.kill("plain-1")
        assert wait_for(lambda: not is_alive(pid), LONG)
