"""`lecture init` writes a lecture with which all commands, manim and pytest work."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import av
import pytest

from docs.record_session import PAGE, masked, record
from lecture.cli.init import starter_files
from tests.waiting import run_python

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]

STALE = "run `python docs/record_session.py`"

pytestmark = pytest.mark.xdist_group("init")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Record docs/session.md anew; return the page, and the folder of its lecture."""
    parent = tmp_path_factory.mktemp("init")
    page = record(PAGE.read_text(encoding="utf-8"), parent)
    return page, parent / "compound_interest"


@pytest.fixture(scope="module")
def folder(session: tuple[str, Path]) -> Path:
    """Return the folder of a new lecture, in which the commands of docs/session.md have run."""
    return session[1]


def run_in(folder: Path, *arguments: str) -> str:
    """Run Python in a folder, and return what it prints."""
    ended = run_python(folder, *arguments)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_the_session_is_what_the_commands_print(session: tuple[str, Path]) -> None:
    page, folder = session
    assert masked(page) == masked(PAGE.read_text(encoding="utf-8")), STALE
    assert " passed" in page
    assert "warning" not in page
    assert "skipped" not in page
    assert len(list((folder / "media" / "stills").glob("*.png"))) == 4


def test_its_checks_find_a_fault(folder: Path) -> None:
    words = folder / "scenes" / "text" / "en.toml"
    text = words.read_text(encoding="utf-8")
    long = text.replace("Logarithms give the time:", "Logarithms give the time. " * 8)
    assert long != text
    try:
        words.write_text(long, encoding="utf-8")
        check = ("lecture", "check", "-q", "l", "--voice", "none")
        ended = run_python(folder, "-m", *check)
    finally:
        words.write_text(text, encoding="utf-8")
    assert ended.returncode == 1
    assert "Doubling, the_solution" in ended.stdout


def test_it_renders_at_once(folder: Path) -> None:
    run_in(folder, "-m", "lecture", "render", "-q", "l", "--voice", "none", "--language", "de")
    with av.open(str(folder / "media" / "lecture.mp4")) as video:
        assert video.metadata["title"] == "Zinseszins"
        assert sum(1 for _ in video.demux(video=0)) > 100
    captions = (folder / "media" / "lecture.srt").read_text(encoding="utf-8")
    assert "nach 12 Jahren" in " ".join(captions.split())


def test_every_other_command_works(folder: Path) -> None:
    for command in ("list --names", "show", "script", "new --force full.toml"):
        run_in(folder, "-m", "lecture", *command.split())
    found = json.loads(run_in(folder, "-m", "lecture", "show", "--json"))
    assert found["balances"][-1] == pytest.approx(1.05**12, rel=1e-14)


@pytest.mark.parametrize("place", [".", ".."])
def test_plain_manim_runs_its_scenes(folder: Path, place: str, tmp_path: Path) -> None:
    file = (folder / "scenes" / "growth.py").relative_to((folder / place).resolve())
    media = ("--media_dir", str(tmp_path))
    run_in(folder / place, "-m", "manim", "-ql", "--dry_run", *media, str(file), "Growth")


def test_its_code_is_formatted(folder: Path) -> None:
    ruff = ("-m", "ruff", "--isolated", "--config", "line-length = 100")
    run_in(folder, *ruff, "check", "--no-cache", "--select", "E,F,I", ".")
    run_in(folder, *ruff, "format", "--no-cache", "--check", ".")


def test_a_file_that_is_there_is_not_replaced(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "lecture.toml").write_text("mine", encoding="utf-8")
    ended = run("init", str(tmp_path / "mine"))
    assert ended.exit_code == 2
    assert "has a file lecture.toml; choose another folder" in ended.stderr
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["lecture.toml"]


def test_a_file_in_place_of_the_folder_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    ended = run("init", str(tmp_path / "mine"))
    assert ended.exit_code == 2
    assert "is a file; allowed: a new or empty folder" in ended.stderr


def test_its_files_are_short() -> None:
    lengths = {name: len(text.splitlines()) for name, text in starter_files().items()}
    assert max(lengths.values()) <= 60, lengths
    assert lengths["README.md"] <= 12
