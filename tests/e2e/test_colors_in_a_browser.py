"""A browser shows the colours that a scene asks for, in each format and at each quality."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from lecture.cli.main import cli
from lecture.formats import Quality
from scenes import LECTURE
from tests.conftest import SMALL_SCENES
from tests.patches import TOLERANCE, centres, errors
from tests.waiting import LONG, wait_for

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.xdist_group("colors")

QUALITIES = ("l", "h")  # players take untagged video of these two for BT.601 and for BT.709
CLIP = f"{len(LECTURE.scenes) + 1}-patches-01-whole"

Opened = Callable[[str, str, tuple[int, int]], "Page"]

# A video shows the frame that it sought one frame later.
_SHOW_END = """() => new Promise((done) => {
    const video = document.querySelector("video");
    const shown = () => requestAnimationFrame(() => requestAnimationFrame(done));
    video.addEventListener("seeked", shown, { once: true });
    video.currentTime = video.duration - 0.02;
})"""


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Folders of the clips of the patches, by quality."""
    folder = tmp_path_factory.mktemp("patches")
    command = ["clips", "--no-voice", "--with", SMALL_SCENES, "--scenes", "Patches"]
    command += ["--format", "mp4,webm,gif,webp"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for quality in QUALITIES:
            arguments = map(str, [*command, "-q", quality, "--output", quality])
            made = CliRunner().invoke(cli, list(arguments))
            assert made.exit_code == 0, made.output
    return {quality: folder / quality for quality in QUALITIES}


@pytest.fixture
def opened(clips: Mapping[str, Path], browser_with_gpu: Browser) -> Iterator[Opened]:
    """Open a page beside the clips of a quality."""
    contexts = []

    def open_page(quality: str, body: str, size: tuple[int, int]) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = browser_with_gpu.new_context(viewport=viewport)
        context.set_default_timeout(1000 * LONG)
        contexts.append(context)
        style = "body { margin: 0 } img, video { display: block }"
        file = clips[quality] / "page.html"
        file.write_text(f"<!doctype html><title>x</title><style>{style}</style>{body}", "utf-8")
        page = context.new_page()
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


def shown(page: Page) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        return np.asarray(picture.convert("RGB"))


def last_frame(page: Page) -> NDArray[np.uint8]:
    page.wait_for_function("document.querySelector('video').readyState >= 2")
    page.evaluate(_SHOW_END)
    return shown(page)


def final_errors(page: Page) -> dict[str, int]:
    """Return the errors of a page as soon as they are small; it does not say that it is drawn."""
    wait_for(lambda: max(errors(shown(page)).values()) <= TOLERANCE, LONG)
    return errors(shown(page))


def size_of(quality: str) -> tuple[int, int]:
    return Quality[quality].value.width, Quality[quality].value.height


@pytest.mark.parametrize("quality", QUALITIES)
def test_a_video_and_its_poster_show_the_same_colors(opened: Opened, quality: str) -> None:
    width, height = size_of(quality)
    attributes = f'width="{width}" height="{height}" muted'
    page = opened(quality, f'<video src="{CLIP}.mp4" {attributes}></video>', (width, height))
    video = last_frame(page)
    seen = errors(video)
    assert max(seen.values()) <= TOLERANCE, seen
    body = f'<video poster="{CLIP}-poster.png" {attributes}></video>'
    page = opened(quality, body, (width, height))
    seen = final_errors(page)
    assert max(seen.values()) <= TOLERANCE, seen
    poster = shown(page)
    for color, x, y in centres():  # nothing jumps when the video starts
        row, column = round(y * height), round(x * width)
        jump = video[row, column].astype(int) - poster[row, column]
        assert np.abs(jump).max() <= 1, color


@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize("page_color", ["#FFFFFF", "#000000"])
def test_a_transparent_video_shows_the_colors_on_any_page(
    opened: Opened, quality: str, page_color: str
) -> None:
    width, height = size_of(quality)
    style = f"<style>body {{ background: {page_color} }}</style>"
    video = f'<video src="{CLIP}.webm" width="{width}" height="{height}" muted></video>'
    seen = errors(last_frame(opened(quality, style + video, (width, height))), page_color)
    assert max(seen.values()) <= TOLERANCE, seen


@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize("suffix", ["gif", "webp"])
def test_animated_pictures_show_the_colors(opened: Opened, quality: str, suffix: str) -> None:
    page = opened(quality, f'<img src="{CLIP}.{suffix}">', (640, 360))
    seen = final_errors(page)  # of the last frame, which stays
    assert max(seen.values()) <= TOLERANCE, seen
