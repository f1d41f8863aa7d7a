"""Pages in a real browser, opened as files: they play without a network."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, ClassVar

import pytest
from axe_playwright_python.sync_playwright import Axe

from lecture.config.contract import Lecture
from lecture.config.spec import LectureSpec
from lecture.kit.pacing import line_id
from lecture.kit.word_times import spread_words
from lecture.output.clips.formats import ClipFormat
from lecture.output.clips.make import ClipOptions, fill_with_clips, make_clips
from lecture.output.site.explorables import load_explorables
from lecture.output.site.make import Download, make_site
from lecture.output.web import pages
from lecture.timeline import RenderedScene
from lecture.voice.narration import SpokenLecture, SpokenLine
from lecture.voice.sound import RATE
from tests.output.counting import LECTURE
from tests.rendered import HEIGHT, MOVES, WIDTH, site_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

REVEAL = Path(pages.__file__).parent / "reveal"

# One browser and one set of pages serve all tests.
pytestmark = pytest.mark.xdist_group("browser")


class Counting(LectureSpec):
    """The spec of a lecture with an explorable."""

    lecture: ClassVar[Lecture | None] = LECTURE


RenderedScenes = Mapping[str, list[RenderedScene]]
Opened = Callable[..., "Page"]


def spoken_words(scenes: list[RenderedScene]) -> SpokenLecture:
    """Return a speech in which each line takes its time but for the last tenth of a second."""
    lines: dict[str, dict[str, SpokenLine]] = {}
    for record in (scene.record for scene in scenes):
        for line in record.lines:
            seconds = line.end - line.start - 0.1
            words = spread_words(line.caption, 0.0, seconds)
            sound = SpokenLine("tone", Path("none.wav"), round(seconds * RATE), 1.0, words)
            lines.setdefault(record.name, {})[line_id(line.beat, line.key)] = sound
    return SpokenLecture({}, lines)


@pytest.fixture(scope="module")
def made(rendered: RenderedScenes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a page of clips and a page for students."""
    folder = tmp_path_factory.mktemp("shared")
    rendered = {"h264": rendered["h264"], "vp9": rendered["vp9"]}
    formats = (ClipFormat.MP4, ClipFormat.WEBM, ClipFormat.GIF)
    options = ClipOptions(formats=formats, width=80, fps=5, title="σ′ & <co.>")
    make_clips(rendered, folder / "clips", options)
    slides = folder / "slides.html"
    slides.write_text("<!doctype html><title>Slides</title>", encoding="utf-8")
    site = site_of(
        rendered["h264"],
        folder,
        title="σ′ & <co.>",
        author="An author",
        downloads=(Download("Slides", slides),),
        spoken=spoken_words(rendered["h264"]),
        explorables=load_explorables(Counting.model_construct()),
    )
    only = {"h264": rendered["h264"]}
    make_site(site, folder / "site", lambda clips: fill_with_clips(only, clips, ClipOptions()))
    return folder


