"""Sounds that scenes add: those of manim, in each chunk, from the cache and from workers."""

from __future__ import annotations

import shutil
import subprocess
import sys
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest

from lecture.config.contract import SceneEntry
from lecture.errors import RenderError
from lecture.output.video.assemble import assemble_lecture
from lecture.output.video.soundtrack import beat_samples, lecture_samples
from lecture.render.executors import executor_factory
from lecture.render.tasks import Executor
from lecture.timeline import RenderedScene
from tests.sessions import RecordingDisplay, contents, render_session, render_spec
from tests.waiting import LONG

RATE = 48_000
SCENES = """
import wave
from pathlib import Path
from manim import *

HERE = Path(__file__).parent


class Sounds(Scene):
    def construct(self):
        self.next_section("one")
        self.add_sound(str(HERE / "beep.wav"))
        self.play(Create(Square()), run_time=1)
        self.add_sound(str(HERE / "music"), gain=-12)
        self.add_sound(str(HERE / "beep.wav"), time_offset=0.5, gain=-6)
        self.play(Create(Circle()), run_time=1)
        self.next_section("two")
        self.play(FadeOut(*self.mobjects), run_time=1)
        self.next_section("three", skip_animations=True)
        self.add_sound(str(HERE / "beep.wav"))
        self.next_section("four")
        self.add_sound(str(HERE / "beep.wav"), time_offset=-0.25, gain_to_background=-20)
        self.wait(1)


class Made(Scene):
    def construct(self):
        made = HERE / "made.wav"
        made.write_bytes((HERE / "beep.wav").read_bytes())
        self.add_sound(str(made))
        self.wait(0.5)
        made.unlink()


class Missing(Scene):
    def construct(self):
        self.wait(0.5)
        self.add_sound("nowhere.wav")


class NoSound(Scene):
    def construct(self):
        self.wait(0.5)
        self.add_sound(__file__)


class Folder(Scene):
    def construct(self):
        self.wait(0.5)
        self.add_sound(str(HERE))


class Early(Scene):
    def construct(self):
        self.wait(0.5)
        self.add_sound(str(HERE / "beep.wav"), time_offset=-0.75)
"""


