"""The commands clips, slides and site, with scenes that are really rendered."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pptx
import pytest
from av.codec.context import CodecContext
from click.testing import CliRunner, Result

from lecture.cli.main import cli
from scenes import LECTURE
from tests.waiting import LONG

SMALL = ["--quality", "l", "--no-voice", "--with", str(Path(__file__).with_name("small_scenes.py"))]
Run = Callable[..., Result]
FIRST = len(LECTURE.scenes) + 1  # number of the first scene of the file


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Segments that one test renders are cached for the next."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def lecture(run: Run, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of ``lecture`` on small scenes, without a voice."""
    monkeypatch.setenv("LECTURE_CACHE", str(cache))
    return lambda command, *arguments: run(command, *SMALL, *arguments)


def last_frame(path: Path) -> np.ndarray:
    """Decode a clip with its alpha channel."""
    with av.open(path) as container:
        stream = container.streams.video[0]
        if stream.codec_context.name != "vp9":
            return [frame.to_ndarray(format="rgba") for frame in container.decode(stream)][-1]
        decoder = CodecContext.create("libvpx-vp9", "r")
        packets = [packet for packet in container.demux(stream) if packet.size]
        frames = [frame for packet in [*packets, None] for frame in decoder.decode(packet)]
        return frames[-1].to_ndarray(format="rgba")


def test_clips_with_a_transparent_ground(lecture: Run, tmp_path: Path) -> None:
    run = lecture("clips", "--scenes", "Glass", "--format", "webm", "--format", "mov")
    assert run.exit_code == 0, run.output
    assert run.stdout.splitlines()[-1].startswith("media/clips/index.html  1 clip, ")
    for suffix in ("webm", "mov"):
        frame = last_frame(
            tmp_path / "media" / "clips" / f"{FIRST}-glass-01-glass.{suffix}"
        ).astype(int)
        assert frame.shape == (480, 854, 4)
        assert frame[[0, 0, -1, -1], [0, -1, 0, -1], 3].max() <= 1
        glass, opaque = frame[240, 427 - 180], frame[240, 427 + 180]
        assert glass[3] == pytest.approx(64, abs=3)
        assert opaque[3] >= 254
        for seen in (glass, opaque):  # the same colour, however much of it there is
            assert seen[:3] == pytest.approx([0x56, 0xB4, 0xE9], abs=8)


def test_clips_of_one_beat_by_name(lecture: Run, tmp_path: Path) -> None:
    run = lecture(
        "clips",
        "--scenes",
        "ThreeBeats,Glass",
        "--beats",
        "glass",
        "--format",
        "mp4,gif",
        "--width",
        "320",
        "--fps",
        "5",
        "--output",
        "out",
    )
    assert run.exit_code == 0, run.output
    report = json.loads((tmp_path / "out" / "clips.json").read_text(encoding="utf-8"))
    (clip,) = report["clips"]
    assert [file["file"] for file in clip["files"]] == [
        f"{FIRST + 1}-glass-01-glass.mp4",
        f"{FIRST + 1}-glass-01-glass.gif",
    ]
    assert (clip["files"][1]["width"], clip["files"][1]["fps"]) == (320, 5)
    assert clip["files"][0]["command"] == ""
    # Another command adds to the folder.
    again = ("clips", "--scenes", "ThreeBeats", "--scenes", "Glass", "--output", "out")
    both = lecture(*again, "--beats", "../second", "--beats", "Glass.glass", "--notes")
    assert both.exit_code == 0, both.output
    assert both.stderr.splitlines()[-1] == (
        "files of earlier commands that stay as they are: 1; --replace removes them"
    )
    report = json.loads((tmp_path / "out" / "clips.json").read_text(encoding="utf-8"))
    files = {clip["beat"]: [file["format"] for file in clip["files"]] for clip in report["clips"]}
    assert files == {"../second": ["mp4"], "glass": ["mp4", "gif"]}
    assert "--with" in report["clips"][0]["files"][0]["command"]
    alone = lecture(*again, "--beats", "../second", "--replace")
    assert alone.exit_code == 0, alone.output
    names = {path.name for path in (tmp_path / "out").glob("*.*4")}
    assert names == {f"{FIRST}-three_beats-02-___second.mp4"}


def test_only_the_chosen_beat_is_rendered_after_an_estimate(
    lecture: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LECTURE_CACHE", str(tmp_path / "cache"))
    command = ("clips", "--scenes", "ThreeBeats", "--beats", "../second", "--format", "mov")
    with monkeypatch.context() as full:
        full.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=700_000))
        refused = lecture(*command)
    assert refused.exit_code == 2
    assert refused.stderr.splitlines()[-1] == (
        f"{tmp_path / 'media'} has too little room: about 1 MB are needed, 700 kB are free; choose "
        "fewer beats, another format or a lower quality, or free some with 'lecture clean'"
    )
    assert not list((tmp_path / "cache").rglob("*.mov"))
    made = lecture(*command)
    assert made.exit_code == 0, made.output
    assert "\nto render: 6 frames, about " in made.stderr
    assert "and 615 kB\n" in made.stderr
    assert [path.name for path in (tmp_path / "cache").rglob("*.mov")] == ["001.mov"]
    again = lecture(*command)
    assert "to render" not in again.stderr


