"""A second lecture, in a package of its own: its words, languages, table and commands."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import pytest

if TYPE_CHECKING:
    import subprocess

Python = Callable[..., "subprocess.CompletedProcess[str]"]
Run = Callable[..., str]
EXAMPLE = Path(__file__).parents[2] / "examples" / "geometric_series"


@pytest.fixture
def run(python: Python) -> Run:
    """Run a command on the example, in an empty folder, and return what it prints."""

    def command(*arguments: str) -> str:
        ended = python("-m", "lecture", *arguments, "--lecture", str(EXAMPLE))
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    return command


def test_show_prints_the_sums_of_its_own_table(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lecture.toml").write_text("[series]\nratio = 0.25\nterms = 5\n", encoding="utf-8")
    shown = json.loads(run("show", "--json"))
    sums = [sum(Fraction(1, 4) ** k for k in range(count)) for count in range(1, 6)]
    assert shown["sums"] == pytest.approx([float(total) for total in sums], rel=1e-15)
    assert shown["limit"] == pytest.approx(4 / 3, rel=1e-15)
    table = run("show").splitlines()
    assert table[-1] == "The limit is 1.3333."
    assert table[2].split() == ["1", "1.0000", "1.0000"]


def test_new_writes_the_table_of_each_template(run: Run, tmp_path: Path) -> None:
    run("new", "halves.toml")
    run("new", "slow.toml", "--template", "slow")
    halves, slow = (
        tomllib.loads((tmp_path / f"{name}.toml").read_text(encoding="utf-8"))
        for name in ("halves", "slow")
    )
    assert (halves["series"], slow["series"]) == (
        {"ratio": 0.5, "terms": 6},
        {"ratio": 0.9, "terms": 10},
    )
    # The scenes follow the lecture, so they are a comment.
    assert "scenes" not in halves
    assert '# scenes = ["PartialSums"]' in (tmp_path / "halves.toml").read_text(encoding="utf-8")
    assert "chain" not in halves


def test_its_table_and_its_languages_are_checked(python: Python, tmp_path: Path) -> None:
    (tmp_path / "lecture.toml").write_text(
        'language = "ru"\n[series]\nratio = 2.0\n[chain]\ninput = 1\n', encoding="utf-8"
    )
    ended = python("-m", "lecture", "show", "--lecture", str(EXAMPLE))
    assert ended.returncode == 2
    language, ratio, chain = ended.stderr.splitlines()
    assert language.startswith('lecture.toml:1: language: "ru" was given, in which the lecture')
    assert language.endswith("has no words; allowed: en, de")
    assert ratio == "lecture.toml:3: series.ratio: 2.0 was given; allowed: a number between 0 and 1"
    assert chain.startswith("lecture.toml:4: chain: no such field; allowed: title, author,")
    assert chain.endswith("pace, series")


def test_it_renders_in_its_own_words(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lecture.toml").write_text("[series]\nterms = 3\n", encoding="utf-8")
    options = ("-q", "l", "--fps", "5", "--no-voice", "--output")
    run("render", *options, "de.mp4", "--language", "de")
    with av.open(str(tmp_path / "de.mp4")) as video:
        assert video.metadata["title"] == "Eine Reihe mit einem Grenzwert"
    captions = " ".join((tmp_path / "de.srt").read_text(encoding="utf-8").split())
    assert "Wie weit kommen 3 Summanden" in captions
    assert "erreicht die Summe 2,0000" in captions
    manifest = json.loads((tmp_path / "de.manifest.json").read_text(encoding="utf-8"))
    (scene,) = manifest["scenes"]
    assert [beat["name"] for beat in scene["beats"]] == ["the_bar", "the_terms", "the_limit"]
    listed = json.loads(run("list", "--json"))
    assert [entry["name"] for entry in listed] == ["PartialSums"]