def serious(page: Page) -> list[str]:
    """Return the accessibility violations that axe finds."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html']}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("name", ["site/index.html", "clips/index.html"])
def test_the_pages_are_accessible(opened: Opened, name: str) -> None:
    page = opened(name)
    page.locator("details").evaluate_all("all => all.forEach(details => { details.open = true })")
    for width, scheme in itertools.product((1280, 390), ("dark", "light")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        assert serious(page) == [], (width, scheme)
        # Nothing is cut off at the side.
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, scheme)


def test_axe_would_find_what_is_wrong(opened: Opened) -> None:
    page = opened("site/index.html", color_scheme="light")
    page.add_style_tag(content=".lines a { color: #bbb }")
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert {found.partition(":")[0] for found in serious(page)} >= {
        "color-contrast",
        "html-has-lang",
    }


def play_slowly(page: Page) -> None:
    """Have seconds of the video last for ten, so that a busy machine sees each."""
    page.evaluate("document.getElementById('video').playbackRate = 0.1")


def test_the_lecture_plays_with_captions(opened: Opened) -> None:
    page = opened("site/index.html")
    video = page.locator("#video")
    video.evaluate("video => video.play()")
    page.wait_for_function("document.getElementById('video').currentTime > 0.5")
    video.evaluate("video => { video.pause(); video.currentTime = 0.6 }")
    tracks = video.evaluate(
        "video => [...video.textTracks].map(track => [track.kind, track.mode, track.cues?.length])"
    )
    lines = sum(map(len, MOVES.values()))
    assert ["captions", "hidden", lines] in tracks
    assert "chapters" in [kind for kind, _, _ in tracks]
    # Below the picture, where it hides nothing of it.
    caption = page.locator("#caption", has_text="In the_chain: w < 1 & b > 0.")
    caption.wait_for()
    below, picture = caption.bounding_box(), video.bounding_box()
    assert below is not None
    assert picture is not None
    assert below["y"] >= picture["y"] + picture["height"]
    # The menu of the player may show captions in the picture instead, and take them away.
    for mode, text in (
        ("showing", ""),
        ("hidden", "In the_chain: w < 1 & b > 0."),
        ("disabled", ""),
    ):
        video.evaluate("(video, mode) => { video.textTracks[0].mode = mode }", mode)
        page.wait_for_function(f"document.getElementById('caption').textContent === {text!r}")


def test_the_transcript_follows_and_leads(opened: Opened) -> None:
    page = opened("site/index.html")
    lines = page.locator(".lines a[data-start]")
    page.wait_for_function("document.getElementById('video').readyState > 0")
    play_slowly(page)
    lines.nth(3).click()
    page.wait_for_function("!document.getElementById('video').seeking")
    begin = float(str(lines.nth(3).get_attribute("data-start")))
    now = page.evaluate("document.getElementById('video').currentTime")
    assert begin <= now < begin + 1
    assert not page.evaluate("document.getElementById('video').paused")
    current = page.locator(".lines [aria-current]")
    assert current.count() == 1
    assert "start_at_the_cost" in current.inner_text()
    assert "BackwardPass" in page.locator(".chapters [aria-current]").inner_text()
    # It goes on to the next line by itself.
    page.evaluate("document.getElementById('video').playbackRate = 1")
    page.wait_for_function(
        "document.querySelector('.lines [aria-current]').textContent.includes('the_log_axis')"
    )
    assert page.url.endswith("index.html")


def test_the_transcript_can_be_used_by_key(opened: Opened) -> None:
    page = opened("site/index.html")
    page.wait_for_function("document.getElementById('video').readyState > 0")
    play_slowly(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the transcript"
    page.keyboard.press("Enter")
    for _ in range(3):  # the box that scrolls, then the first line, then the second
        page.keyboard.press("Tab")
    assert "one_neuron" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    begin = float(page.evaluate("document.activeElement.dataset.start"))
    page.wait_for_function(
        f"Math.abs(document.getElementById('video').currentTime - {begin}) < 0.9"
    )


def seek(page: Page, time: float) -> None:
    page.evaluate(
        """time => new Promise(done => {
          const video = document.getElementById('video');
          video.addEventListener('seeked', done, { once: true });
          video.currentTime = time;
        })""",
        time,
    )


def wait_for_words(page: Page, *words: str) -> None:
    """Wait until these words, and no others, are lit."""
    page.wait_for_function(
        """words => [...document.querySelectorAll('.lines .spoken')]
          .map(word => word.textContent).join() === words""",
        arg=",".join(words),
    )


def test_words_light_up_as_they_are_spoken(opened: Opened, rendered: RenderedScenes) -> None:
    page = opened("site/index.html")
    page.wait_for_function("document.getElementById('video').readyState > 0")
    wait_for_words(page)
    line = rendered["h264"][0].record.lines[1]
    for word in spread_words(line.caption, line.start, line.end - 0.1):
        seek(page, word.start + 0.01)
        wait_for_words(page, word.word)
    last = word.end + 0.01
    seek(page, last)
    wait_for_words(page, "0")  # until the next line
    page.evaluate(
        """() => {
          window.seen = [];
          const seen = () => document.querySelector('.lines .spoken')?.textContent;
          const observer = new MutationObserver(() => window.seen.push(seen()));
          const lines = document.querySelector('.lines');
          observer.observe(lines, { subtree: true, attributeFilter: ['class'] });
          const video = document.getElementById('video');
          video.playbackRate = 0.25;
          video.play();
        }"""
    )
    page.wait_for_function("window.seen.includes('w') && window.seen.includes('b')")
    assert page.evaluate("window.seen.filter(Boolean)")[:4] == ["In", "the", "rest", "w"]


def test_a_click_on_a_word_seeks_its_time(opened: Opened) -> None:
    page = opened("site/index.html")
    page.wait_for_function("document.getElementById('video').readyState > 0")
    page.evaluate("document.getElementById('video').playbackRate = 0.0625")
    word = page.locator(".lines li", has_text="the_log_axis").get_by_text("log", exact=True)
    word.click()
    wait_for_words(page, "log")
    now = page.evaluate("document.getElementById('video').currentTime")
    assert (
        float(str(word.get_attribute("data-word")))
        <= now
        < float(str(word.get_attribute("data-end")))
    )


def test_the_words_of_a_line_are_reached_by_arrow_keys(opened: Opened) -> None:
    page = opened("site/index.html")
    page.wait_for_function("document.getElementById('video').readyState > 0")
    page.locator(".lines a[data-start]").nth(2).focus()
    for key, word in (
        ("ArrowRight", "In"),
        ("ArrowRight", "the"),
        ("ArrowRight", "rest"),
        ("ArrowLeft", "the"),
        ("ArrowLeft", "In"),
        ("ArrowLeft", "In"),
    ):
        page.keyboard.press(key)
        wait_for_words(page, word)
    assert page.evaluate("document.getElementById('video').paused")
    assert page.locator(".lines :focus").count() == 1
    # No word is a tab stop: the next one is the next line.
    page.keyboard.press("Tab")
    assert "start_at_the_cost" in page.evaluate("document.activeElement.textContent")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_lit_word_can_be_read(opened: Opened, theme: str) -> None:
    page = opened("site/index.html", color_scheme=theme, reduced_motion="reduce")
    page.wait_for_function("document.getElementById('video').readyState > 0")
    seek(page, 0.21)
    wait_for_words(page, "In")
    assert serious(page) == []
    moving = "e => getComputedStyle(e).transitionDuration + getComputedStyle(e).animationName"
    assert page.locator(".lines .spoken").evaluate(moving) == "0snone"


def test_descriptions_can_be_hidden(opened: Opened) -> None:
    page = opened("site/index.html")
    description = page.locator(".description")
    assert description.is_visible()
    page.get_by_label("Describe the pictures").uncheck()
    assert description.is_hidden()


def test_a_moment_can_be_linked_to(opened: Opened) -> None:
    page = opened("site/index.html")
    page.goto(f"{page.url}#t=4.5")
    page.reload()
    page.wait_for_function("document.getElementById('video').currentTime >= 4.5")
    assert "BackwardPass" in page.locator(".chapters [aria-current]").inner_text()


def test_a_link_to_a_moment_works_in_an_open_page(opened: Opened) -> None:
    page = opened("site/index.html")
    page.wait_for_function("document.getElementById('video').readyState > 0")
    page.evaluate("location.hash = '#t=4.5'")
    page.wait_for_function("document.getElementById('video').currentTime >= 4.5")
    assert "BackwardPass" in page.locator(".chapters [aria-current]").inner_text()
    page.evaluate("location.hash = '#t=0.3'")
    page.wait_for_function("document.getElementById('video').currentTime < 1")


def test_a_beat_can_be_linked_to(opened: Opened) -> None:
    page = opened("site/index.html")
    page.goto(f"{page.url}#beat=BackwardPass.the_log_axis")
    page.reload()
    page.wait_for_function("document.getElementById('video').currentTime >= 5.9")
    for linked in ("#beat=BackwardPass.nothing", "#beat=%", "#explore-counter?n=4&t=0.3"):
        page.evaluate("hash => { location.hash = hash }", linked)
        page.wait_for_function("hash => location.hash === hash", arg=linked)
    page.evaluate("location.hash = '#beat=BackwardPass.start_at_the_cost'")
    page.wait_for_function("Math.abs(document.getElementById('video').currentTime - 4.3) < 0.2")


def test_an_explorable_opens_in_the_state_of_a_link(opened: Opened) -> None:
    page = opened("site/index.html")
    button = page.locator(".explorable button")
    button.click()
    assert button.inner_text() == "</script><b>en</b>: 4"
    page.locator(".lines .explore").first.click()
    assert page.evaluate("location.hash") == "#explore-counter"
    page.wait_for_function("scrollY > 0")
    linked = str(button.get_attribute("data-link"))
    assert linked.endswith("site/index.html#explore-counter?n=4")
    page.evaluate("location.hash = '#explore-counter?n=17'")
    page.get_by_text("</script><b>en</b>: 17").wait_for()
    page.goto("about:blank")
    page.goto(linked)
    page.get_by_text("</script><b>en</b>: 4").wait_for()
    page.locator(".moments a").last.click()
    page.wait_for_function("document.getElementById('video').currentTime >= 5.9")


@pytest.fixture
def served(made: Path) -> Iterator[str]:
    """The address of a server that cannot send parts of files."""
    handler = partial(QuietHandler, directory=str(made))
    with ThreadingHTTPServer(("localhost", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()
        thread.join()


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files as ``python -m http.server`` does, without a log."""

    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def copyfile(self, source: object, outputfile: object) -> None:
        """Send a file, as far as the browser wants it."""
        with suppress(ConnectionError):
            super().copyfile(source, outputfile)


