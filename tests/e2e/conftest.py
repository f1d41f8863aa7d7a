"""What the tests in a real browser share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.waiting import LONG

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_LOCAL = ("file:", "data:", "blob:", "about:")


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Make empty pages; whatever one throws, logs as an error or asks another machine for fails."""
    contexts, wrong = [], []

    def inputs(url: str) -> None:
        if not url.startswith(_LOCAL):
            wrong.append(url)

    def make(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 720}, **options})
        context.set_default_timeout(1000 * LONG)
        contexts.append(context)
        context.on("request", lambda request: inputs(request.url))
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        page = context.new_page()
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not wrong


@pytest.fixture
def opened(new_page: Callable[..., Page], made: Path) -> Callable[..., Page]:
    """Open a file of the folder that the fixture `made` of a module is."""

    def open_file(name: str, **options: Any) -> Page:
        page = new_page(**options)
        page.goto((made / name).as_uri())
        return page

    return open_file
