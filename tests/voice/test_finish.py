"""The finished video: aligned, equally loud, and with all that players look for in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import srt

from lecture.files import SidecarFiles
from lecture.output.video.assemble import write_clip
from lecture.output.video.captions import ROW_LENGTH
from lecture.output.video.manifest import Manifest
from lecture.output.video.soundtrack import beat_samples
from lecture.timeline import RenderedScene, SceneTimeline
from lecture.voice.choose import choose_voice
from lecture.voice.narration import speak_lecture
from tests.loudness import integrated_loudness
from tests.voice.conftest import (
    FPS,
    Plan,
    finish,
    make,
)

RATE = 48_000
Render = Callable[[SceneTimeline], RenderedScene]


@dataclass(frozen=True)
class Finished:
    rendered: list[RenderedScene]
    output: Path
    manifest: Manifest


@pytest.fixture(scope="module")
def finished(result: Plan, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A finished lecture for all tests to look at."""
    folder = tmp_path_factory.mktemp("finished")
    rendered, spoken = make(result, folder)
    output = folder / "lecture.mp4"
    return Finished(rendered, output, finish(rendered, spoken, output))


def heard(path: Path) -> np.ndarray:
    with av.open(path) as container:
        return np.concatenate([f.to_ndarray()[0] for f in container.decode(audio=0)])