def test_a_moment_is_found_on_a_server_without_range_requests(page: Page, served: str) -> None:
    page.goto(f"{served}site/index.html#t=4.5")
    page.wait_for_function("document.getElementById('video').currentTime >= 4.5")
    assert "BackwardPass" in page.locator(".chapters [aria-current]").inner_text()
    assert page.locator("#loading").inner_text() == ""
    play_slowly(page)
    page.locator(".lines a[data-start]").nth(1).click()
    page.wait_for_function("document.getElementById('video').currentTime < 4")
    assert not page.evaluate("document.getElementById('video').paused")
    # The captions are still there.
    page.locator("#caption", has_text="In one_neuron").wait_for()


def test_clips_play_and_are_copied(opened: Opened) -> None:
    page = opened("clips/index.html", permissions=["clipboard-read", "clipboard-write"])
    video = page.locator("video").first
    video.evaluate("video => video.play()")
    page.wait_for_function("document.querySelector('video').currentTime > 0.3")
    assert video.evaluate("video => video.textTracks[0].cues.length") == 1
    page.locator(".caption").first.get_by_text("In the_chain: w < 1 & b > 0.").wait_for()
    first = page.locator("details").first
    first.locator("summary").click()
    first.locator("button").first.click()
    page.locator("#said", has_text="Copied for HTML").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == first.locator("pre").first.inner_text()
    assert copied.startswith('<video src="01-forward_pass-01-the_chain.mp4"')


