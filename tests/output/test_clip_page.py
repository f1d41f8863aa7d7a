"""The page of clips: facts, notes, and snippets that embed each clip."""

from __future__ import annotations

import ast
import base64
from collections.abc import Mapping
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from lecture.brand import Brand, brand_theme
from lecture.output.clips.embed import snippets
from lecture.output.clips.make import ClipOptions, Clips, make_clips
from lecture.timeline import RenderedScene
from tests.rendered import DESCRIPTIONS, HEIGHT, NOTES, WIDTH

PAGES = {"HTML", "Markdown", "Quarto", "Marp", "Slidev", "Jupyter"}
RenderedScenes = Mapping[str, list[RenderedScene]]


@pytest.fixture(scope="module")
def page(clips: Clips) -> BeautifulSoup:
    return BeautifulSoup(clips.page.read_text(encoding="utf-8"), "lxml")


def test_notes_and_commands_are_the_lecturers(
    rendered: RenderedScenes, clips: Clips, tmp_path: Path
) -> None:
    made = make_clips({"h264": rendered["h264"]}, tmp_path / "clips", ClipOptions())
    for path in (made.page, made.page.with_name("clips.json")):
        text = path.read_text(encoding="utf-8")
        assert "Say it" not in text
        assert "lecture clips" not in text
        for_lecturers = clips.page.with_name(path.name).read_text(encoding="utf-8")
        assert "Say it" in for_lecturers
        assert "lecture clips" in for_lecturers


def test_the_page_of_a_brand_has_its_colours_whatever_the_browser_prefers(
    rendered: RenderedScenes, tmp_path: Path
) -> None:
    theme = brand_theme(Brand(background="#002B45", accents=("#FFCC33",)))
    options = ClipOptions(page_theme=theme)
    page = make_clips({"h264": rendered["h264"]}, tmp_path / "clips", options).page
    text = page.read_text(encoding="utf-8")
    assert "prefers-color-scheme" not in text
    for rule in ("color-scheme: dark", "--background: #002B45", "--accent: #FFCC33"):
        assert f"{rule};" in text


def test_notes_are_shown_as_typed(page: BeautifulSoup) -> None:
    assert {notes.text for notes in page.select(".notes")} == {NOTES}


def test_the_page_has_spaces_around_its_dots(page: BeautifulSoup) -> None:
    facts = [heading.find_next("p").text.strip() for heading in page.select("h3[id]")]
    assert facts[0] == "1.4 s · poster · last frame · captions"
    assert facts[1] == "1.3 s, plays in a loop · poster · last frame · captions"


def test_the_command_of_a_clip_makes_only_that_clip(clips: Clips) -> None:
    commands = {file.file: file.command for file in clips.report.files}
    start = "lecture clips -q l --scenes ForwardPass --beats the_chain --format"
    assert commands["01-forward_pass-01-the_chain.mp4"] == f"{start} mp4"
    assert commands["01-forward_pass-01-the_chain.gif"] == f"{start} gif --width 120 --fps 5"


def snippets_of(clips: Clips, form: str, clip: int = 0) -> dict[str, str]:
    entry = clips.report.clips[clip]
    (file,) = [file for file in entry.files if file.format == form]
    return {snippet.where: snippet.text for snippet in snippets(entry, file)}


def _label(clips: Clips, clip: int = 0) -> str:
    entry = clips.report.clips[clip]
    return f"{entry.title} — {entry.heading}"


def _alternative(clips: Clips, clip: int = 0) -> str:
    return clips.report.clips[clip].description or _label(clips, clip)


@pytest.mark.parametrize("form", ["mp4", "webm"])
def test_videos_have_a_name_and_captions(clips: Clips, form: str) -> None:
    found = snippets_of(clips, form)
    places = [
        "HTML",
        "reveal.js",
        "Quarto, with captions",
        "Marp, shown by marp --html",
        "Slidev, with the files in the folder public",
    ]
    for where in places:
        html = BeautifulSoup(found[where], "lxml")
        (video,) = html.find_all(["video", "slidevvideo"])
        assert video["aria-label"] == _label(clips)
        (track,) = html.find_all("track")
        assert (track["kind"], track["srclang"]) == ("captions", "en")
        assert track["src"].removeprefix("/") == clips.report.clips[0].captions
    assert f'aria-label="{_label(clips)}"' in found["Quarto, in text"]