def write_tone(path: Path, pitch: float, seconds: float, level: float) -> None:
    """Write a stereo tone."""
    tone = level * np.sin(2 * np.pi * pitch * np.arange(round(44_100 * seconds)) / 44_100)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(np.repeat((tone * 32767).astype("<i2"), 2).tobytes())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scene file, and sounds beside it."""
    made = tmp_path_factory.mktemp("sounds")
    write_tone(made / "beep.wav", 880, 0.3, 0.5)
    write_tone(made / "music.wav", 220, 6, 0.8)
    (made / "own.py").write_text(SCENES, encoding="utf-8")
    return made


@contextmanager
def without_shared_disk(display: RecordingDisplay) -> Iterator[Executor]:
    """Open an executor whose results carry everything, as those of a cluster do."""
    with executor_factory(display, workers=2)() as executor:
        vars(executor)["shares_disk"] = False
        yield executor


def draw(folder: Path, name: str, cache: str, *, workers: int = 2) -> tuple[RenderedScene, int]:
    """Render a scene; return it and the number of chunks."""
    display = RecordingDisplay()
    session = render_session(folder / cache, workers=workers, display=display)
    with session.locked():
        spec = render_spec(SceneEntry(name, "own", "", folder / "own.py"))
        session.dry_run([spec])
        (scene,) = session.render([spec])
    return scene, len(display.chunks)


def mixed(scene: RenderedScene) -> np.ndarray:
    return np.concatenate(list(lecture_samples([scene.record], None)))


def levels(samples: np.ndarray) -> np.ndarray:
    """Return the RMS level of each 20 ms."""
    return np.sqrt(np.square(samples[: len(samples) // 960 * 960].reshape(-1, 960)).mean(axis=1))


def read(path: Path) -> np.ndarray:
    with av.open(path) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.concatenate(frames, axis=1).mean(axis=0)


def test_sounds_are_those_of_manim(folder: Path, tmp_path: Path) -> None:
    scene, _ = draw(folder, "Sounds", "cache")
    output = tmp_path / "own.mp4"
    assemble_lecture([scene], output, title="", author="", spoken=None, spec_digest="")
    ours = read(output)
    with av.open(output) as container:
        sound, video = container.streams.audio[0], container.streams.video[0]
        assert sound.duration * sound.time_base == video.duration * video.time_base == 4
    command = [sys.executable, "-m", "manim", "render", "-ql", "--fps", "10"]
    subprocess.run(
        [*command, "--media_dir", str(tmp_path), str(folder / "own.py"), "Sounds"],
        timeout=LONG,
        check=True,
        capture_output=True,
    )
    (found,) = tmp_path.glob("videos/own/480p10/Sounds.mp4")
    theirs = read(found)
    # manim's file begins with the silence that its encoder puts before the sound.
    both = np.fft.rfft(ours[: 3 * RATE], 2**18), np.fft.rfft(theirs[: 3 * RATE], 2**18)
    delay = int(np.argmax(np.fft.irfft(np.conj(both[0]) * both[1])))
    assert 0 <= delay <= 2200
    steady = levels(theirs[delay:])[: len(ours) // 960]
    difference = np.abs(levels(ours)[: len(steady)] - steady)
    assert len(steady) == 200
    # A step of the level within 20 ms may lie a millisecond apart; the end is faded.
    assert np.sort(difference[:-2])[-12] < 0.01
    assert difference.mean() < 0.005


def test_chunks_have_the_same_sounds(folder: Path, tmp_path: Path) -> None:
    alone, _ = draw(folder, "Sounds", "cache-1", workers=1)
    shared, chunks = draw(folder, "Sounds", "cache-2")
    assert chunks == 2
    session = render_session(
        folder / "cache-sent", executor=lambda: without_shared_disk(RecordingDisplay())
    )
    with session.locked():
        spec = render_spec(SceneEntry("Sounds", "own", "", folder / "own.py"))
        session.dry_run([spec])
        (sent,) = session.render([spec])
    assert contents([alone]) == contents([shared]) == contents([sent])
    assert np.array_equal(mixed(alone), mixed(shared))
    assert np.array_equal(mixed(alone), mixed(sent))
    videos = []
    for number, scene in enumerate((alone, shared, sent)):
        output = tmp_path / f"{number}" / "own.mp4"
        output.parent.mkdir()
        assemble_lecture([scene], output, title="", author="", spoken=None, spec_digest="")
        videos.append(output.read_bytes())
    assert videos[0] == videos[1] == videos[2]


def test_a_beat_has_the_sounds_that_are_heard_in_it(folder: Path) -> None:
    scene, _ = draw(folder, "Sounds", "cache")
    whole = mixed(scene)
    assert [beat.name for beat in scene.record.beats] == ["one", "two", "four"]
    for index, beat in enumerate(scene.record.beats):
        samples, _ = beat_samples(scene.record, index, None)
        start = beat.start * RATE // 10
        assert len(samples) == beat.frames * RATE // 10
        inner = slice(RATE // 20, -RATE // 20)  # cuts are faded
        expected = whole[start : start + len(samples)]
        assert np.allclose(samples[inner], expected[inner], atol=1e-6)
        assert np.abs(samples).max() > 0.1
    two, _ = beat_samples(scene.record, 1, None)
    assert two[0] == two[-1] == 0


def test_a_changed_sound_file_is_heard(folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(folder, mine, ignore=shutil.ignore_patterns("cache*"))
    first, _ = draw(mine, "Sounds", "cache")
    assert draw(mine, "Sounds", "cache")[1] == 0
    write_tone(mine / "music.wav", 330, 6, 0.4)
    second, chunks = draw(mine, "Sounds", "cache")
    assert chunks > 0
    assert contents([first]) == contents([second])
    part = mixed(second)[round(2.1 * RATE) : round(2.6 * RATE)]
    pitch = np.abs(np.fft.rfft(part * np.hanning(len(part)))).argmax() * 2
    assert pitch == pytest.approx(330, abs=4)
    assert draw(mine, "Sounds", "cache")[1] == 0
    for copy in mine.glob("cache/segments/*/*.sound"):
        copy.write_bytes(b"damaged")
    third, chunks = draw(mine, "Sounds", "cache")
    assert chunks > 0
    assert np.array_equal(mixed(third), mixed(second))


def test_a_sound_that_the_scene_has_made_and_removed_stays(folder: Path) -> None:
    scene, chunks = draw(folder, "Made", "cache")
    assert chunks == 1
    assert not (folder / "made.wav").exists()
    assert levels(mixed(scene)[: RATE // 4]).min() > 0.3
    assert draw(folder, "Made", "cache")[1] == 0


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Missing", r"FileNotFoundError: the sound nowhere\.wav does not exist in .*own\.py, line"),
        ("NoSound", r"ValueError: the file .*own\.py cannot be read as sound: Invalid.*, line \d"),
        ("Folder", r"ValueError: the file .* cannot be read as sound: .*own\.py, line \d"),
        ("Early", r"ValueError: the sound .*begins 0\.25 s before the scene; .*own\.py, line \d"),
    ],
)
def test_a_sound_that_cannot_be_used_is_named(folder: Path, name: str, message: str) -> None:
    with pytest.raises(RenderError, match=message) as caught:
        draw(folder, name, "cache-failed")
    assert len(str(caught.value).splitlines()) == 2  # the second names the log
