"""What the tests of several packages share."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, settings

from lecture.cli.main import cli
from lecture.config.contract import SceneEntry
from lecture.formats import FrameFormat
from lecture.timeline import RenderedScene
from scenes import LECTURE
from scenes.spec import GradientSpec
from tests.rendered import render
from tests.stepping import SceneStepper
from tests.waiting import LONG, run_python

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parent.parent
SMALL_SCENES = ROOT / "tests" / "e2e" / "small_scenes.py"

# Importing manim to look for doctests in a file that has none is a second for nothing, and
# Atheris is not installed here.
collect_ignore = [
    "e2e/small_scenes.py",
    "render/awkward_scenes.py",
    "render/cut_scenes.py",
    "render/feature_scenes.py",
    "render/hash_frames.py",
    "render/manim_examples.py",
    "render/small_disks.py",
    "fuzz/fuzz_file.py",
]


# A busy machine exceeds the time that Hypothesis allows an example; derandomised, each run is the
# same.
settings.register_profile(
    "tests",
    max_examples=40,  # in mathcore each is a batch of chains
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("tests")


@pytest.fixture
def only_scenes(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give the bundled lecture some scenes in place of its own."""

    def put(*entries: SceneEntry) -> None:
        lecture = replace(LECTURE, scenes=entries)
        monkeypatch.setattr("scenes.LECTURE", lecture)
        monkeypatch.setattr(GradientSpec, "lecture", lecture)

    return put


Python = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def _no_spec_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LECTURE_SPEC", raising=False)


@pytest.fixture(scope="session")
def size() -> FrameFormat:
    """A format in which a frame costs next to nothing."""
    return FrameFormat(128, 72, 10)


@pytest.fixture(scope="session")
def small() -> Callable[[str], SceneEntry]:
    """Name a scene of `small_scenes.py`, which no package holds."""
    return lambda name: SceneEntry(name, "small_scenes", f"The scene {name}", SMALL_SCENES)


@pytest.fixture(scope="session")
def environment() -> Mapping[str, str]:
    """An environment in which a process in any folder finds the project."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.fixture
def python(environment: Mapping[str, str], tmp_path: Path) -> Python:
    """Run Python in an empty folder, to its end."""
    return partial(run_python, tmp_path, environment=environment)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command of ``lecture`` in an empty folder, in this process.

    The processes in which it draws are forked from one that all tests share.
    """
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[RenderedScene]]:
    """Two scenes of a few beats, rendered in each encoding."""
    folder = tmp_path_factory.mktemp("segments")
    return {name: render(folder / name, name) for name in ("h264", "vp9", "prores")}


@pytest.fixture(scope="session")
def inspected(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> SceneStepper:
    """Run a scene by the names of scene, chain, theme, aspect and language, or recall a run."""
    folder, results = (pytestconfig.cache.mkdir(name) for name in ("stepped", "results"))
    return SceneStepper(folder, results, tmp_path_factory.mktemp("media"))


# The names under which tools/install-system looks for it, too. The headless shell is the engine of
# Chromium without its windows: a page takes a quarter of the CPU time.
_BROWSERS = (
    "chromium-headless-shell",
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)
_APPS = ("Chromium", "Google Chrome")
_BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A page that asks another machine for anything fails, here as on a train.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
    # A page may play sound without a click.
    "--autoplay-policy=no-user-gesture-required",
]
# Without a GPU, Chromium converts video by libyuv, which on x86 rounds the factor of blue in BT.709
# from 2.112 to 2, so that saturated colours are up to 12 levels off: see UB of H709 in
# https://chromium.googlesource.com/libyuv/libyuv/+/refs/heads/main/source/row_common.cc
_NO_GPU = ["--disable-gpu"]
_SOFTWARE_GPU = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


def _chromium() -> str:
    for name in _BROWSERS:
        if found := shutil.which(name):
            return found
    for app in _APPS:
        if (found_app := Path(f"/Applications/{app}.app/Contents/MacOS/{app}")).exists():
            return str(found_app)
    pytest.fail("there is no Chromium; tools/install-system --tests installs it")


@contextmanager
def _launched(flags: list[str]) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (slow, and few need it)

    with sync_playwright() as playwright:
        flags = [*_BROWSER_FLAGS, *flags]
        chromium = playwright.chromium.launch(executable_path=_chromium(), args=flags)
        yield chromium
        chromium.close()


# For a module only: while playwright runs, nothing else in the process can use asyncio.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium that plays H.264 and AAC, which the one of playwright's own does not."""
    with _launched(_NO_GPU) as chromium:
        yield chromium


@pytest.fixture(scope="module")
def browser_with_gpu() -> Iterator[Browser]:
    """A headless Chromium that converts the colours of video as on a GPU, by SwiftShader."""
    with _launched(_SOFTWARE_GPU) as chromium:
        yield chromium


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page; whatever it throws fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(1000 * LONG)
    opened = context.new_page()
    thrown: list[str] = []
    opened.on("pageerror", lambda error: thrown.append(str(error)))
    yield opened
    context.close()
    assert not thrown
