"""Rendered scenes without manim, for tests of clips, slides and pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from lecture.files import SidecarFiles
from lecture.output.site.make import Site
from lecture.output.video.assemble import assemble_lecture
from lecture.palette import DARK
from lecture.render.backend.color import tag, to_yuv
from lecture.timeline import Beat, Line, RenderedScene, SceneTimeline

WIDTH, HEIGHT, FPS = 160, 96, 10
BACKGROUND, INK = (14, 17, 22), (230, 159, 0)
NOTES = "Say it *slowly*: **w** < 1 & so on.\n\n<script>document.title = 'taken'</script>"
DESCRIPTIONS = {"one_neuron": "A *square* <b>moves</b> by 64 pixels."}

# Of each beat: where the left edge of a square is in each frame, or nothing where it is not there.
MOVES: dict[str, dict[str, list[int | None]]] = {
    "ForwardPass": {
        "the_chain": [None, None, *range(16, 64, 4)],
        "one_neuron": [*range(16, 64, 8), *range(64, 8, -8)],  # ends where it begins
        "the_rest": [16] * 8 + [None] * 8,  # clears the screen at the end
    },
    "BackwardPass": {
        "start_at_the_cost": list(range(0, 128, 8)),  # ends elsewhere
        "the_log_axis": [64] * 24,
    },
}
LOOPS = {"one_neuron", "start_at_the_cost"}
ENCODINGS = {
    "h264": (".mp4", "libx264", "yuv420p", {"crf": "18"}),
    "vp9": (".webm", "libvpx-vp9", "yuva420p", {"crf": "20", "deadline": "realtime"}),
    "prores": (".mov", "prores_ks", "yuva444p10le", {"profile": "4"}),
}


def render(folder: Path, encoding: str = "h264") -> list[RenderedScene]:
    """Render the scenes into a folder."""
    folder.mkdir(exist_ok=True)
    return [_render_scene(name, folder, encoding) for name in MOVES]


def _render_scene(name: str, folder: Path, encoding: str) -> RenderedScene:
    beats, lines, segments, start = [], [], [], 0
    suffix = ENCODINGS[encoding][0]
    for beat, places in MOVES[name].items():
        segments.append(_render_beat(folder / f"{name}-{beat}{suffix}", places, encoding))
        beats.append(
            Beat(
                name=beat,
                start=start,
                frames=len(places),
                notes=NOTES,
                description=DESCRIPTIONS.get(beat, ""),
                loop=beat in LOOPS,
            )
        )
        begin = start / FPS
        lines.append(
            Line(
                beat=beat,
                key="line",
                caption=f"In {beat}: w < 1 & b > 0.",
                spoken="aloud",
                start=begin + 0.2,
                end=begin + len(places) / FPS,
            )
        )
        start += len(places)
    record = SceneTimeline(
        name=name,
        title=f"The scene <b>{name}</b> & more",
        width=WIDTH,
        height=HEIGHT,
        fps=FPS,
        beats=tuple(beats),
        lines=tuple(lines),
    )
    return RenderedScene(record, tuple(segments))


def with_lines(scene: RenderedScene, *starts: float) -> RenderedScene:
    """Return a scene with lines in each beat that start at given seconds of it."""
    lines = [
        Line(
            beat=beat.name,
            key=f"line_{number}",
            caption=f"<i>Line {number}</i> of {beat.heading} & more.",
            spoken="aloud",
            start=beat.start / FPS + start,
            end=beat.start / FPS + start + 0.2,
        )
        for beat in scene.record.beats
        for number, start in enumerate(starts, start=1)
    ]
    return replace(scene, record=scene.record.model_copy(update={"lines": tuple(lines)}))


def _render_beat(path: Path, places: list[int | None], encoding: str) -> Path:
    _, codec, pixels, options = ENCODINGS[encoding]
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, pixels
        tag(stream)
        converter = VideoReformatter()
        for place in places:
            frame = av.VideoFrame.from_ndarray(_picture(place, encoding), format="rgba")
            container.mux(stream.encode(to_yuv(frame, pixels, converter)))
        container.mux(stream.encode(None))
    return path


def _picture(place: int | None, encoding: str) -> NDArray[np.uint8]:
    picture = np.zeros((HEIGHT, WIDTH, 4), dtype=np.uint8)
    picture[..., :3] = BACKGROUND
    picture[..., 3] = 255 if encoding == "h264" else 0
    if place is not None:
        picture[32:64, place : place + 32] = (*INK, 255)
    return picture


def site_of(
    scenes: list[RenderedScene], folder: Path, *, title: str = "T", author: str = "", **more: Any
) -> Site:
    """Assemble the video of scenes in a folder, and return the contents of its page."""
    video = folder / "made.mp4"
    assemble_lecture(scenes, video, title=title, author=author, spoken=None, spec_digest="0")
    beside = SidecarFiles.of(video)
    return Site(
        title=title,
        author=author,
        theme=DARK,
        records=tuple(scene.record for scene in scenes),
        video=video,
        captions=beside.vtt,
        chapters=beside.chapters,
        **more,
    )
