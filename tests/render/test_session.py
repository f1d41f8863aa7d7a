"""Studios: what is kept is not drawn again, and one run waits for another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from lecture.config.contract import SceneEntry
from lecture.errors import RenderError
from lecture.render.backend.encoding import Encoding
from lecture.render.keys import scene_key
from lecture.render.tasks import SceneRenderSpec
from lecture.timeline import RenderedScene
from tests.sessions import SIZE, Told, contents, studio, view
from tests.waiting import wait_for

Named = Callable[[str], SceneEntry]


def nobody() -> nullcontext:
    """Take the place of workers where there should be no work."""
    pytest.fail("there is nothing to do, and yet workers are asked for")


def film(
    folder: Path, *views: SceneRenderSpec, force: bool = False
) -> tuple[list[RenderedScene], Told]:
    told = Told()
    opened = studio(folder, told=told, force=force)
    with opened.locked():
        films = opened.film(views)
    assert opened.drawn == tuple(sorted({title.partition(" ")[0] for title in told.slices}))
    assert sorted(told.ended) == sorted(told.slices)
    assert not list((folder / "work").glob("*"))
    return films, told


@pytest.fixture
def four(work: Path, scene: Named) -> tuple[Path, SceneRenderSpec, list[list[bytes]]]:
    """A folder, a scene that has been filmed there, and its films."""
    seen = view(scene("FourBeats"))
    films, _ = film(work / "cache", seen)
    return work / "cache", seen, contents(films)


Four = tuple[Path, SceneRenderSpec, list[list[bytes]]]


def films_of(folder: Path, seen: SceneRenderSpec) -> Path:
    return folder / "films" / scene_key(seen)


def test_what_is_kept_needs_no_worker(four: Four) -> None:
    folder, seen, films = four
    idle = studio(folder, executor=nobody)
    assert contents(idle.film([seen, view(seen.scene)])) == films * 2
    assert idle.drawn == ()


@pytest.mark.parametrize("harm", ["damage", "truncate", "remove"])
def test_only_what_is_damaged_is_drawn_again(four: Four, harm: str) -> None:
    folder, seen, films = four
    victims = [films_of(folder, seen) / name for name in ("001.mp4", "003.mp4")]
    for victim in victims:
        content = victim.read_bytes()
        if harm == "damage":
            victim.write_bytes(content[:100] + b"\xff\xff" + content[102:])
        elif harm == "truncate":
            victim.write_bytes(content[: len(content) // 2])
        else:
            victim.unlink()
    good = films_of(folder, seen) / "002.mp4"
    before = good.stat().st_mtime_ns
    again, told = film(folder, seen)
    assert sorted(told.slices) == ["FourBeats (2)", "FourBeats (4)"]
    assert contents(again) == films
    assert good.stat().st_mtime_ns == before


def test_a_scene_that_was_stopped_goes_on_from_its_first_beats(four: Four) -> None:
    folder, seen, films = four
    place = films_of(folder, seen)
    for name in ("beats", "002.json", "003.mp4", "003.json"):
        (place / name).unlink()
    again, told = film(folder, seen)
    assert told.slices == ["FourBeats (3)"]
    assert contents(again) == films


def test_force_draws_all_again(four: Four) -> None:
    folder, seen, films = four
    again, told = film(folder, seen, force=True)
    assert "FourBeats" in told.slices
    assert contents(again) == films


def test_encodings_and_scenes_do_not_get_in_each_others_way(four: Four, scene: Named) -> None:
    folder, seen, films = four
    webm = SceneRenderSpec(seen.scene, SIZE, seen.spec, Encoding.VP9)
    empty = scene("EmptyAtTheEnd")
    both, told = film(folder, seen, view(empty), webm, view(seen.scene), view(empty))
    assert set(told.slices) >= {"FourBeats", "EmptyAtTheEnd"}
    assert [len(scene.segments) for scene in both] == [4, 2, 4, 4, 2]
    assert contents([both[0], both[3]]) == films * 2
    assert {path.suffix for path in both[2].segments} == {".webm"}
    assert [beat.name for beat in both[1].record.beats] == ["one", "two"]


def test_a_scene_that_fails_leaves_what_it_said_until_the_next_run(
    four: Four, scene: Named
) -> None:
    folder, seen, films = four
    with pytest.raises(RenderError, match="KilledAlways, beat two") as caught:
        film(folder, view(scene("KilledAlways")))
    log = Path(str(caught.value).rpartition("all that it said: ")[2])
    assert log.is_file()
    assert folder in log.parents
    again, told = film(folder, seen)
    assert (contents(again), told.slices) == (films, [])
    assert not log.exists()


def test_a_second_run_waits_and_says_so(work: Path) -> None:
    folder = work / "cache"
    told, passed = Told(), threading.Event()

    def second() -> None:
        with studio(folder, told=told).locked():
            passed.set()

    waiting = threading.Thread(target=second)
    with studio(folder).locked():
        (folder / "work" / "of the first").mkdir(parents=True)
        waiting.start()
        assert wait_for(lambda: bool(told.notes), 20)
        assert told.notes == [f"another run uses {folder}; waiting until it has ended ..."]
        assert not passed.wait(0.5)
        assert (folder / "work" / "of the first").is_dir()
    assert passed.wait(20)
    waiting.join()


def test_rehearsals_are_kept(work: Path, scene: Named) -> None:
    views = [view(scene(name)) for name in ("Spoken", "FourBeats", "Spoken")]
    told = Told()
    first = studio(work, told=told).rehearse(views)
    assert told.notes == ["2 rehearsed"]
    assert [line.caption for line in first[0].lines][:2] == ["first begins", "first ends"]
    assert first[2] == first[0]
    assert studio(work, executor=nobody).rehearse(views) == first
    # What is filmed says the same, in the same beats.
    films, _ = film(work, *views)
    for rehearsed, filmed in zip(first, films, strict=True):
        assert [(line.beat, line.key) for line in rehearsed.lines] == [
            (line.beat, line.key) for line in filmed.record.lines
        ]


def test_films_that_were_used_longest_ago_make_room(four: Four, scene: Named) -> None:
    folder, seen, _ = four
    other = view(scene("EmptyAtTheEnd"))
    told = Told()
    small = studio(folder, told=told)
    small = type(small)(folder, small.executor, told, limit=1)
    with small.locked():
        small.film([other])
    assert not films_of(folder, seen).exists()
    assert films_of(folder, other).exists()  # of this run


def test_a_scene_finds_its_results_in_all_chunks_and_in_the_next_render(
    work: Path, scene: Named
) -> None:
    folder, seen = work / "cache", view(scene("Computes"))
    studio(folder).rehearse([seen])
    assert (folder / "results" / "computations").read_text() == "1"
    _, told = film(folder, seen)
    assert len(told.slices) == 2
    film(folder, seen, force=True)
    studio(folder).stills([seen])
    assert (folder / "results" / "computations").read_text() == "1"
