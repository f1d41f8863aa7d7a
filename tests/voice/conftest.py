"""Small lectures, with tiny frames and generated speech."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from lecture.output.video.assemble import assemble_lecture
from lecture.output.video.manifest import Manifest
from lecture.timeline import Beat, Line, RenderedScene, SceneTimeline
from lecture.voice.narration import SpokenLecture, speak_lecture
from lecture.voice.sound import Sound

RATE = 24_000
FPS = 30
LONG = (
    "This caption is so long that two rows cannot hold it, so it has to be shown in pieces; "
    "each of them is short enough, and none of its words goes missing on the way."
)
WIDTH, HEIGHT = 64, 36

Plan = list[SceneTimeline]


def speech_like(
    seconds: float, *, rate: int = RATE, seed: int = 0, level: float = 0.05
) -> np.ndarray:
    """Return noise in syllables of 150 ms with short gaps, loud from the first sample."""
    count = round(seconds * rate)
    generator = np.random.default_rng(seed)
    time = np.arange(count) / rate
    syllables = (time % 0.2 < 0.15).astype(float)
    tone = np.sin(2 * np.pi * 220 * time) + 0.3 * generator.standard_normal(count)
    return (level * syllables * tone).astype(np.float32)


@dataclass
class Syllables:
    """A voice whose speech has a quarter of a second of silence before and after it."""

    name: str = "syllables"
    identity: Mapping[str, str] = field(default_factory=lambda: {"engine": "syllables"})
    fails_at: str = ""
    spoken: list[str] = field(default_factory=list)

    def wording(self, text: str) -> str:
        return text

    def speak(self, wording: str) -> Sound:
        if self.fails_at and self.fails_at in wording:
            raise ConnectionError("the line went dead")
        self.spoken.append(wording)
        silence = np.zeros(RATE // 4, np.float32)
        speech = speech_like(0.06 * len(wording), seed=len(wording))
        return Sound(np.concatenate([silence, speech, silence]), RATE)


def scene(
    name: str,
    beats: Mapping[str, Sequence[tuple[str, str]]],
    *,
    fps: int = 15,
    seconds: float = 2.0,
) -> SceneTimeline:
    """Return the timeline of a scene with lines (key, caption) of `seconds` each."""
    lines, found, frame = [], [], 0
    per_line = round(seconds * fps)
    for beat, narration in beats.items():
        found.append(Beat(name=beat, start=frame, frames=max(1, len(narration)) * per_line))
        for key, caption in narration:
            times = {"start": frame / fps, "end": (frame + per_line) / fps}
            lines.append(Line(beat=beat, key=key, caption=caption, spoken=caption, **times))
            frame += per_line
        frame += 0 if narration else per_line
    title = f"The scene {name}"
    frames = {"width": WIDTH, "height": HEIGHT, "fps": fps}
    return SceneTimeline(name=name, title=title, beats=tuple(found), lines=tuple(lines), **frames)


def paced(
    record: SceneTimeline,
    seconds: Mapping[str, float],
    *,
    pause: float = 0.4,
    quiet_frames: int = 1,
) -> SceneTimeline:
    """Return the timeline with the durations of the speech and a pause for each line."""
    lines, beats, frame = [], [], 0
    for beat in record.beats:
        start = frame
        for line in record.lines:
            if line.beat == beat.name:
                frames = int(np.ceil((seconds[f"{beat.name}.{line.key}"] + pause) * record.fps))
                times = {"start": frame / record.fps, "end": (frame + frames) / record.fps}
                lines.append(line.model_copy(update=times))
                frame += frames
        frame += 0 if frame > start else quiet_frames
        beats.append(beat.model_copy(update={"start": start, "frames": frame - start}))
    return record.model_copy(update={"lines": tuple(lines), "beats": tuple(beats)})


def render(path: Path, frames: int, *, fps: int, first: int = 0) -> Path:
    """Encode frames with a shade of grey that depends on the frame number."""
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.options = {"preset": "ultrafast", "crf": "30", "bf": "2"}
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(first, first + frames):
            pixels = np.full((HEIGHT, WIDTH, 3), 16 + number % 200, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return path


def render_scene(folder: Path, record: SceneTimeline) -> RenderedScene:
    """Render a scene, each beat by itself."""
    scene_folder = folder / record.name
    scene_folder.mkdir(parents=True, exist_ok=True)
    segments = [
        render(scene_folder / f"{beat.name}.mp4", beat.frames, fps=record.fps, first=beat.start)
        for beat in record.beats
    ]
    return RenderedScene(record, tuple(segments))


@pytest.fixture
def timelines() -> list[SceneTimeline]:
    return [
        scene("One", {"start": [("hello", "Hello to you all."), ("again", "And once more.")]}),
        scene("Two", {"end": [("bye", "Good bye, and thank you for listening.")]}),
    ]


@pytest.fixture
def rendered(tmp_path: Path) -> Callable[[SceneTimeline], RenderedScene]:
    """Render a scene into the folder of the test."""
    return lambda record: render_scene(tmp_path / "segments", record)


@pytest.fixture
def wav(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a WAV file of any rate, codec and number of channels."""

    def write(
        name: str,
        samples: np.ndarray,
        *,
        rate: int = 48_000,
        channels: int = 1,
        codec: str = "pcm_s16le",
    ) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        layout = "mono" if channels == 1 else "stereo"
        with av.open(path, "w", format="wav") as container:
            stream = container.add_stream(codec, rate=rate, layout=layout)
            interleaved = np.repeat(samples.astype("f4"), channels)[np.newaxis]
            frame = av.AudioFrame.from_ndarray(interleaved, format="flt", layout=layout)
            frame.sample_rate = rate
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    return write


