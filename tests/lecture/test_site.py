"""The page for students, as a folder of files."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path

import pytest
import srt
from bs4 import BeautifulSoup

from lecture import RenderError, join_videos
from lecture.clips import ClipOptions
from lecture.clips.make import fill_with_clips
from lecture.files import foreign_files
from lecture.records import FilmedScene
from lecture.site import Download, Site, make_site, outline
from scenes.palette import DARK
from tests.filming import FPS, MOVES

Films = Mapping[str, list[FilmedScene]]
TITLE, AUTHOR = "σ′ & <co.> {{ 7*7 }}", '<img src="x" onerror="alert(1)">'
LENGTHS = [sum(map(len, beats.values())) / FPS for beats in MOVES.values()]


@pytest.fixture(scope="module")
def site(films: Films, tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("parts")
    video = folder / "made.mp4"
    join_videos([film for scene in films["h264"] for film in scene.segments], video, fps=FPS)
    captions = folder / "lecture.srt"
    captions.write_text("1\n", encoding="utf-8")
    records = tuple(scene.record for scene in films["h264"])
    return Site(TITLE, AUTHOR, DARK, records, video, (Download("Captions <srt>", captions),))


@pytest.fixture(scope="module")
def folder(site: Site, films: Films, tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = make_site(
        site,
        tmp_path_factory.mktemp("made") / "site",
        lambda clips: fill_with_clips({"h264": films["h264"]}, clips, ClipOptions()),
    )
    return page.parent


@pytest.fixture(scope="module")
def page(folder: Path) -> BeautifulSoup:
    return BeautifulSoup((folder / "index.html").read_text(encoding="utf-8"), "lxml")


def test_scenes_follow_each_other(site: Site) -> None:
    first, second = outline(site.records)
    assert (first.start, first.end) == (0, LENGTHS[0])
    assert (second.start, second.end) == pytest.approx((LENGTHS[0], sum(LENGTHS)))
    assert [cue.start for cue in second.cues] == pytest.approx(
        [LENGTHS[0] + 0.2, LENGTHS[0] + 0.2 + len(MOVES["BackwardPass"]["start_at_the_cost"]) / FPS]
    )


def test_all_that_the_page_links_to_is_there(folder: Path, page: BeautifulSoup) -> None:
    for tag in page.find_all(True):
        for name in ("href", "src", "poster"):
            address = str(tag.get(name, "#")).partition("#")[0]
            if address and not address.startswith("data:"):
                assert (folder / address).is_file(), address
    assert not page.find_all("script", src=True)
    assert foreign_files(folder) == []


def test_texts_stay_texts(page: BeautifulSoup) -> None:
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
    assert all(text.startswith("WEBVTT\n\n") for text in texts.values())
    cues = list(srt.parse(texts["captions"].partition("\n\n")[2].replace(".", ",")))
    links = page.select(".lines a")
    assert len(cues) == len(links) == sum(map(len, MOVES.values()))
    for cue, link in zip(cues, links, strict=True):
        assert float(link["data-start"]) == cue.start.total_seconds()
    assert texts["chapters"].count("-->") == len(MOVES)


def test_each_clip_is_shown(page: BeautifulSoup) -> None:
    assert len(page.select(".clips img")) == sum(map(len, MOVES.values()))


def test_a_page_can_do_without_clips(site: Site, tmp_path: Path) -> None:
    made = make_site(site, tmp_path / "site")
    assert not BeautifulSoup(made.read_text(encoding="utf-8"), "lxml").select(".clips")
    assert not (tmp_path / "site" / "clips").exists()


def test_the_earlier_page_stays_when_something_fails(site: Site, tmp_path: Path) -> None:
    make_site(site, tmp_path / "site")
    before = sorted(path.name for path in (tmp_path / "site").iterdir())
    lost = Download("Slides", tmp_path / "slides.pptx")
    broken = Site(TITLE, AUTHOR, DARK, site.records, site.video, (lost,))
    with pytest.raises(RenderError, match=r"cannot make .*slides\.pptx"):
        make_site(broken, tmp_path / "site")
    assert sorted(path.name for path in (tmp_path / "site").iterdir()) == before
