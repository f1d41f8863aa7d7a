"""lecture clean: it frees space and touches only the cache."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from filelock import FileLock

Run = Callable[..., Result]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache with two scenes, of which the second was used last, and all else that lies there."""
    folder = tmp_path / "media" / "cache"
    for age, key in enumerate(("new", "old")):
        place = folder / "segments" / key
        place.mkdir(parents=True)
        (place / "000.mp4").write_bytes(bytes(3000))
        os.utime(place, (1e9 - age, 1e9 - age))
    for name in (
        "timelines/k.json",
        "results/joblib/r.pkl",
        "speech/s.wav",
        "work/Scene-k-0/Scene.log",
    ):
        file = folder / name
        file.parent.mkdir(parents=True)
        file.write_bytes(bytes(1000))
    (folder / "frame-times.json").write_text("{}", encoding="utf-8")
    (tmp_path / "media" / "lecture.mp4").write_bytes(b"the last good video")
    return folder


def files(folder: Path) -> list[str]:
    """Name what lies in a folder, but for its lock, which on some systems goes when released."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return sorted(path.relative_to(folder).as_posix() for path in found)


def test_the_cache_is_removed_and_finished_lectures_stay(cache: Path, run: Run) -> None:
    ended = run("clean")
    assert (ended.exit_code, ended.output) == (0, "media/cache  10.0KB freed\n")
    assert files(cache) == ["frame-times.json"]
    assert (cache.parent / "lecture.mp4").read_bytes() == b"the last good video"
    assert run("clean").output == "media/cache  0B freed\n"


@pytest.mark.parametrize(
    ("size", "left", "freed"),
    [("2GB", ["new", "old"], "0B"), ("4 KB", ["new"], "3.0KB"), ("0", [], "6.0KB")],
)
def test_segments_that_were_used_last_stay(
    cache: Path, run: Run, size: str, left: list[str], freed: str
) -> None:
    ended = run("clean", "--keep", size)
    assert (ended.exit_code, ended.output) == (0, f"media/cache  {freed} freed\n")
    assert sorted(path.name for path in (cache / "segments").iterdir()) == left
    assert "speech/s.wav" in files(cache)


@pytest.mark.parametrize("size", ["-1", "much", "1e999", "nan", ""])
def test_a_size_that_is_none_is_refused(cache: Path, run: Run, size: str) -> None:
    before = files(cache)
    ended = run("clean", "--keep", size)
    assert ended.exit_code == 2
    assert "--keep: " in ended.stderr
    assert "allowed: a number of bytes, such as 500MB or 2GB" in ended.stderr
    assert files(cache) == before


def test_nothing_is_removed_while_another_run_is_there(cache: Path, run: Run) -> None:
    before = files(cache)
    with FileLock(cache / ".lock"):
        ended = run("clean")
    assert ended.exit_code == 1
    assert (
        ended.stderr
        == "another process uses media/cache; run the command again when it has ended\n"
    )
    assert files(cache) == before


def test_no_cache_is_fine(run: Run, tmp_path: Path) -> None:
    ended = run("clean")
    assert (ended.exit_code, ended.output) == (0, "media/cache  does not exist\n")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_no_cache_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = tmp_path / "papers"
    (papers / "segments").mkdir(parents=True)
    (papers / "segments" / "holiday.mp4").touch()
    (papers / "thesis.tex").touch()
    monkeypatch.setenv("LECTURE_CACHE", "papers")
    for options in ([], ["--keep", "0"]):
        ended = run("clean", *options)
        assert ended.exit_code == 2
        assert 'papers holds other files ("thesis.tex"); allowed: a folder' in ended.stderr
    assert files(papers) == ["segments/holiday.mp4", "thesis.tex"]
    monkeypatch.setenv("LECTURE_CACHE", "papers/thesis.tex")
    assert "is a file; allowed: a cache folder" in run("clean").stderr
    monkeypatch.setenv("LECTURE_CACHE", "{papers}")
    assert 'LECTURE_CACHE: "{papers}" was given; allowed: a folder without' in run("clean").stderr


@pytest.mark.parametrize("place", ["segments", "segments/linked", "speech"])
def test_links_are_removed_but_not_what_they_lead_to(
    cache: Path, run: Run, tmp_path: Path, place: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious.mp4").write_bytes(b"not ours")
    link = cache / place
    if link.is_dir():
        link.rename(tmp_path / "moved")
    link.symlink_to(elsewhere)
    (elsewhere / "folder").mkdir()
    run("clean", "--keep", "0")
    assert files(elsewhere) == ["precious.mp4"]
    assert (elsewhere / "folder").is_dir()
    assert run("clean").exit_code == 0
    assert (elsewhere / "precious.mp4").read_bytes() == b"not ours"
    assert not link.is_symlink()
