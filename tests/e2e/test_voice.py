"""A lecture that speaks, from the command line to the video: recordings, and errors in them."""

from __future__ import annotations

import csv
import io
import wave
import zipfile
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from click.testing import Result

from lecture.output.video.manifest import LineEntry, Manifest

Run = Callable[..., Result]

SCENE = '''
from manim import FadeIn, Square

from lecture.kit.lecture_scene import LectureScene


class Spoken(LectureScene):
    """Two beats and three lines."""

    def construct(self) -> None:
        square = Square()
        self.beat("start", notes="Begin.")
        with self.say("A square appears.", key="square"):
            self.play(FadeIn(square), run_time=3)
        with self.say("It stays there.", key="stays"):
            pass
        self.beat("end", notes="End.")
        with self.say("σ′ ≤ ¼", spoken=SPOKEN, key="bye"):
            self.play(square.animate.shift([1, 0, 0]), run_time=0.4)
'''
RATE = 48_000


@pytest.fixture
def lecture(run: Run, tmp_path: Path) -> Run:
    """Run a command on a small scene of one's own."""

    def run_on_scene(command: str, *options: str, spoken: str = '"The slope is small."') -> Result:
        scene = SCENE.replace("SPOKEN", spoken)
        (tmp_path / "own.py").write_text(scene, encoding="utf-8")
        common = ("--with", "own.py", "--scenes", "Spoken")
        return run(command, *common, *options)

    return run_on_scene


def render(lecture: Run, *options: str, **words: str) -> str:
    ended = lecture("render", "-q", "l", "--fps", "10", *options, **words)
    assert ended.exit_code == 0, ended.output
    return ended.stdout


