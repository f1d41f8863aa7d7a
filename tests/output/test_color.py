"""Colours of what is made from segments: the tags stay, and pictures show what was drawn."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import Interpolation
from PIL import Image

from lecture.formats import FrameFormat
from lecture.output.clips.animated import write_gif, write_webp
from lecture.output.clips.frames import decode_frames, last_frame
from lecture.output.clips.select import beat_clips
from lecture.output.clips.video import write_video
from lecture.output.slides.title import draw_title
from lecture.output.video.mux import write_mp4
from lecture.palette import DARK, LIGHT, Theme
from lecture.render.backend.canvas import canvas_for
from lecture.render.backend.encoder import SegmentEncoder
from lecture.render.backend.encoding import Encoding
from lecture.render.backend.rectangles import Rectangle
from lecture.timeline import RenderedScene
from tests.color_tags import TAGS, container_tags, stream_tags
from tests.patches import TOLERANCE, draw, errors, rgb
from tests.rendered import ENCODINGS, FPS

RenderedScenes = Mapping[str, list[RenderedScene]]
SIZE = FrameFormat(854, 480, 15)


@pytest.fixture(scope="module", params=Encoding, ids=lambda encoding: encoding.name)
def segment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Patches that fade in."""
    encoding = request.param
    canvas = canvas_for(encoding, SIZE)
    encoder = SegmentEncoder(SIZE, encoding, canvas)
    everything = [Rectangle(0, 0, SIZE.width, SIZE.height)]
    for opacity in np.linspace(0, 1, 7):
        encoder.write(draw(SIZE.width, SIZE.height, opacity=opacity), everything)
    encoder.write(draw(SIZE.width, SIZE.height), everything, repeat=7)
    path = tmp_path_factory.mktemp("segments") / f"segment{encoding.suffix}"
    path.write_bytes(encoder.finish())
    return path


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_clips_are_tagged(rendered: RenderedScenes, encoding: str, tmp_path: Path) -> None:
    clip = next(iter(beat_clips(rendered[encoding])))
    output = tmp_path / f"clip{clip.segment.suffix}"
    write_video(clip, output)
    assert container_tags(output) == TAGS
    assert stream_tags(output) == stream_tags(clip.segment)


def test_the_video_is_tagged(rendered: RenderedScenes, tmp_path: Path) -> None:
    output = tmp_path / "video.mp4"
    write_mp4(output, [path for scene in rendered["h264"] for path in scene.segments], FPS, tags={})
    assert container_tags(output) == stream_tags(output) == TAGS


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_title_slide_has_the_background(theme: Theme) -> None:
    with Image.open(io.BytesIO(draw_title(320, 180, theme, title="One", author=""))) as picture:
        corner = np.array(picture.convert("RGB").getpixel((8, 8)))
    assert np.abs(corner - rgb(theme.background)).max() <= TOLERANCE


def test_pictures_show_the_colors_that_were_drawn(segment: Path) -> None:
    shown = errors(np.asarray(last_frame(segment)))
    assert max(shown.values()) <= TOLERANCE, shown


@pytest.mark.parametrize("segment", [Encoding.H264], indirect=True, ids=["H264"])
@pytest.mark.parametrize("suffix", ["gif", "webp"])
def test_animated_pictures_show_the_colors_that_were_drawn(
    segment: Path, suffix: str, tmp_path: Path
) -> None:
    output = tmp_path / f"clip.{suffix}"
    write = write_gif if suffix == "gif" else write_webp
    write(segment, output, width=640, fps=15, loop=False)
    with Image.open(output) as picture:
        picture.seek(getattr(picture, "n_frames", 1) - 1)
        shown = errors(np.asarray(picture.convert("RGB")))
    assert max(shown.values()) <= TOLERANCE, shown


@pytest.mark.parametrize("segment", [Encoding.H264, Encoding.PRORES], indirect=True)
def test_a_png_of_a_frame_is_srgb(segment: Path, tmp_path: Path) -> None:
    """FFmpeg copies the transfer function; browsers adapt the colours of a PNG with another one."""
    *_, frame = decode_frames(segment)
    accurate = Interpolation.BILINEAR | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
    picture = frame.reformat(format="rgb24", interpolation=accurate)
    png = tmp_path / "frame.png"
    with av.open(png, "w", format="image2", options={"update": "1"}) as container:
        stream = container.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, "rgb24"
        # As the program ffmpeg does.
        stream.color_primaries, stream.color_trc = frame.color_primaries, frame.color_trc
        picture.pts = 0
        container.mux([*stream.encode(picture), *stream.encode(None)])
    assert b"cICP" not in png.read_bytes()
    with Image.open(png) as shown:
        assert "srgb" in shown.info
        assert max(errors(np.asarray(shown)).values()) <= TOLERANCE