def onset(samples: np.ndarray, start: float, end: float) -> float:
    """Return when the energy first rises to a hundredth of the stretch's largest, in seconds."""
    stretch = samples[round((start - 0.1) * RATE) if start > 0.1 else 0 : round(end * RATE)]
    hop = RATE // 500
    energy = np.square(stretch[: len(stretch) // hop * hop].reshape(-1, hop)).mean(axis=1)
    first = int(np.flatnonzero(energy > 0.003 * energy.max())[0])
    return max(start - 0.1, 0) + first * hop / RATE


def lines_of(manifest: Manifest) -> list[Any]:
    return [line for scene in manifest.scenes for beat in scene.beats for line in beat.lines]


def test_players_find_all_that_they_look_for(finished: Finished) -> None:
    output = finished.output
    manifest = finished.manifest
    content = output.read_bytes()
    assert 0 < content.find(b"moov") < content.find(b"mdat")
    with av.open(output) as container:
        assert container.metadata["title"] == "On gradients"
        assert container.metadata["artist"] == "Ada"
        assert container.metadata["compatible_brands"] == "isomiso2avc1mp41"
        video, sound, captions = (
            container.streams.video[0],
            container.streams.audio[0],
            container.streams.subtitles[0],
        )
        # What QuickTime and VLC ask for.
        assert (video.codec_context.name, video.pix_fmt) == ("h264", "yuv420p")
        assert (sound.codec_context.name, sound.profile, sound.rate) == ("aac", "LC", RATE)
        assert captions.codec_context.name == "mov_text"
        assert b"ftab" in (captions.codec_context.extradata or b"")
        assert sound.metadata["language"] == captions.metadata["language"] == "eng"
        frames = sum(scene.record.frames for scene in finished.rendered)
        assert video.frames == frames
        lengths = [stream.duration * stream.time_base for stream in (video, sound, captions)]
        assert max(lengths) - min(lengths) < Fraction(1, 200)
        assert float(lengths[0]) == pytest.approx(frames / FPS, abs=1e-3)
        assert [stream.start_time for stream in (video, sound, captions)] == [0, 0, 0]
        chapters = container.chapters()
    assert [chapter["metadata"]["title"] for chapter in chapters] == [
        "The scene One",
        "The scene Two",
    ]
    assert [
        (chapter["start"] * chapter["time_base"], chapter["end"] * chapter["time_base"])
        for chapter in chapters
    ] == [
        (pytest.approx(scene.start, abs=1e-3), pytest.approx(scene.end, abs=1e-3))
        for scene in manifest.scenes
    ]


def test_pictures_are_copied_in_order(finished: Finished) -> None:
    output = finished.output
    greys = []
    with av.open(output) as container:
        for frame in container.decode(video=0):
            greys.append(frame.to_ndarray(format="gray").mean())
            assert frame.time == pytest.approx((len(greys) - 1) / FPS, abs=1e-3)
    alone = []
    for one in finished.rendered:
        for segment in one.segments:
            with av.open(segment) as container:
                alone += [f.to_ndarray(format="gray").mean() for f in container.decode(video=0)]
    assert greys == alone


def test_speech_begins_where_the_manifest_says(finished: Finished) -> None:
    output = finished.output
    manifest = finished.manifest
    samples = heard(output)
    lines = lines_of(manifest)
    assert len(lines) == 4
    for line in lines:
        assert onset(samples, line.start, line.end) - line.start == pytest.approx(0.02, abs=0.03)
        assert line.first_frame == round(line.start * FPS)
        end = line.start + line.speech_seconds
        silence = samples[round((end + 0.03) * RATE) : round((line.end - 0.15) * RATE)]
        assert np.abs(silence).max() < 1e-3


@pytest.mark.slow
def test_nothing_drifts_in_ten_minutes(
    scene: Any, rendered: Render, paced: Any, tmp_path: Path
) -> None:
    # Frames of a seventh of a second, which neither samples nor milliseconds hit.
    pulse = np.zeros(24_000, np.float32)
    pulse[6000:18000] = 0.1 * np.sin(2 * np.pi * 300 * np.arange(12_000) / 24_000)

    class Pulse:
        name, identity = "pulse", {"engine": "pulse"}

        def wording(self, text: str) -> str:
            return text

        def speak(self, _wording: str) -> Any:
            from lecture.voice.sound import Sound  # noqa: PLC0415

            return Sound(pulse, 24_000)

    result = [
        scene(f"S{number}", {"only": [(f"k{line}", "One of many.") for line in range(30)]}, fps=7)
        for number in range(4)
    ]
    spoken = speak_lecture(result, Pulse(), tmp_path / "cache")
    rendered = [
        rendered(paced(record, spoken.seconds(record.name), pause=5.0)) for record in result
    ]
    output = tmp_path / "lecture.mp4"
    manifest = finish(rendered, spoken, output)
    assert manifest.video.seconds > 600
    samples = heard(output)
    delays = [onset(samples, line.start, line.end) - line.start for line in lines_of(manifest)]
    assert len(delays) == 120
    assert max(delays) - min(delays) < 0.005
    assert 0 <= min(delays) <= max(delays) < 0.05
    with av.open(output) as container:
        lengths = [s.duration * s.time_base for s in container.streams if s.type != "data"]
    assert max(lengths) - min(lengths) < Fraction(1, 100)


def test_the_whole_lecture_has_its_loudness_and_no_peak_too_high(finished: Finished) -> None:
    output = finished.output
    manifest = finished.manifest
    samples = heard(output)
    measured = integrated_loudness(samples)
    assert measured == pytest.approx(-16, abs=1)
    assert manifest.sound is not None
    assert manifest.sound.loudness_lufs == pytest.approx(measured, abs=0.3)
    assert np.abs(samples).max() <= 10 ** (-1 / 20)
    assert manifest.sound.true_peak_dbfs <= -2


def test_captions_are_the_same_everywhere_and_fit_two_rows(finished: Finished) -> None:
    output = finished.output
    manifest = finished.manifest
    beside = SidecarFiles.of(output)
    subtitles = list(srt.parse(beside.srt.read_text(encoding="utf-8")))
    for subtitle in subtitles:
        rows = subtitle.content.split("\n")
        assert len(rows) <= 2
        assert max(map(len, rows)) <= ROW_LENGTH
    text = " ".join(subtitle.content.replace("\n", " ") for subtitle in subtitles)
    assert text == " ".join(line.caption for line in lines_of(manifest))
    with av.open(output) as container:
        packets = [
            (p.pts * p.time_base, bytes(p)[2:].decode())
            for p in container.demux(subtitles=0)
            if p.size
        ]
    shown = [(float(start), content) for start, content in packets if content]
    assert shown == [
        (pytest.approx(s.start.total_seconds(), abs=2e-3), s.content) for s in subtitles
    ]
    assert packets[0][0] == 0
    begins = {s.content.split("\n")[0]: s.start.total_seconds() for s in subtitles}
    line = lines_of(manifest)[0]
    assert begins["Hello to you all."] == pytest.approx(line.start, abs=1e-3)
    vtt = beside.vtt.read_text(encoding="utf-8")
    assert vtt.startswith("WEBVTT\n")
    assert "Is 1 &lt; 2 &amp; so on?" in vtt
    assert "Two.end.bye\n" in vtt


def test_the_manifest_says_what_is_where(finished: Finished) -> None:
    output = finished.output
    manifest = finished.manifest
    written = SidecarFiles.of(output).manifest.read_text(encoding="utf-8")
    assert Manifest.model_validate_json(written) == manifest
    assert json.loads(written)["spec_digest"] == "abc"
    frame = 0
    for entry in manifest.scenes:
        for beat in entry.beats:
            assert beat.first_frame == frame
            assert beat.start == pytest.approx(frame / FPS, abs=1e-6)
            frame += beat.frames
    assert frame == manifest.video.frames
    assert set(manifest.versions) == {"unstable-gradients", "manim", "typst", "av"}
    assert [beat.heading for beat in manifest.scenes[1].beats] == ["quiet", "end"]
    assert {line.voice for line in lines_of(manifest)} == {"syllables"}


def test_the_transcript_reads_as_text(made: Any, tmp_path: Path) -> None:
    rendered, spoken = made
    output = tmp_path / "lecture.mp4"
    finish(rendered, spoken, output, title="a *star*")
    text = SidecarFiles.of(output).transcript.read_text(encoding="utf-8")
    assert text.startswith("# a \\*star\\*\n\nAda\n\n## The scene One (0:00)\n\n### start\n\n")
    assert "Is 1 \\< 2 \\& so on?" in text
    assert "### quiet" not in text


def test_the_same_lecture_is_the_same_bytes(made: Any, tmp_path: Path) -> None:
    rendered, spoken = made
    first, second = tmp_path / "a" / "lecture.mp4", tmp_path / "b" / "lecture.mp4"
    for output in (first, second):
        output.parent.mkdir()
        finish(rendered, spoken, output)
    names = sorted(path.name for path in first.parent.iterdir())
    assert names == [
        "lecture.chapters.vtt",
        "lecture.manifest.json",
        "lecture.mp4",
        "lecture.srt",
        "lecture.transcript.md",
        "lecture.vtt",
    ]
    for name in names:
        assert (first.parent / name).read_bytes() == (second.parent / name).read_bytes(), name


def test_a_silent_lecture_has_all_but_sound(result: Plan, rendered: Render, tmp_path: Path) -> None:
    output = tmp_path / "lecture.mp4"
    manifest = finish([rendered(record) for record in result], None, output)
    assert manifest.sound is None
    assert {line.voice for line in lines_of(manifest)} == {None}
    with av.open(output) as container:
        assert not container.streams.audio
        assert len(container.streams.subtitles) == 1
        assert len(container.chapters()) == 2
    assert len(list(srt.parse(SidecarFiles.of(output).srt.read_text(encoding="utf-8")))) >= 4


def test_a_beat_has_its_own_sound(made: Any, tmp_path: Path) -> None:
    rendered, spoken = made
    record = rendered[1].record
    quiet, _ = beat_samples(record, 0, spoken)
    assert not quiet.any()
    sound, rate = beat_samples(record, 1, spoken)
    assert rate == RATE
    assert len(sound) == record.beats[1].frames * RATE // FPS
    output = tmp_path / "clip.mp4"
    write_clip(rendered[1].segments[1:], output, FPS, sound=sound, title="The end")
    samples = heard(output)
    for line in record.lines:
        start = line.start - record.beats[1].start / FPS
        begun = onset(samples, start, line.end - record.beats[1].start / FPS)
        assert begun - start == pytest.approx(0.02, abs=0.03)
    with av.open(output) as container:
        assert container.metadata["title"] == "The end"
        lengths = [s.duration * s.time_base for s in container.streams]
        assert abs(lengths[0] - lengths[1]) < Fraction(1, 200)


def test_hibari_is_heard_where_the_manifest_says(
    scene: Any, rendered: Render, paced: Any, tmp_path: Path
) -> None:
    lines = [
        ("four", "Four filters answer to edges."),
        ("how", "How fast does each layer learn?"),
        ("the", "The slope is at most 0.25, or one quarter."),
        ("so", "So it is 2062 times slower."),
    ]
    result = [scene("One", {"a": lines[:2], "b": lines[2:]}), scene("Two", {"c": lines})]
    spoken = speak_lecture(result, choose_voice("hibari"), tmp_path / "cache")
    rendered = [rendered(paced(record, spoken.seconds(record.name))) for record in result]
    output = tmp_path / "lecture.mp4"
    manifest = finish(rendered, spoken, output)
    samples = heard(output)
    for line in lines_of(manifest):
        assert onset(samples, line.start, line.end) - line.start == pytest.approx(0.02, abs=0.03)
    measured = integrated_loudness(samples)
    assert measured == pytest.approx(-16, abs=1)
    assert np.abs(samples).max() <= 10 ** (-1 / 20)
