"""Names of scenes, beats, lines, files and folders of any length and script give valid files."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture.files import beat_file_stem, name_part, snake_case
from lecture.voice.recordings import recording_name

Run = Callable[..., Result]

LONGEST = 255  # bytes of a file name, on most file systems
FORBIDDEN = set('<>:"/\\|?*') | {chr(code) for code in range(32)} | {"\x7f"}  # on Windows
RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in "123456789¹²³"),
}
LONGEST_ENDING = "-poster.png"

# Letters of all scripts, emoji, control characters, separators, dots and dashes, and long texts.
names = st.one_of(
    st.text(max_size=40),
    st.text(st.characters(codec="utf-8"), max_size=400),
    st.text(st.sampled_from('aAbBßſée\u0301İı.-_ /\\:*?"<>|\x00\n\t~😀👩‍🔬'), max_size=12),
    st.sampled_from([*RESERVED, *map(str.upper, RESERVED), ".", "..", "-rf", ".hidden", "", "~"]),
    st.text(st.sampled_from("я文ñ"), min_size=200, max_size=400),
)


def is_valid(name: str) -> bool:
    """Return True for a file name that Linux, macOS and Windows take, by the rules of each."""
    return (
        0 < len(name.encode("utf-8")) <= LONGEST
        and len(unicodedata.normalize("NFD", name).encode("utf-8")) <= 2 * LONGEST
        and not FORBIDDEN & set(name)
        and name.partition(".")[0].casefold() not in RESERVED
        and name[0] not in ".- "
        and name[-1] not in ". "
    )


def composed(name: str) -> str:
    """Return the form in which names are the same for a reader."""
    return unicodedata.normalize("NFC", name)


def on_disk(name: str) -> str:
    """Return the form that a file system compares if it ignores case and decomposes names."""
    simple = str.maketrans({c: c.upper().lower() for c in set(name) if len(c.upper().lower()) == 1})
    return unicodedata.normalize("NFD", name.translate(simple))


@settings(max_examples=300)
@given(names, names)
def test_parts_of_file_names(name: str, other: str) -> None:
    for cased in (True, False):
        part = name_part(name, cased=cased)
        assert is_valid(part)
        assert "." not in part
        assert part == name_part(name, cased=cased)
    if composed(name) != composed(other):
        assert name_part(name) != name_part(other)
        assert on_disk(name_part(name, cased=False)) != on_disk(name_part(other, cased=False))


@given(names)
def test_names_that_differ_in_case_alone(name: str) -> None:
    kinds = {name, name.upper(), name.lower(), name.swapcase(), name.title()}
    decomposed = {unicodedata.normalize("NFD", kind) for kind in kinds}
    parts = {on_disk(name_part(kind, cased=False)) for kind in kinds | decomposed}
    assert len(parts) == len(set(map(composed, kinds)))


@given(names, names, st.integers(1, 150), st.integers(1, 150))
def test_clips_stills_and_slides(scene: str, beat: str, number: int, index: int) -> None:
    stem = beat_file_stem(number, snake_case(scene), index, beat)
    assert is_valid(f"{stem}{LONGEST_ENDING}")
    assert stem.isascii()
    other = beat_file_stem(number, snake_case(scene), index + 1, beat)
    assert on_disk(stem) != on_disk(other)


@given(names, names, names, names)
def test_recordings(scene: str, beat: str, key: str, other: str) -> None:
    name = recording_name(scene, beat, key)
    assert is_valid(name)
    if composed(key) != composed(other) and key and other:
        assert on_disk(name) != on_disk(recording_name(scene, beat, other))
    if composed(beat) != composed(other) and beat and other:
        assert on_disk(name) != on_disk(recording_name(scene, other, key))


def test_usual_names_stay() -> None:
    for name in (
        "BackwardPass",
        "the_log_axis",
        "line_2",
        "шаг_один",
        "größe",
        "straße",
        "第一步",
        "a-b",
    ):
        assert name_part(name, cased=name == "BackwardPass") == name
    assert beat_file_stem(3, "forward_pass", 1, "the_chain") == "03-forward_pass-01-the_chain"


def test_ffmpeg_gets_absolute_paths() -> None:
    """Of a relative path, FFmpeg takes what comes before a colon for a protocol."""
    wrong = [
        f"{file}:{call.lineno}"
        for file in Path("lecture").rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "av.open"
        and not ast.unparse(call.args[0]).endswith((".absolute()", "self._file"))
    ]
    assert wrong == []


SCENE = """
from manim import Create, FadeIn, Square
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.typeset import formula

class {name}(LectureScene):
    "Alle «Zeichen» & <b>"

    def construct(self):
        for name in {beats!r}:
            self.beat(name, notes="n")
            with self.say("Look.", key=name):
                self.play(FadeIn(formula("a^2")), run_time=0.2)
"""
BEATS = ("a/b", "A/b", "x" * 300, "шаг", "con", "-rf", "😀\n", "..")
CLASS_NAME = "Сцена文" + "x" * 250


def test_all_commands_in_an_odd_folder(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path("50% off: 'ünï' 😀 {x}")
    folder.mkdir()
    monkeypatch.chdir(folder)
    scene = Path("my scenes: 1.py")
    scene.write_text(SCENE.format(name=CLASS_NAME, beats=BEATS), encoding="utf-8")
    given = ["-q", "l", "--with", scene.name, "--scenes", CLASS_NAME]
    for command, output in (
        (["render", *given, "--fps", "5", "--no-voice"], "part 1: %d 😀\n.mp4"),
        (["clips", *given, "--no-voice"], "clips: é"),
        (["stills", *given], "stills: %s"),
        (["slides", *given, "--no-voice", "--to", "zip"], "-a: b.zip"),
        (["script", *given[2:]], "con: 1.txt"),
    ):
        ended = run(*command, f"--output={output}")
        assert ended.exit_code == 0, ended.output
        assert Path(output).exists()
    assert len(list(Path("clips: é").glob("*.mp4"))) == len(BEATS)
    assert len(list(Path("stills: %s").glob("*.png"))) == len(BEATS)
    listed = re.findall(r"^\S+\.wav$", Path("con: 1.txt").read_text("utf-8"), re.MULTILINE)
    assert len({on_disk(name) for name in listed}) == len(BEATS)
    assert all(map(is_valid, listed))
    with av.open(Path("part 1: %d 😀\n.mp4").absolute()) as video:
        assert video.streams.video[0].frames > 0