def test_slides_of_a_scene(lecture: Run, tmp_path: Path) -> None:
    run = lecture("slides", "--scenes", "Glass", "--to", "pptx")
    assert run.exit_code == 0, run.output
    assert run.stdout.startswith("media/slides.pptx  2 slides, ")
    assert len(pptx.Presentation(str(tmp_path / "media" / "slides.pptx")).slides) == 2


_LINES = """
from manim import Dot, RIGHT
from lecture.kit.lecture_scene import LectureScene

class Lines(LectureScene):
    def construct(self):
        dot = Dot()
        self.add(dot)
        self.beat("moves", notes="Wait for questions.")
        for text in ("It moves once.", "It moves twice."):
            with self.say(text):
                self.play(dot.animate.shift(RIGHT))
        self.beat("stays")
        with self.say("It stays."):
            pass
"""


def test_slides_of_lines_go_into_a_deck_within_a_budget(lecture: Run, tmp_path: Path) -> None:
    (tmp_path / "lines.py").write_text(_LINES, encoding="utf-8")
    own = pptx.Presentation()
    for title in ("First", "Last"):
        own.slides.add_slide(own.slide_layouts[5]).shapes.title.text = title
    own.save(str(tmp_path / "own.pptx"))
    run = lecture(
        *("slides", "--with", "lines.py", "--scenes", "Lines", "--to", "pptx", "--pause", "lines"),
        *("--into", "own.pptx", "--after", "1", "--budget", "1MB"),
    )
    assert run.exit_code == 0, run.output
    assert run.stdout.startswith("media/slides.pptx  3 slides, ")
    slides = list(pptx.Presentation(str(tmp_path / "media" / "slides.pptx")).slides)
    titles = [slide.shapes.title.text.split(" — ")[-1] for slide in slides]
    assert titles == ["First", "moves (1/2)", "moves (2/2)", "stays", "Last"]
    notes = [slide.notes_slide.notes_text_frame.text for slide in slides if slide.has_notes_slide]
    assert notes == ["It moves once.\n\nWait for questions.", "It moves twice."]


def test_a_deck_takes_a_lower_quality_to_fit(lecture: Run, tmp_path: Path) -> None:
    command = ("slides", "--scenes", "Glass", "--to", "pptx", "--quality", "m", "--budget")
    sizes = {}
    for quality in "lm":
        made = lecture("slides", "--scenes", "Glass", "--to", "pptx", "--quality", quality)
        assert made.exit_code == 0, made.output
        sizes[quality] = (tmp_path / "media" / "slides.pptx").stat().st_size
    assert sizes["l"] < sizes["m"]
    smaller = lecture(*command, str(sizes["m"] - 1))
    assert "\nquality m: 0.0 MB, more than the budget\n" in smaller.stderr
    assert smaller.stdout == "media/slides.pptx  2 slides, 0.0 MB, quality l\n"
    deck = tmp_path / "media" / "slides.pptx"
    assert deck.stat().st_size == sizes["l"]
    fitting = lecture(*command, str(sizes["m"]))
    assert fitting.stdout == "media/slides.pptx  2 slides, 0.0 MB, quality m\n"
    refused = lecture(*command, str(sizes["l"] - 1))
    assert (refused.exit_code, deck.stat().st_size) == (1, sizes["m"])
    assert refused.stderr.splitlines()[-1] == (
        "--budget: the deck has 0.0 MB even at quality l; "
        "allow more, or choose fewer scenes with --scenes"
    )


