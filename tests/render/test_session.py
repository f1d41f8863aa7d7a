"""Render sessions: cached segments are not rendered again, and processes wait for each other."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from lecture.config.contract import SceneEntry
from lecture.errors import RenderError, VoiceError
from lecture.render.backend.encoding import Encoding
from lecture.render.keys import scene_key
from lecture.render.tasks import RenderMode, SceneRenderSpec
from lecture.timeline import LineSpeech, RenderedScene, SceneTimeline
from tests.sessions import (
    SIZE,
    RecordingDisplay,
    contents,
    render_session,
    render_spec,
    with_speech,
)
from tests.waiting import LONG, wait_for

Named = Callable[[str], SceneEntry]


def no_executor() -> nullcontext:
    """Take the place of workers where there should be no work."""
    pytest.fail("there is nothing to do, and yet workers are asked for")


def render(
    folder: Path, *render_specs: SceneRenderSpec, force: bool = False
) -> tuple[list[RenderedScene], RecordingDisplay]:
    display = RecordingDisplay()
    opened = render_session(folder, display=display, force=force)
    with opened.locked():
        rendered = opened.render(render_specs)
    assert opened.rendered_scenes == tuple(
        sorted({title.partition(" ")[0] for title in display.chunks})
    )
    assert sorted(display.ended) == sorted(display.chunks)
    assert {path.suffix for path in (folder / "work").glob("*/*")} <= {".log", ""}
    return rendered, display


@pytest.fixture
def four(work: Path, scene: Named) -> tuple[Path, SceneRenderSpec, list[list[bytes]]]:
    """A cache, a scene that was rendered there, and its segments."""
    seen = render_spec(scene("FourBeats"))
    rendered, _ = render(work / "cache", seen)
    return work / "cache", seen, contents(rendered)


Four = tuple[Path, SceneRenderSpec, list[list[bytes]]]


def segments_of(folder: Path, seen: SceneRenderSpec) -> Path:
    return folder / "segments" / scene_key(seen)


def test_cached_segments_need_no_worker(four: Four) -> None:
    folder, seen, rendered = four
    idle = render_session(folder, executor=no_executor)
    assert contents(idle.render([seen, render_spec(seen.scene)])) == rendered * 2
    assert idle.rendered_scenes == ()


@pytest.mark.parametrize("harm", ["damage", "truncate", "remove"])
def test_only_what_is_damaged_is_drawn_again(four: Four, harm: str) -> None:
    folder, seen, rendered = four
    victims = [segments_of(folder, seen) / name for name in ("001.mp4", "003.mp4")]
    for victim in victims:
        content = victim.read_bytes()
        if harm == "damage":
            victim.write_bytes(content[:100] + b"\xff\xff" + content[102:])
        elif harm == "truncate":
            victim.write_bytes(content[: len(content) // 2])
        else:
            victim.unlink()
    good = segments_of(folder, seen) / "002.mp4"
    before = good.stat().st_mtime_ns
    again, display = render(folder, seen)
    assert sorted(display.chunks) == ["FourBeats (2)", "FourBeats (4)"]
    assert contents(again) == rendered
    assert good.stat().st_mtime_ns == before


def test_a_scene_that_was_stopped_goes_on_from_its_first_beats(four: Four) -> None:
    folder, seen, rendered = four
    place = segments_of(folder, seen)
    for name in ("beats", "002.json", "003.mp4", "003.json"):
        (place / name).unlink()
    again, display = render(folder, seen)
    assert display.chunks == ["FourBeats (3)"]
    assert contents(again) == rendered


def test_force_draws_all_again(four: Four) -> None:
    folder, seen, rendered = four
    again, display = render(folder, seen, force=True)
    assert "FourBeats" in display.chunks
    assert contents(again) == rendered


def test_encodings_and_scenes_do_not_get_in_each_others_way(four: Four, scene: Named) -> None:
    folder, seen, rendered = four
    webm = SceneRenderSpec(seen.scene, SIZE, seen.spec, Encoding.VP9)
    empty = scene("EmptyAtTheEnd")
    both, display = render(
        folder, seen, render_spec(empty), webm, render_spec(seen.scene), render_spec(empty)
    )
    assert set(display.chunks) >= {"FourBeats", "EmptyAtTheEnd"}
    assert [len(scene.segments) for scene in both] == [4, 2, 4, 4, 2]
    assert contents([both[0], both[3]]) == rendered * 2
    assert {path.suffix for path in both[2].segments} == {".webm"}
    assert [beat.name for beat in both[1].record.beats] == ["one", "two"]


def test_the_log_of_a_failure_stays_until_its_scene_runs_again(four: Four, scene: Named) -> None:
    folder, seen, rendered = four
    with pytest.raises(RenderError, match="KilledAlways, beat two") as caught:
        render(folder, render_spec(scene("KilledAlways")))
    log = Path(str(caught.value).rpartition("log: ")[2])
    assert folder in log.parents
    assert log.is_file()
    said = "what the scene has printed"
    log.write_text(said, encoding="utf-8")
    again, display = render(folder, seen)
    assert (contents(again), display.chunks) == (rendered, [])
    render(folder, seen, force=True)
    assert [path.parent for path in (folder / "work").glob("*/failed")] == [log.parent]
    assert log.read_text("utf-8") == said
    with pytest.raises(RenderError, match="log: "):
        render(folder, render_spec(scene("KilledAlways")), force=True)
    assert said not in log.read_text("utf-8")


def test_the_latest_logs_of_failures_stay_in_the_work_folder_and_nothing_else(work: Path) -> None:
    folder = work / "cache" / "work"
    for number in range(25):
        left = folder / f"Scene-{number:02}"
        (left / "formulas").mkdir(parents=True)
        for name in ("Scene.log", "half.mp4", "formulas/a.svg"):
            (left / name).write_text("left by a killed process", encoding="utf-8")
        (left / "failed").touch()
        os.utime(left / "failed", (number, number))
    (folder / "empty").mkdir()
    (folder / "killed").mkdir()
    (folder / "killed" / "Scene.log").touch()
    with render_session(work / "cache").locked():
        logs = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
        assert logs == {f"Scene-{number:02}/Scene.log" for number in range(5, 25)}
        assert len(list(folder.iterdir())) == 20


def test_a_second_run_waits_and_says_so(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = work / "cache"
    display, passed = RecordingDisplay(), threading.Event()
    tries: list[str] = []

    class CountedLock(FileLock):
        def _acquire(self) -> None:
            tries.append(threading.current_thread().name)
            super()._acquire()

    monkeypatch.setattr("lecture.render.session.FileLock", CountedLock)

    def second() -> None:
        with render_session(folder, display=display).locked():
            passed.set()

    waiting = threading.Thread(target=second)
    with render_session(folder).locked():
        (folder / "work" / "of the first").mkdir(parents=True)
        waiting.start()
        assert wait_for(lambda: tries.count(waiting.name) > 5, LONG)
        assert display.notes == [f"another process uses {folder}; waiting for its end ..."]
        assert not passed.is_set()
        assert (folder / "work" / "of the first").is_dir()
    assert passed.wait(LONG)
    waiting.join()


def test_a_scene_is_drawn_while_others_are_stepped(work: Path, scene: Named) -> None:
    class ReleasingDisplay(RecordingDisplay):
        def worked(self, seconds: float, *, dry_run: bool) -> None:
            assert seconds > 0
            if not dry_run:
                (work / "go").touch()  # the other scene waits for it

    seen: list[str] = []

    def speak(silent: SceneRenderSpec, timeline: SceneTimeline) -> SceneRenderSpec:
        seen.append(timeline.name)
        return with_speech(silent, timeline, 3.0)

    display = ReleasingDisplay()
    render_specs = [render_spec(scene(name)) for name in ("Held", "FourBeats")]
    opened = render_session(work, display=display)
    held, four = opened.render_spoken(render_specs, speak)
    assert seen == ["FourBeats", "Held"]
    assert [held.record.name, four.record.name] == ["Held", "FourBeats"]
    assert display.notes == ["2 dry runs"]
    assert sorted(display.ended) == sorted(display.chunks)
    for rendered, silent in zip((held, four), render_specs, strict=True):
        assert rendered.record.lines[0].end - rendered.record.lines[0].start >= 3.0
        spoken = with_speech(silent, rendered.record, 3.0)
        (alone,) = render_session(work / "alone").render([spoken])
        assert contents([rendered]) == contents([alone])


def test_spoken_scenes_are_rendered_again_only_if_their_speech_changes(
    work: Path, scene: Named
) -> None:
    render_specs = [render_spec(scene(name)) for name in ("Spoken", "FourBeats", "Spoken")]
    first = render_session(work).render_spoken(render_specs, with_speech)
    assert [one.record.name for one in first] == ["Spoken", "FourBeats", "Spoken"]
    again = render_session(work, executor=no_executor).render_spoken(render_specs, with_speech)
    assert contents(again) == contents(first)

    def slower(silent: SceneRenderSpec, timeline: SceneTimeline) -> SceneRenderSpec:
        return with_speech(silent, timeline, 2.0 if timeline.name == "FourBeats" else 1.0)

    display = RecordingDisplay()
    changed = render_session(work, display=display).render_spoken(render_specs, slower)
    assert {title.partition(" ")[0] for title in display.chunks} == {"FourBeats"}
    assert display.notes == []
    assert contents(changed[::2]) == contents(first[::2])
    assert contents([changed[1]]) != contents([first[1]])
    forced = RecordingDisplay()
    render_session(work, display=forced, force=True).render_spoken(render_specs, slower)
    assert {title.partition(" ")[0] for title in forced.chunks} == {"Spoken", "FourBeats"}


def test_an_error_of_the_speech_ends_the_render_and_timelines_stay(
    work: Path, scene: Named
) -> None:
    def fail(_: SceneRenderSpec, timeline: SceneTimeline) -> SceneRenderSpec:
        raise VoiceError(f"{timeline.name} cannot be spoken")

    seen = render_spec(scene("FourBeats"))
    opened = render_session(work, display=(display := RecordingDisplay()))
    with pytest.raises(VoiceError, match="FourBeats cannot be spoken"):
        opened.render_spoken([seen], fail)
    assert display.chunks == []
    assert render_session(work, executor=no_executor).dry_run([seen])


def test_timelines_are_cached(work: Path, scene: Named) -> None:
    render_specs = [render_spec(scene(name)) for name in ("Spoken", "FourBeats", "Spoken")]
    display = RecordingDisplay()
    first = render_session(work, display=display).dry_run(render_specs)
    assert display.notes == ["2 dry runs"]
    assert [line.caption for line in first[0].lines][:2] == ["first begins", "first ends"]
    assert first[2] == first[0]
    assert render_session(work, executor=no_executor).dry_run(render_specs) == first
    # The rendered scenes have the same lines in the same beats.
    rendered, _ = render(work, *render_specs)
    for timeline, scene_rendered in zip(first, rendered, strict=True):
        assert [(line.beat, line.key) for line in timeline.lines] == [
            (line.beat, line.key) for line in scene_rendered.record.lines
        ]


def test_only_the_chosen_beats_are_rendered(four: Four, work: Path) -> None:
    _, seen, whole = four
    folder = work / "chosen"
    opened = render_session(folder, display=(display := RecordingDisplay()))
    opened.dry_run([seen])
    chosen = [("FourBeats", "two"), ("FourBeats", "four"), ("Other", "three")]
    load = opened.workload([seen], chosen)
    assert load.frames == 6
    assert load.size > 0
    (scene,) = opened.render([seen], chosen)
    assert display.chunks == ["FourBeats (2)", "FourBeats (4)"]
    assert [beat.name for beat in scene.record.beats] == ["one", "two", "three", "four"]
    assert [path.exists() for path in scene.segments] == [False, True, False, True]
    assert [line.caption for line in scene.record.lines] == ["Beat two.", "Beat four."]
    # They are those of a render of all beats, which reuses them.
    assert [scene.segments[index].read_bytes() for index in (1, 3)] == [whole[0][1], whole[0][3]]
    assert opened.workload([seen], chosen).frames == 0
    opened.render([seen], chosen)
    assert len(display.chunks) == 2
    again, rest = render(folder, seen)
    assert contents(again) == whole
    assert rest.chunks == ["FourBeats", "FourBeats (3)"]


def test_force_renders_the_chosen_beats_again_and_keeps_the_others(four: Four) -> None:
    folder, seen, whole = four
    opened = render_session(folder, display=(display := RecordingDisplay()), force=True)
    opened.dry_run([seen])
    opened.render([seen], [("FourBeats", "three")])
    assert display.chunks == ["FourBeats (3)"]
    again, rest = render(folder, seen)
    assert (contents(again), rest.chunks) == (whole, [])


def test_a_beat_that_only_the_dry_run_has_costs_a_render_of_all(work: Path, scene: Named) -> None:
    seen = render_spec(scene("SkipsItsBeginning"))
    opened = render_session(work)
    (timeline,) = opened.dry_run([seen])
    assert [beat.name for beat in timeline.beats] == ["skipped", "shown"]
    (rendered,) = opened.render([seen], [("SkipsItsBeginning", "shown")])
    assert [beat.name for beat in rendered.record.beats] == ["shown"]
    assert rendered.segments[0].exists()


def test_a_beat_may_have_any_name(work: Path, scene: Named) -> None:
    speech = {"opening.line": LineSpeech(seconds=1.5), "whole.line": LineSpeech(seconds=2.0)}
    seen = replace(render_spec(scene("AnyNames")), speech=speech)
    (timeline,) = render_session(work).dry_run([seen])
    (rendered,), _ = render(work, seen)
    for record in (timeline, rendered.record):
        assert [(beat.name, beat.notes) for beat in record.beats] == [
            ("opening", ""),
            ("whole", "Notes of whole."),
            ("autocreated", "Notes of autocreated."),
            ("opening", "Notes of opening."),
        ]
        assert [line.beat for line in record.lines] == [beat.name for beat in record.beats]
        # Speech is found by the name of its beat, and followed by a pause of 0.3 s.
        lengths = [line.end - line.start for line in record.lines[:2]]
        assert lengths == pytest.approx([1.8, 2.3], abs=0.1)
    alone = replace(render_spec(scene("NoBeat")), speech={"whole.line": LineSpeech(seconds=1.5)})
    (timeline,) = render_session(work).dry_run([alone])
    assert [beat.name for beat in timeline.beats] == ["whole"]
    assert [line.beat for line in timeline.lines] == ["whole"]
    assert timeline.lines[0].end == pytest.approx(1.8, abs=0.1)


def test_segments_that_were_used_longest_ago_make_room(four: Four, scene: Named) -> None:
    folder, seen, _ = four
    other = render_spec(scene("EmptyAtTheEnd"))
    display = RecordingDisplay()
    small = render_session(folder, display=display)
    small = type(small)(folder, small.executor, display, limit=1)
    with small.locked():
        small.render([other])
    assert not segments_of(folder, seen).exists()
    assert segments_of(folder, other).exists()  # of this run


def test_a_scene_finds_its_results_in_all_chunks_and_in_the_next_render(
    work: Path, scene: Named
) -> None:
    folder, seen = work / "cache", render_spec(scene("Computes"))
    render_session(folder).dry_run([seen])
    assert (folder / "results" / "computations").read_text() == "1"
    _, display = render(folder, seen)
    assert len(display.chunks) == 2
    render(folder, seen, force=True)
    render_session(folder).run_each([seen], RenderMode.LAST_FRAMES)
    assert (folder / "results" / "computations").read_text() == "1"