@pytest.fixture(name="scene")
def _scene() -> Callable[..., SceneTimeline]:
    return scene


@pytest.fixture(name="paced")
def _paced() -> Callable[..., SceneTimeline]:
    return paced


@pytest.fixture(name="speech_like")
def _speech_like() -> Callable[..., np.ndarray]:
    return speech_like


@pytest.fixture
def syllables() -> type[Syllables]:
    return Syllables


@pytest.fixture(scope="module")
def result() -> Plan:
    """Plan a lecture of two scenes, one of whose beats has nothing to say."""
    return [
        scene("One", {"start": [("hello", "Hello to you all."), ("long", LONG)]}, fps=FPS),
        scene(
            "Two",
            {"quiet": [], "end": [("less", "Is 1 < 2 & so on?"), ("bye", "Good bye.")]},
            fps=FPS,
        ),
    ]


def in_words(record: SceneTimeline) -> SceneTimeline:
    """Have the marks of a scene's lines said in words."""
    lines = tuple(
        line.model_copy(update={"spoken": line.spoken.replace("<", "is").replace("&", "and")})
        for line in record.lines
    )
    return record.model_copy(update={"lines": lines})


def make(result: Plan, folder: Path) -> tuple[list[RenderedScene], SpokenLecture]:
    """Speak and render a lecture."""
    said = [in_words(record) for record in result]
    spoken = speak_lecture(said, Syllables(), folder / "cache")
    rendered = [
        render_scene(
            folder / "segments", paced(record, spoken.seconds(record.name), quiet_frames=25)
        )
        for record in said
    ]
    return rendered, spoken


@pytest.fixture
def made(result: Plan, tmp_path: Path) -> tuple[list[RenderedScene], SpokenLecture]:
    """Rendered scenes and speech for one test to change."""
    return make(result, tmp_path)


def finish(
    rendered: list[RenderedScene], spoken: SpokenLecture | None, output: Path, **options: Any
) -> Manifest:
    facts = {"title": "On gradients", "author": "Ada", "spec_digest": "abc", **options}
    return assemble_lecture(rendered, output, spoken=spoken, **facts)
