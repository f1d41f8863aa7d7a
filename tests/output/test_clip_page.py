"""The page of clips: facts, notes, and snippets that embed each clip."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from lecture.brand import Brand, brand_theme
from lecture.output.clips.embed import snippets
from lecture.output.clips.make import ClipOptions, Clips, make_clips
from lecture.timeline import RenderedScene
from tests.rendered import HEIGHT, NOTES, WIDTH

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
        ("mp4", {"HTML", "Markdown", "Quarto", "Jupyter", "PowerPoint", "Beamer"}),
        ("webm", {"HTML", "Markdown", "Quarto", "Jupyter"}),  # the others do not play it
        ("mov", {"Keynote", "PowerPoint for Mac"}),
        ("gif", {"HTML", "Markdown", "Quarto", "Jupyter", "PowerPoint"}),
        ("webp", {"HTML", "Markdown", "Quarto", "Jupyter"}),
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
    imported, shown = snippets_of(clips, form, clip)["Jupyter"].split("\n\n")
    names: dict[str, object] = {}
    exec(imported, names)  # noqa: S102  (it is our own text)
    media = eval(shown, names)  # noqa: S307
    if form == "gif":
        assert media.data.startswith(b"GIF8")
        return
    (video,) = BeautifulSoup(media._repr_html_(), "lxml").find_all("video")
    assert video["style"] == "max-width:100%;height:auto"
    assert video.has_attr("loop") is (clip == 1)
    assert str(video).count("data:video/") == 1


def test_beamer_shows_a_picture_and_names_both_files(clips: Clips) -> None:
    found = snippets_of(clips, "mp4")
    name = clips.report.clips[0].name
    assert found["Beamer, played by pdfpc or Okular"].endswith(
        f"{{{name}-poster.png}}}}{{{name}.mp4}}"
    )
    assert found["Beamer, as a picture"].endswith(f"{{{name}-last.png}}")
