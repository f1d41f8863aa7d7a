"""Files of the working directory that are called like a package are not taken for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from lecture.cli import doctor
from lecture.output.slides.deck import lecture_deck
from lecture.output.slides.make import make_slides
from lecture.palette import DARK
from lecture.timeline import RenderedScene
from tests.waiting import LONG

NAMES = ("click", "manim", "manim_slides", "numpy", "hibari", "scenes", "lecture", "av")
PROGRAM = "import sys; sys.path[:] = {path!r}; from lecture.__main__ import main; main()"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        text = f"raise ImportError('the file {name}.py of the user')\n"
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def test_slides(rendered: Mapping[str, list[RenderedScene]], tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    deck = lecture_deck(rendered["h264"], tmp_path / "parts", DARK, title="Mine")
    make_slides(deck, tmp_path / "deck.zip", "zip")
    assert (tmp_path / "deck.zip").stat().st_size > 10_000


def test_doctor() -> None:
    assert doctor._manim().state == "ok"
    assert doctor._voice().state == "ok"


def test_rendering() -> None:
    """The script `lecture` has no working directory on its path, as here."""
    path = [entry for entry in sys.path if entry not in ("", ".")]
    command = [sys.executable, "-c", PROGRAM.format(path=path), "stills", "-q", "l"]
    ended = subprocess.run(
        [*command, "--scenes", "SigmaPrime"],
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