def test_a_loop_plays_without_sound_and_controls(clips: Clips) -> None:
    found = snippets_of(clips, "mp4", clip=1)
    for where in ("HTML", "reveal.js", "Slidev, with the files in the folder public"):
        (video,) = BeautifulSoup(found[where], "lxml").find_all(["video", "slidevvideo"])
        assert video.has_attr("loop")
        assert video.has_attr("muted")
        assert not video.has_attr("controls")


@pytest.mark.parametrize("form", ["gif", "webp"])
def test_pictures_have_the_description_of_the_beat(clips: Clips, form: str) -> None:
    described = DESCRIPTIONS["one_neuron"]
    (picture,) = BeautifulSoup(snippets_of(clips, form, 1)["HTML"], "lxml").find_all("img")
    assert picture["alt"] == described
    steps = snippets_of(clips, "mp4", 1)["PowerPoint"].splitlines()
    assert f"Right-click > View Alt Text: {described}" in steps
    (picture,) = BeautifulSoup(snippets_of(clips, form)["HTML"], "lxml").find_all("img")
    assert picture["alt"] == _label(clips)
    steps = snippets_of(clips, "mp4")["PowerPoint"].splitlines()
    assert f"Playback > Insert Captions: {clips.report.clips[0].captions}" in steps


@pytest.mark.parametrize("form", ["mp4", "webm", "gif", "webp"])
def test_html_fits_into_its_column(clips: Clips, form: str) -> None:
    html = BeautifulSoup(snippets_of(clips, form)["HTML"], "lxml")
    (tag,) = html.find_all(["video", "img"])
    assert tag["style"] == "max-width:100%;height:auto"
    expected = (120, 72) if form in {"gif", "webp"} else (WIDTH, HEIGHT)
    assert (int(tag["width"]), int(tag["height"])) == expected


@pytest.mark.parametrize(
    ("form", "places"),
    [
        ("mp4", {*PAGES, "reveal.js", "PowerPoint", "Beamer"}),
        ("webm", {*PAGES, "reveal.js"}),  # the others do not play it
        ("mov", {"Keynote", "PowerPoint for Mac"}),
        ("gif", {*PAGES, "PowerPoint"}),
        ("webp", PAGES),
    ],
)
def test_snippets_are_for_programs_that_show_the_format(
    clips: Clips, form: str, places: set[str]
) -> None:
    found = snippets_of(clips, form)
    assert {where.partition(",")[0] for where in found} == places
    files = {path.name for path in clips.page.parent.iterdir()}
    entry = clips.report.clips[0]
    for text in found.values():
        assert [name for name in files if name in text and name.startswith(entry.name)]


@pytest.mark.parametrize(("form", "clip"), [("mp4", 0), ("mp4", 1), ("webm", 0), ("gif", 0)])
def test_a_cell_of_jupyter_shows_the_clip(
    clips: Clips, monkeypatch: pytest.MonkeyPatch, form: str, clip: int
) -> None:
    monkeypatch.chdir(clips.page.parent)
    *before, shown = ast.parse(snippets_of(clips, form, clip)["Jupyter"]).body
    names: dict[str, object] = {}
    exec(ast.unparse(before), names)  # noqa: S102  (it is our own text)
    media = eval(ast.unparse(shown), names)  # noqa: S307
    if form == "gif":
        assert media.data.startswith(b"GIF8")
        assert media.alt == _alternative(clips, clip)
        return
    (video,) = BeautifulSoup(media._repr_html_(), "lxml").find_all("video")
    assert video["style"] == "max-width:100%;height:auto"
    assert video.has_attr("loop") is (clip == 1)
    assert str(video).count("data:video/") == 1
    assert video["aria-label"] == _label(clips, clip)
    if clips.report.clips[clip].captions:
        (track,) = video.find_all("track")
        start = "data:text/vtt;base64,"
        assert track["src"].startswith(start)
        captions = base64.b64decode(track["src"].removeprefix(start)).decode()
        assert captions == Path(str(clips.report.clips[clip].captions)).read_text(encoding="utf-8")


def test_beamer_shows_a_picture_and_names_both_files(clips: Clips) -> None:
    found = snippets_of(clips, "mp4")
    name = clips.report.clips[0].name
    assert found["Beamer, played by pdfpc or Okular"].endswith(
        f"{{{name}-poster.png}}}}{{{name}.mp4}}"
    )
    assert found["Beamer, as a picture"].endswith(f"{{{name}-last.png}}")
