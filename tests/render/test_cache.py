"""The render cache: segments are complete or missing, and the oldest are removed first."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from lecture.config.contract import SceneEntry
from lecture.formats import FrameFormat
from lecture.render.backend.encoding import Encoding
from lecture.render.cache import RenderCache, size_of
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


def fill(cache: RenderCache, key: str, *, size: int = 1000) -> None:
    for index in range(BEATS):
        cache.store(key, beat(index, size))
    cache.store_beat_count(key, BEATS)


@pytest.fixture
def cache(tmp_path: Path) -> RenderCache:
    made = RenderCache(tmp_path / "cache")
    fill(made, "k")
    return made


def segment_of(cache: RenderCache, index: int) -> Path:
    return cache.folder / "segments" / "k" / f"{index:03}.mp4"


def test_stored_segments_are_fetched(cache: RenderCache) -> None:
    assert cache.missing("k") == []
    assert cache.present("k") == 4
    scene = cache.fetch("k", VIEW)
    assert scene.record.beats == tuple(beat(index).record for index in range(BEATS))
    assert scene.record.lines == tuple(line for index in range(BEATS) for line in beat(index).lines)
    assert [path.read_bytes() for path in scene.segments] == [beat(i).data for i in range(BEATS)]
    assert (scene.record.name, scene.record.width, scene.record.fps) == ("Any", 64, 10)


def test_an_unknown_scene_is_not_there(cache: RenderCache) -> None:
    assert cache.missing("other") is None
    assert cache.present("other") == 0
    assert cache.fetch_timeline("other") is None


@pytest.mark.parametrize("harm", ["flip", "truncate", "empty", "remove", "note", "half a note"])
def test_what_is_damaged_is_missing(cache: RenderCache, harm: str) -> None:
    segment = segment_of(cache, 2)
    note = segment.with_suffix(".json")
    content = segment.read_bytes()
    if harm == "flip":
        segment.write_bytes(content[:500] + b"\xff" + content[501:])
    elif harm == "truncate":
        segment.write_bytes(content[:-1])
    elif harm == "empty":
        segment.write_bytes(b"")
    elif harm == "remove":
        segment.unlink()
    elif harm == "note":
        note.unlink()
    else:
        note.write_text(note.read_text("utf-8")[:40], encoding="utf-8")
    assert cache.missing("k") == [2]
    assert cache.present("k") == 2
    with pytest.raises(OSError, match=r"002\.mp4 was removed or changed during the render"):
        cache.fetch("k", VIEW)
    cache.store("k", beat(2))
    assert cache.missing("k") == []


def test_the_checksum_of_an_unchanged_segment_is_compared_on_request(cache: RenderCache) -> None:
    segment = segment_of(cache, 2)
    before = segment.stat()
    with segment.open("r+b") as stream:  # as a failing disk would
        stream.write(b"\xff")
    os.utime(segment, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert cache.missing("k") == []
    assert RenderCache(cache.folder, verify=True).missing("k") == [2]


def test_copied_segments_are_valid_if_their_checksums_are(cache: RenderCache) -> None:
    for index in (1, 2):
        segment = segment_of(cache, index)
        content = segment.read_bytes()
        segment.unlink()
        segment.write_bytes(content if index == 1 else b"\xff" + content[1:])
    assert cache.missing("k") == [2]


def test_a_scene_that_did_not_end_goes_on_from_its_first_beats(tmp_path: Path) -> None:
    cache = RenderCache(tmp_path)
    for index in (0, 1, 3):
        cache.store("k", beat(index))
    assert cache.missing("k") is None
    assert cache.present("k") == 2


@pytest.mark.parametrize("written", ["", "many", "3.5"])
def test_a_damaged_count_is_none(cache: RenderCache, written: str) -> None:
    (cache.folder / "segments" / "k" / "beats").write_text(written, encoding="utf-8")
    assert cache.missing("k") is None


def test_nothing_half_written_is_left(cache: RenderCache) -> None:
    names = {path.name for path in (cache.folder / "segments" / "k").iterdir()}
    rendered = {f"{index:03}.{suffix}" for index in range(BEATS) for suffix in ("mp4", "json")}
    assert names == rendered | {"beats"}


def test_forgetting_takes_one_scene(cache: RenderCache) -> None:
    fill(cache, "other")
    cache.invalidate("k")
    assert cache.missing("k") is None
    assert cache.missing("other") == []
    cache.invalidate("k")  # which is not there any more


def test_segments_of_two_encodings_share_a_folder(cache: RenderCache) -> None:
    webm = RenderCache(cache.folder, Encoding.VP9.suffix)
    fill(webm, "w", size=10)
    assert [path.suffix for path in webm.fetch("w", VIEW).segments] == [".webm"] * BEATS
    assert [path.suffix for path in cache.fetch("k", VIEW).segments] == [".mp4"] * BEATS
    assert cache.missing("w") == [0, 1, 2, 3]  # whose segments have the other encoding
    assert (
        size_of(cache.folder)
        == size_of(webm.folder)
        == sum(path.stat().st_size for path in cache.folder.rglob("*") if path.is_file())
    )


def test_timelines_are_stored_and_damaged_ones_are_missing(cache: RenderCache) -> None:
    record = cache.fetch("k", VIEW).record
    cache.store_timeline("r", record)
    assert cache.fetch_timeline("r") == record
    file = cache.folder / "timelines" / "r.json"
    stored = json.loads(file.read_bytes())["timeline"]
    assert SceneTimeline.model_validate(stored) == record
    file.write_bytes(file.read_bytes()[:-5])
    assert cache.fetch_timeline("r") is None


def test_the_scenes_used_longest_ago_are_forgotten_first(tmp_path: Path) -> None:
    cache = RenderCache(tmp_path)
    keys = ["a", "b", "c", "d"]
    for key in keys:
        fill(cache, key, size=10_000)
    for age, key in enumerate(keys):  # d is the oldest
        os.utime(tmp_path / "segments" / key, (1e9 - age, 1e9 - age))
    cache.fetch("d", VIEW)  # used again, so that c is
    each = size_of(cache.folder) // 4
    assert cache.prune(size_of(cache.folder)) == 0
    freed = cache.prune(2 * each + each // 2, pinned=["c"])
    assert freed == pytest.approx(2 * each, rel=0.01)
    # c was spared, and of the others b and a are older than d.
    left = sorted(path.name for path in (tmp_path / "segments").iterdir())
    assert left == ["c", "d"]
    assert cache.missing("d") == []
    assert cache.prune(0) == pytest.approx(2 * each, rel=0.01)
    assert not list((tmp_path / "segments").iterdir())
