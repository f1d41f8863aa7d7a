"""The page for students, as a folder of files."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from lecture.errors import RenderError
from lecture.files import SidecarFiles, foreign_files
from lecture.output.clips.make import ClipOptions, fill_with_clips
from lecture.output.site.make import Download, Site, make_site
from lecture.output.video.manifest import scene_entries
from lecture.timeline import RenderedScene
from tests.rendered import DESCRIPTIONS, FPS, MOVES, site_of

RenderedScenes = Mapping[str, list[RenderedScene]]
TITLE, AUTHOR = "σ′ & <co.> {{ 7*7 }}", '<img src="x" onerror="alert(1)">'
LENGTHS = [sum(map(len, beats.values())) / FPS for beats in MOVES.values()]


@pytest.fixture(scope="module")
def site(rendered: RenderedScenes, tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("parts")
    made = site_of(rendered["h264"], folder, title=TITLE, author=AUTHOR)
    captions = SidecarFiles.of(made.video).srt
    return replace(made, downloads=(Download("Captions <srt>", captions),))


@pytest.fixture(scope="module")
def folder(site: Site, rendered: RenderedScenes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = make_site(
        site,
        tmp_path_factory.mktemp("made") / "site",
        lambda clips: fill_with_clips({"h264": rendered["h264"]}, clips, ClipOptions()),
    )
    return page.parent


@pytest.fixture(scope="module")
def page(folder: Path) -> BeautifulSoup:
    return BeautifulSoup((folder / "index.html").read_text(encoding="utf-8"), "lxml")


def test_scenes_follow_each_other(site: Site) -> None:
    first, second = scene_entries(site.records)
    assert (first.start, first.end) == (0, LENGTHS[0])
    assert (second.start, second.end) == pytest.approx((LENGTHS[0], sum(LENGTHS)))
    assert [line.start for line in second.captioned_lines] == pytest.approx(
        [LENGTHS[0] + 0.2, LENGTHS[0] + 0.2 + len(MOVES["BackwardPass"]["start_at_the_cost"]) / FPS]
    )


def test_the_files_that_the_page_links_to_exist(folder: Path, page: BeautifulSoup) -> None:
    for tag in page.find_all(True):
        for name in ("href", "src", "poster"):
            address = str(tag.get(name, "#")).partition("#")[0]
            if address and not address.startswith("data:"):
                assert (folder / address).is_file(), address
    assert not page.find_all("script", src=True)
    assert foreign_files(folder) == []


def test_texts_are_escaped(page: BeautifulSoup) -> None:
    assert page.title.text == TITLE
    assert page.h1.text == TITLE
    assert page.header.p.text == AUTHOR
    assert not page.find_all(["b", "co.", "i"])
    assert not page.find_all("img", onerror=True)
    chapters = [link.span.text for link in page.select(".chapters a")]
    assert chapters == [f"The scene <b>{scene}</b> & more" for scene in MOVES]
    assert "Captions <srt>" in page.select_one(".downloads").text


def test_captions_and_chapters_are_in_the_page(page: BeautifulSoup) -> None:
    tracks = {track["kind"]: track["src"] for track in page.find_all("track")}
    assert set(tracks) == {"captions", "chapters"}
    texts = {kind: b64decode(src.partition(",")[2]).decode() for kind, src in tracks.items()}
    assert all(text.startswith("WEBVTT\n") for text in texts.values())
    starts = re.findall(r"00:00:(\S+) -->", texts["captions"])
    links = page.select(".lines a")
    assert len(starts) == len(links) == sum(map(len, MOVES.values()))
    assert [float(link["data-start"]) for link in links] == [float(start) for start in starts]
    assert texts["chapters"].count("-->") == len(MOVES)


def test_descriptions_follow_the_lines_of_their_beats(page: BeautifulSoup) -> None:
    (shown,) = page.select(".description")
    assert shown.text == DESCRIPTIONS["one_neuron"]
    assert shown.parent["data-beat"] == "ForwardPass.one_neuron"
    assert "In one_neuron" in shown.find_previous_sibling("li").text
    assert page.select_one("#described").has_attr("checked")


def test_a_page_without_descriptions_cannot_hide_them(site: Site, tmp_path: Path) -> None:
    records = tuple(
        record.model_copy(
            update={"beats": tuple(b.model_copy(update={"description": ""}) for b in record.beats)}
        )
        for record in site.records
    )
    made = make_site(replace(site, records=records), tmp_path / "site")
    page = BeautifulSoup(made.read_text(encoding="utf-8"), "lxml")
    assert not page.select(".description, #described")


def test_the_transcript_has_the_descriptions(site: Site) -> None:
    text = SidecarFiles.of(site.video).transcript.read_text(encoding="utf-8")
    lines = text.partition("### one neuron\n\n")[2].split("\n\n")[:2]
    assert lines == [
        r"In one\_neuron: w \< 1 \& b \> 0.",
        r"> A \*square\* \<b\>moves\</b\> by 64 pixels.",
    ]


def test_each_clip_is_shown(page: BeautifulSoup) -> None:
    assert len(page.select(".clips img")) == sum(map(len, MOVES.values()))


def test_a_page_without_clips(site: Site, tmp_path: Path) -> None:
    made = make_site(site, tmp_path / "site")
    assert not BeautifulSoup(made.read_text(encoding="utf-8"), "lxml").select(".clips")
    assert not (tmp_path / "site" / "clips").exists()


def test_an_earlier_page_stays_after_a_failure(site: Site, tmp_path: Path) -> None:
    make_site(site, tmp_path / "site")
    before = sorted(path.name for path in (tmp_path / "site").iterdir())
    lost = Download("Slides", tmp_path / "slides.pptx")
    broken = replace(site, downloads=(lost,))
    with pytest.raises(RenderError, match=r"cannot make .*slides\.pptx"):
        make_site(broken, tmp_path / "site")
    assert sorted(path.name for path in (tmp_path / "site").iterdir()) == before
