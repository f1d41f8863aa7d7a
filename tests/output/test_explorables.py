"""Explorables: the modules, the style sheet and the data of a lecture, in its page."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from bs4 import BeautifulSoup

from lecture.config.contract import Lecture
from lecture.config.spec import LectureSpec
from lecture.errors import InputError
from lecture.output.site.explorables import load_explorables
from lecture.output.site.make import Site, make_site
from lecture.timeline import RenderedScene
from tests.output.counting import LECTURE
from tests.rendered import site_of


def spec_of(**changes: str) -> LectureSpec:
    """Return the spec of a lecture whose explorable has some fields changed."""
    changed = replace(LECTURE, explorables=(replace(LECTURE.explorables[0], **changes),))

    class Spec(LectureSpec):
        lecture: ClassVar[Lecture | None] = changed

    return Spec.model_construct()


@pytest.fixture(scope="module")
def site(
    rendered: dict[str, list[RenderedScene]], tmp_path_factory: pytest.TempPathFactory
) -> Site:
    explorables = load_explorables(spec_of())
    return site_of(rendered["h264"], tmp_path_factory.mktemp("parts"), explorables=explorables)


def page_of(site: Site, folder: Path) -> BeautifulSoup:
    return BeautifulSoup(make_site(site, folder / "site").read_text(encoding="utf-8"), "lxml")


def test_the_page_holds_modules_style_and_data(site: Site, tmp_path: Path) -> None:
    page = page_of(site, tmp_path)
    found = json.loads(page.find("script", type="importmap").string)["imports"]
    texts = {name: b64decode(uri.partition("base64,")[2]).decode() for name, uri in found.items()}
    assert set(texts) == {"counter/counter.js", "counter/add.js"}
    assert 'from "counter/add.js"' in texts["counter/counter.js"]
    assert page.select_one(".explorable")["data-module"] == "counter/counter.js"
    data = json.loads(page.find("script", type="application/json").string)
    assert data == {"start": 3, "label": "</script><b>en</b>"}
    assert "min-width: 12rem" in page.style.string


def test_it_is_linked_with_the_beats_of_the_video(site: Site, tmp_path: Path) -> None:
    page = page_of(site, tmp_path)
    assert page.select_one("#explore-counter h2").string == "Count <b>on</b>"
    # In the order of the video, and none that it does not have.
    moments = page.select(".moments a")
    assert [link["data-start"] for link in moments] == ["1.400", "5.900"]
    captions = ["In one_neuron: w < 1 & b > 0.", "In the_log_axis: w < 1 & b > 0."]
    assert [link.span.string for link in moments] == captions
    links = page.select(".lines a.explore")
    assert [link["href"] for link in links] == ["#explore-counter"] * 2
    lines = [link.find_previous("a").span.string for link in links]
    assert lines == captions


def test_it_is_left_out_without_its_beats(site: Site, tmp_path: Path) -> None:
    elsewhere = replace(site.explorables[0], beats=("Recap.sources",))
    page = page_of(replace(site, explorables=(elsewhere,)), tmp_path)
    assert not page.select(".explorable, .explore, script[type]")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"module": "missing.js"}, r"missing\.js cannot be read: .*No such file"),
        ({"style": "missing.css"}, r"missing\.css cannot be read: "),
        ({"content": "content:missing"}, r"counting: content:missing cannot be imported: "),
        ({"content": "content:undefined"}, "'counter' cannot be written as JSON: Out of range"),
    ],
)
def test_faults_of_the_lecture_are_named(changes: dict[str, str], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        load_explorables(spec_of(**changes))


def test_a_lecture_without_explorables() -> None:
    assert load_explorables(LectureSpec.model_construct()) == ()
