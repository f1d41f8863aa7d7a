"""The page of ``lecture watch`` in Chromium."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from lecture.palette import THEMES
from tests.watching import Watching, edit, watching, write_lecture

if TYPE_CHECKING:
    from playwright.sync_api import Page

_STILL = "figure[data-beat='1'] img"
_HAS_COLOR = """([selector, color]) => {
  const image = document.querySelector(selector);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  if (!canvas.width) return false;
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const pixel = context.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
  return `${[...pixel.slice(0, 3)]}` === color;
}"""


@pytest.fixture
def run(tmp_path: Path, environment: Mapping[str, str]) -> Iterator[Watching]:
    write_lecture(tmp_path)
    with watching(tmp_path, environment, "-q", "l") as run:
        yield run


def wait_for_color(page: Page, color: str) -> None:
    page.locator(_STILL).wait_for()
    page.wait_for_function(_HAS_COLOR, arg=[_STILL, color])


def test_the_picture_changes_without_a_reload(run: Watching, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    address = run.url.replace("127.0.0.1", "localhost")  # the only host that Chromium finds here
    page.goto(address)
    wait_for_color(page, "255,0,0")
    page.evaluate("window.loaded = 'once'")
    assert page.locator(_STILL).get_attribute("alt") == "Patches, last frame of the beat second"

    file = run.folder / "scenes" / "patches.py"
    edit(file, 'self.label("color")', '"#00FF00"')
    wait_for_color(page, "0,255,0")
    video = page.locator("figure[data-beat='1'] video")
    video.wait_for()
    page.wait_for_function("() => document.querySelector('video').currentTime > 0")

    edit(file, '"#00FF00"', '"#00FF00"(')
    error = page.locator("section [role=alert] .error")
    error.wait_for()
    line = next(
        number
        for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if '"#00FF00"(' in text
    )
    assert f"patches.py, line {line}" in error.inner_text()
    assert page.locator("#status").inner_text().startswith("stopped at an error")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        red, green, blue = bytes.fromhex(THEMES[scheme].background[1:])
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background == f"rgb({red}, {green}, {blue})"
        violations = Axe().run(page, options={"iframes": False}).response["violations"]
        assert [one["id"] for one in violations if one["impact"] in ("serious", "critical")] == []

    edit(file, '"#00FF00"(', '"#0000FF"')
    wait_for_color(page, "0,0,255")
    error.wait_for(state="detached")
    page.wait_for_function("() => document.getElementById('status').innerText === 'up to date'")
    assert page.evaluate("window.loaded") == "once"
    assert all(url.startswith((address, "data:")) for url in asked), asked

    assert run.interrupt() == 130
    page.wait_for_function("() => document.getElementById('status').innerText.includes('ended')")
