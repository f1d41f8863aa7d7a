"""The store: films are whole or not there, and the oldest are forgotten first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lecture.config.contract import SceneEntry
from lecture.formats import FrameFormat
from lecture.render.backend.encoding import Encoding
from lecture.render.cache import RenderCache
from lecture.render.tasks import RenderedBeat, SceneRenderSpec
from lecture.timeline import Beat, Line, SceneTimeline
from scenes.spec import GradientSpec

ENTRY = SceneEntry("Any", "any", "Any scene")
VIEW = SceneRenderSpec(ENTRY, FrameFormat(64, 36, 10), GradientSpec())
BEATS = 4


def beat(index: int, size: int = 1000) -> RenderedBeat:
    record = Beat(name=f"beat_{index}", start=10 * index, frames=10, notes=f"σ′ {index}")
    line = Line(
        beat=record.name, key="k", caption=f"c{index}", spoken="s", start=index, end=index + 0.5
    )
    return RenderedBeat(index, record, (line,), bytes([index]) * size)


def fill(store: RenderCache, key: str, *, size: int = 1000) -> None:
    for index in range(BEATS):
        store.put(key, beat(index, size))
    store.end(key, BEATS)


@pytest.fixture
def store(tmp_path: Path) -> RenderCache:
    made = RenderCache(tmp_path / "cache")
    fill(made, "k")
    return made


def film_of(store: RenderCache, index: int) -> Path:
    return store.folder / "films" / "k" / f"{index:03}.mp4"


def test_what_was_put_in_comes_out(store: RenderCache) -> None:
    assert store.missing("k") == []
    assert store.present("k") == [0, 1, 2, 3]
    scene = store.filmed("k", VIEW)
    assert scene.record.beats == tuple(beat(index).record for index in range(BEATS))
    assert scene.record.lines == tuple(line for index in range(BEATS) for line in beat(index).lines)
    assert [path.read_bytes() for path in scene.segments] == [beat(i).film for i in range(BEATS)]
    assert (scene.record.name, scene.record.width, scene.record.fps) == ("Any", 64, 10)


def test_an_unknown_scene_is_not_there(store: RenderCache) -> None:
    assert store.missing("other") is None
    assert store.present("other") == []
    assert store.rehearsal("other") is None


@pytest.mark.parametrize("harm", ["flip", "truncate", "empty", "remove", "note", "half a note"])
def test_what_is_damaged_is_missing(store: RenderCache, harm: str) -> None:
    film = film_of(store, 2)
    note = film.with_suffix(".json")
    content = film.read_bytes()
    if harm == "flip":
        film.write_bytes(content[:500] + b"\xff" + content[501:])
    elif harm == "truncate":
        film.write_bytes(content[:-1])
    elif harm == "empty":
        film.write_bytes(b"")
    elif harm == "remove":
        film.unlink()
    elif harm == "note":
        note.unlink()
    else:
        note.write_text(note.read_text("utf-8")[:40], encoding="utf-8")
    assert store.missing("k") == [2]
    assert store.present("k") == [0, 1]
    with pytest.raises(OSError, match=r"002\.mp4 was removed or changed while it was used"):
        store.filmed("k", VIEW)
    store.put("k", beat(2))
    assert store.missing("k") == []


def test_a_scene_that_did_not_end_goes_on_from_its_first_beats(tmp_path: Path) -> None:
    store = RenderCache(tmp_path)
    for index in (0, 1, 3):
        store.put("k", beat(index))
    assert store.missing("k") is None
    assert store.present("k") == [0, 1]


@pytest.mark.parametrize("written", ["", "many", "3.5"])
def test_a_damaged_count_is_none(store: RenderCache, written: str) -> None:
    (store.folder / "films" / "k" / "beats").write_text(written, encoding="utf-8")
    assert store.missing("k") is None


def test_nothing_half_written_is_left(store: RenderCache) -> None:
    names = {path.name for path in (store.folder / "films" / "k").iterdir()}
    films = {f"{index:03}.{suffix}" for index in range(BEATS) for suffix in ("mp4", "json")}
    assert names == films | {"beats"}


def test_forgetting_takes_one_scene(store: RenderCache) -> None:
    fill(store, "other")
    store.forget("k")
    assert store.missing("k") is None
    assert store.missing("other") == []
    store.forget("k")  # which is not there any more


def test_films_of_two_kinds_lie_side_by_side(store: RenderCache) -> None:
    webm = RenderCache(store.folder, Encoding.VP9.suffix)
    fill(webm, "w", size=10)
    assert [path.suffix for path in webm.filmed("w", VIEW).segments] == [".webm"] * BEATS
    assert [path.suffix for path in store.filmed("k", VIEW).segments] == [".mp4"] * BEATS
    assert store.missing("w") == [0, 1, 2, 3]  # whose films are of the other kind
    assert (
        store.size()
        == webm.size()
        == sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file())
    )


def test_rehearsals_are_kept_and_damaged_ones_forgotten(store: RenderCache) -> None:
    record = store.filmed("k", VIEW).record
    store.keep_rehearsal("r", record)
    assert store.rehearsal("r") == record
    file = store.folder / "rehearsals" / "r.json"
    assert SceneTimeline.model_validate_json(file.read_bytes()) == record
    file.write_bytes(file.read_bytes()[:-5])
    assert store.rehearsal("r") is None


def test_the_scenes_used_longest_ago_are_forgotten_first(tmp_path: Path) -> None:
    store = RenderCache(tmp_path)
    keys = ["a", "b", "c", "d"]
    for key in keys:
        fill(store, key, size=10_000)
    for age, key in enumerate(keys):  # d is the oldest
        os.utime(tmp_path / "films" / key, (1e9 - age, 1e9 - age))
    store.filmed("d", VIEW)  # used again, so that c is
    each = store.size() // 4
    assert store.shrink(store.size()) == 0
    freed = store.shrink(2 * each + each // 2, spare=["c"])
    assert freed == pytest.approx(2 * each, rel=0.01)
    # c was spared, and of the others b and a are older than d.
    left = sorted(path.name for path in (tmp_path / "films").iterdir())
    assert left == ["c", "d"]
    assert store.missing("d") == []
    assert store.shrink(0) == pytest.approx(2 * each, rel=0.01)
    assert not list((tmp_path / "films").iterdir())