def test_a_snippet_shows_the_clip(opened: Opened, made: Path) -> None:
    page = opened("clips/index.html")
    snippet = page.locator("details").first.locator("pre").first.text_content()
    (made / "clips" / "elsewhere.html").write_text(
        f"<!doctype html><title>x</title>{snippet.replace('controls', 'controls autoplay')}",
        encoding="utf-8",
    )
    # As on a host: captions beside a page that is opened as a file are blocked by the browser.
    other = opened("clips/elsewhere.html")
    other.wait_for_function("document.querySelector('video').currentTime > 0.3")
    assert other.locator("video").get_attribute("aria-label") == (
        "The scene <b>ForwardPass</b> & more — the chain"
    )
    # It is not wider than its column, and keeps its shape.
    other.set_viewport_size({"width": 100, "height": 100})
    box = other.locator("video").bounding_box()
    assert box is not None
    assert box["width"] < 100
    assert box["width"] / box["height"] == pytest.approx(WIDTH / HEIGHT, rel=0.02)


def test_a_snippet_plays_on_its_slide_of_reveal(opened: Opened, made: Path) -> None:
    page = opened("clips/index.html")
    heading = page.locator(".snippet", has_text="reveal.js").first
    snippet = heading.locator("xpath=following::pre[1]").text_content()
    style, script = (REVEAL.joinpath(f"reveal.{kind}").read_text("utf-8") for kind in ("css", "js"))
    (made / "clips" / "deck.html").write_text(
        f"""<!doctype html><meta charset="utf-8"><title>x</title><style>{style}</style>
        <div class="reveal"><div class="slides"><section>First</section>
        {snippet}</div></div>
        <script>{script}</script><script>Reveal.initialize({{ history: false }})</script>""",
        encoding="utf-8",
    )
    deck = opened("clips/deck.html")
    deck.wait_for_function("window.Reveal && Reveal.isReady()")
    assert deck.locator("video").evaluate("video => video.paused")
    deck.keyboard.press("ArrowRight")
    deck.wait_for_function("document.querySelector('video').currentTime > 0.2")
    assert deck.locator("video").evaluate("video => video.textTracks[0].kind") == "captions"


def test_a_transparent_clip_lets_the_page_show_through(opened: Opened, made: Path) -> None:
    (made / "clips" / "see-through.html").write_text(
        """<!doctype html><title>x</title><style>body { margin: 0; background: #00f }</style>
        <video src="01-forward_pass-01-the_chain.webm" width="160" height="96" muted></video>""",
        encoding="utf-8",
    )
    page = opened("clips/see-through.html", viewport={"width": 160, "height": 96})
    # A video without data does not seek yet, and shows the frame that it sought one frame later.
    page.wait_for_function("document.querySelector('video').readyState >= 2")
    page.evaluate(
        """() => new Promise((done) => {
            const video = document.querySelector("video");
            const shown = () => requestAnimationFrame(() => requestAnimationFrame(done));
            video.addEventListener("seeked", shown, { once: true });
            video.currentTime = 1.3;
        })"""
    )
    shot = made / "see-through.png"
    page.screenshot(path=shot)
    from PIL import Image  # noqa: PLC0415

    with Image.open(shot) as picture:
        pixels = picture.convert("RGB")
        assert pixels.getpixel((2, 2)) == (0, 0, 255)
        red, green, blue = pixels.getpixel((76, 48))
    assert red > 200
    assert 130 < green < 190
    assert blue < 40