def test_a_page_of_a_scene(
    lecture: Run, environment: Mapping[str, str], cache: Path, tmp_path: Path
) -> None:
    made = lecture("site", "--scenes", "Glass", "--output", "page")
    assert made.exit_code == 0, made.output
    assert made.stdout.startswith("page/index.html  ")
    names = {
        path.relative_to(tmp_path / "page").as_posix() for path in (tmp_path / "page").rglob("*")
    }
    assert names >= {
        "index.html",
        "lecture.mp4",
        "lecture.srt",
        "lecture.transcript.md",
        "lecture.vtt",
        "slides.html",
        "slides.pptx",
        "clips/index.html",
    }
    # It may be made again in the same place, here by the command in a process of its own.
    again = subprocess.run(
        [sys.executable, "-m", "lecture", "site", *SMALL, "--scenes", "Glass", "--output", "page"],
        env={**environment, "LECTURE_CACHE": str(cache)},
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    assert again.returncode == 0, again.stderr
    assert again.stdout == made.stdout


NOTED = '''
from manim import Square

from lecture.kit.lecture_scene import LectureScene


class Noted(LectureScene):
    """A beat with notes."""

    def construct(self) -> None:
        self.beat("start", notes="The answer is *no*.")
        self.add(Square())
        self.wait(0.2)
'''


@pytest.mark.parametrize("option", [[], ["--notes"]])
def test_students_get_no_notes_unless_asked_for(
    run: Run, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: list[str]
) -> None:
    monkeypatch.setenv("LECTURE_CACHE", str(cache))
    (tmp_path / "noted.py").write_text(NOTED, encoding="utf-8")
    scene = ("-q", "l", "--no-voice", "--with", "noted.py", "--scenes", "Noted")
    made = run("site", *scene, "--output", "page", *option)
    assert made.exit_code == 0, made.output
    page = tmp_path / "page"
    texts = [page / "index.html", page / "slides.html", *(page / "clips").glob("*.[hj][ts]*")]
    assert len(texts) == 4
    noted = {path.name for path in texts if "The answer" in path.read_text(encoding="utf-8")}
    deck = pptx.Presentation(str(page / "slides.pptx"))
    noted |= {"slides.pptx" for slide in deck.slides if slide.has_notes_slide}
    expected = {"slides.html", "slides.pptx", "index.html", "clips.json"} if option else set()
    assert noted == expected
    assert ("lecture clips" in (page / "clips" / "clips.json").read_text()) is bool(option)
    if not option:
        private = (b"The answer", b"lecture clips", b"--with", b"noted.py", bytes(tmp_path))
        assert [(n, word) for n, data in contents(page) for word in private if word in data] == []


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file, and of each file in a ZIP file."""
    for path in folder.rglob("*"):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from ((name, archive.read(name)) for name in archive.namelist())
        elif path.is_file():
            yield path.name, path.read_bytes()


KINDS = "mp4, webm, mov, gif, webp"
WIDTHS = "allowed: a whole number from 64 to 3840 (pixels)"
BAD_INPUT = {
    "clips --format gfi": f'--format: "gfi" was given; allowed: {KINDS}; did you mean "gif"?',
    "clips --format mp4,": f'--format: "" was given; allowed: {KINDS}',
    "clips --width 9": f'--width: "9" was given; {WIDTHS}',
    "clips --width 1e3": f'--width: "1e3" was given; {WIDTHS}',
    "clips --fps 51": '"51" was given; allowed: a whole number from 1 to 50 (frames a second)',
    "clips -q l --format gif --width 1000": "allowed: at most 854, the width of the video",
    "clips --scenes BackwardPas": 'did you mean "BackwardPass"?',
    "clips --scenes BackwardPass --beats the_log_axs": 'did you mean "the_log_axis"?',
    "slides --to ppt": 'allowed: html, pptx, pdf, zip; did you mean "pptx"?',
    "slides --to pdf --output a.pptx": "a.pptx was given; allowed: a name that ends in .pdf",
    "slides --output made.html": "made.html is a folder; allowed: the name of a file in it",
    "clips --output papers": '--output: papers holds other files ("thesis.tex"); allowed: a new',
    "site --output papers": '--output: papers holds other files ("thesis.tex"); allowed: a new',
    "site --output papers/thesis.tex": "papers/thesis.tex is a file; allowed: the name of a folder",
    "site --voice unknown": "unknown",
}


@pytest.mark.parametrize(("command", "message"), BAD_INPUT.items())
def test_bad_input_is_reported_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "thesis.tex").write_text("years of work", encoding="utf-8")
    (tmp_path / "made.html").mkdir()
    run = CliRunner().invoke(cli, command.split())
    assert run.exit_code == 2, run.output
    (line,) = run.stderr.splitlines()
    assert message in line
    assert run.stdout == ""
    assert not (tmp_path / "media").exists()


def test_without_manim_slides_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> object:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("lecture.output.slides.make.distribution", missing)
    run = CliRunner().invoke(cli, ["slides", "--no-voice"])
    assert run.exit_code == 2
    (line,) = run.stderr.splitlines()
    assert line.endswith("install it with: pip install 'unstable-gradients[slides]'")


def test_a_beat_that_a_scene_of_ones_own_lacks(lecture: Run, tmp_path: Path) -> None:
    run = lecture("clips", "--scenes", "Glass", "--beats", "glas")
    assert run.exit_code == 2
    assert run.stderr.splitlines()[-1] == (
        '--beats: there is no beat "glas"; allowed: glass; did you mean "glass"?'
    )
    assert not (tmp_path / "media" / "clips").exists()