def tone(path: Path, seconds: float, rate: int, pitch: float) -> None:
    """Write a test tone in a room that is silent for a while before and after."""
    samples = 0.2 * np.sin(2 * np.pi * pitch * np.arange(round(seconds * rate)) / rate)
    silence = np.zeros(rate // 3)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        whole = np.concatenate([silence, samples, silence])
        file.writeframes((whole * 32767).astype("<i2").tobytes())


def finished(folder: Path) -> tuple[list[LineEntry], np.ndarray]:
    """Return the lines of the finished video, and its sound."""
    written = (folder / "media" / "lecture.manifest.json").read_text(encoding="utf-8")
    manifest = Manifest.model_validate_json(written)
    with av.open(folder / "media" / "lecture.mp4") as video:
        heard = np.concatenate([frame.to_ndarray()[0] for frame in video.decode(audio=0)])
        lengths = [float(s.duration * s.time_base) for s in video.streams if s.type != "data"]
    assert max(lengths) - min(lengths) < 0.05
    lines = [line for scene in manifest.scenes for beat in scene.beats for line in beat.lines]
    return lines, heard


def pitch_at(heard: np.ndarray, line: LineEntry) -> float:
    middle = line.start + (line.speech_seconds or 0) / 2
    part = heard[round((middle - 0.1) * RATE) : round((middle + 0.1) * RATE)]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
    return float(np.argmax(spectrum)) * RATE / len(part)


def onset_at(heard: np.ndarray, line: LineEntry) -> float:
    part = np.abs(heard[round(line.start * RATE) : round(line.end * RATE)])
    return float(np.argmax(part > 0.05 * part.max())) / RATE


def test_test_tones_speak_as_the_script_names_them(lecture: Run, tmp_path: Path) -> None:
    ended = lecture("script", "--format", "csv")
    assert ended.exit_code == 0, ended.output
    script = list(csv.DictReader(io.StringIO(ended.stdout)))
    assert [row["say"] for row in script] == [
        "A square appears.",
        "It stays there.",
        "The slope is small.",
    ]
    folder = tmp_path / "recordings"
    folder.mkdir()
    # The first is shorter than its animation of three seconds, the others longer.
    for number, (row, rate) in enumerate(zip(script, (22_050, 44_100, 96_000), strict=True)):
        tone(folder / row["file"], 1.0 + number, rate, 300 + 100 * number)
    render(lecture, "--voice", "recorded")
    lines, heard = finished(tmp_path)
    assert [line.voice for line in lines] == ["recorded"] * 3
    assert lines[0].end - lines[0].start == pytest.approx(3.0, abs=0.11)
    assert lines[2].end - lines[2].start >= 3.0
    for number, line in enumerate(lines):
        assert line.speech_seconds == pytest.approx(1.0 + number, abs=0.13)
        assert pitch_at(heard, line) == pytest.approx(300 + 100 * number, abs=10)
        assert onset_at(heard, line) < 0.05


def test_a_mixed_folder_and_what_is_wrong_with_one(lecture: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    tone(folder / "Spoken.start.stays.WAV", 1.5, 44_100, 440)
    tone(folder / "spoken.end.bye.wav", 1.5, 44_100, 440)
    tone(folder / "BackwardPass.start_at_the_cost.knobs.wav", 1.5, 44_100, 440)
    ended = lecture("render", "-q", "l", "--fps", "10", "--recordings", "mine", "--voice", "hibari")
    assert ended.exit_code == 0, ended.output
    assert (
        "warning: mine/spoken.end.bye.wav is not used: no line has its name; did you mean "
        '"Spoken.end.bye"?'
    ) in " ".join(ended.stderr.split())
    assert ended.stderr.count("is not used") == 1
    assert "speech: 1 recorded, 2 spoken" in ended.stderr
    lines, heard = finished(tmp_path)
    assert [line.voice for line in lines] == ["hibari", "recorded", "hibari"]
    assert pitch_at(heard, lines[1]) == pytest.approx(440, abs=10)
    good = (tmp_path / "media" / "lecture.mp4").read_bytes()
    (folder / "spoken.end.bye.wav").unlink()
    tone(folder / "Spoken.start.square.wav", 0.0, 48_000, 440)
    ended = lecture("render", "-q", "l", "--fps", "10", "--recordings", "mine")
    assert ended.exit_code == 2
    said = ended.stderr.splitlines()
    assert "Spoken, beat start, line square: mine/Spoken.start.square.wav is silent" in ended.stderr
    assert said[-1] == ("Spoken, beat end, line bye: mine/Spoken.end.bye.wav is missing")
    assert "Traceback" not in ended.stderr
    assert (tmp_path / "media" / "lecture.mp4").read_bytes() == good


PLAIN = """
from manim import *

class Spoken(Scene):
    def construct(self):
        self.add_subcaption("A square has four equal sides.", duration=1)
        self.play(Create(Square()))
        self.wait(1)
"""


def test_a_plain_scene_waits_for_its_speech(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(PLAIN, encoding="utf-8")
    (tmp_path / "recordings").mkdir()
    tone(tmp_path / "recordings" / "Spoken.whole.line_1.wav", 3.0, 48_000, 440)
    common = ("--with", "own.py", "--scenes", "Spoken", "--voice", "recorded")
    ended = run("render", "-q", "l", "--fps", "10", *common)
    assert ended.exit_code == 0, ended.output
    (line,), heard = finished(tmp_path)
    assert line.speech_seconds == pytest.approx(3.0, abs=0.13)
    assert line.end - line.start == pytest.approx(line.speech_seconds, abs=1e-3)
    assert len(heard) / RATE == pytest.approx(line.speech_seconds + 0.3 + 1, abs=0.2)
    assert pitch_at(heard, line) == pytest.approx(440, abs=10)
    assert run("clips", "-q", "l", *common).exit_code == 0


SOUNDS = """
from manim import FadeIn, Square

from lecture.kit.lecture_scene import LectureScene


class Spoken(LectureScene):
    def construct(self):
        self.beat("quiet", notes="")
        self.play(FadeIn(Square()), run_time=1)
        self.beat("loud", notes="")
        with self.say("A square appears."):
            self.add_sound("beep.wav", time_offset=0.5)
            self.play(FadeIn(Square()), run_time=2)
"""


@pytest.mark.parametrize("voice", ["recorded", "none"])
def test_a_sound_of_a_scene_is_heard(run: Run, tmp_path: Path, voice: str) -> None:
    (tmp_path / "own.py").write_text(SOUNDS, encoding="utf-8")
    tone(tmp_path / "beep.wav", 0.5, 44_100, 2000)  # with a third of a second of silence before
    (tmp_path / "recordings").mkdir()
    tone(tmp_path / "recordings" / "Spoken.loud.line.wav", 1.5, 48_000, 440)
    common = ("--with", "own.py", "--scenes", "Spoken", "--voice", voice)
    ended = run("render", "-q", "l", "--fps", "10", *common)
    assert ended.exit_code == 0, ended.output
    (line,), heard = finished(tmp_path)
    assert line.voice == (voice if voice == "recorded" else None)
    assert not heard[: round(0.95 * RATE)].any()
    beep = heard[round(1.9 * RATE) : round(2.3 * RATE)]
    spectrum = np.abs(np.fft.rfft(beep * np.hanning(len(beep)))) / len(beep)
    pitches = set(np.flatnonzero(spectrum > 0.02 * spectrum.max()) * RATE // len(beep) // 100)
    assert 20 in pitches or 19 in pitches
    assert (4 in pitches) == (voice == "recorded")
    assert run("clips", "-q", "l", *common).exit_code == 0
    streams = {}
    for clip in sorted((tmp_path / "media" / "clips").glob("*.mp4")):
        with av.open(clip) as video:
            streams[clip.stem.rpartition("-")[2]] = len(video.streams.audio)
    assert streams == {"quiet": int(voice == "recorded"), "loud": 1}


def test_a_missing_sound_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(SOUNDS, encoding="utf-8")
    ended = run("render", "-q", "l", "--with", "own.py", "--scenes", "Spoken", "--voice", "none")
    assert ended.exit_code == 1
    assert "FileNotFoundError: the sound beep.wav does not exist in " in ended.stderr
    assert "(own.py, line 13)" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_slides_are_silent_unless_a_voice_is_named(lecture: Run, tmp_path: Path) -> None:
    lengths = []
    for options, sound in (((), 0), (("--voice", "hibari"), 1)):
        ended = lecture("slides", "-q", "l", "--to", "zip", *options)
        assert ended.exit_code == 0, ended.output
        with zipfile.ZipFile(tmp_path / "media" / "slides.zip") as archive:
            names = [name for name in archive.namelist() if name.endswith(".mp4")]
            assert len(names) == 2
            for name in sorted(names):
                with av.open(io.BytesIO(archive.read(name))) as video:
                    assert len(video.streams.audio) == sound
                    lengths.append(video.streams.video[0].frames)
    # They last as long as those that speak, so the second deck needed no rendering.
    assert lengths[:2] == lengths[2:]
    assert "rendering" not in ended.stderr


def test_symbols_for_the_voice_are_refused(lecture: Run, tmp_path: Path) -> None:
    ended = lecture("render", "-q", "l", "--fps", "10", spoken="None")
    assert ended.exit_code == 2
    assert "Spoken, beat end, line bye: σ ′ ≤ ¼ cannot be spoken" in ended.stderr
    assert not (tmp_path / "media" / "lecture.mp4").exists()
    render(lecture, "--no-voice", spoken="None")
    with av.open(tmp_path / "media" / "lecture.mp4") as video:
        assert not video.streams.audio
        assert len(video.streams.subtitles) == 1


def test_the_faults_of_all_scenes_are_named_before_one_is_drawn(run: Run, tmp_path: Path) -> None:
    scene = SCENE.replace("SPOKEN", '"σ′ ≤ ¼"')
    (tmp_path / "other.py").write_text(scene.replace("Spoken(", "Other("), encoding="utf-8")
    (tmp_path / "own.py").write_text(scene, encoding="utf-8")
    common = ("--with", "own.py", "--with", "other.py", "--scenes", "Spoken,Other")
    ended = run("render", *common, "-q", "l", "--fps", "10", "--workers", "1")
    assert ended.exit_code == 2
    faulty = [line for line in ended.stderr.splitlines() if "line bye" in line]
    assert [line.strip().partition(",")[0] for line in faulty] == ["Spoken", "Other"]
    assert "rendering" not in ended.stderr
