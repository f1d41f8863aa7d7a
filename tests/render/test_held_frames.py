"""Held frames of H.264 repeat the frame before, and what follows is what x264 has encoded."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import pytest
from av.bitstream import BitStreamFilterContext
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture.formats import FrameFormat
from lecture.render.backend.canvas import YuvCanvas
from lecture.render.backend.encoding import Encoding
from lecture.render.backend.rectangles import Rectangle
from tests.held_frames import SMALL, Step, pictures, segment

KEY_DISTANCE = 250

# A hold at the start, at the end, of each length, across one and two key frames, and on one.
PLANS = {
    "from the start": [Step(1, 300), Step(5, 0)],
    "short": [Step(3, 1), Step(2, 2), Step(2, 5), Step(1, 8), Step(1, 9), Step(4, 10), Step(3, 0)],
    "long": [Step(7, 300), Step(30, 40), Step(3, 0)],
    "to the end": [Step(20, 60)],
    "across key frames": [Step(200, 600), Step(3, 40), Step(200, 20), Step(5, 0)],
    "of a key frame": [Step(KEY_DISTANCE + 1, 30), Step(2, 0)],
    "before a key frame": [Step(20, KEY_DISTANCE - 20), Step(20, 0)],
    "more than all frame numbers": [Step(2, n) for n in (14, 15, 16, 33)] + [Step(9, 0)],
}


def planes(frame: av.VideoFrame) -> bytes:
    return frame.to_ndarray().tobytes()


def decoded(video: bytes) -> list[bytes]:
    """Decode strictly: a wrong frame number or a damaged slice is an error."""
    with av.open(io.BytesIO(video)) as container:
        stream = container.streams.video[0]
        stream.codec_context.options = {"err_detect": "explode"}
        return [planes(frame) for frame in container.decode(stream)]


def expected(size: FrameFormat, plan: list[Step]) -> list[bytes]:
    """Encode the frames that x264 gets, unchanged by us, and show each as often as it is held."""
    encoder = VideoCodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = size.width, size.height, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, size.fps), Fraction(size.fps)
    encoder.options = dict(Encoding.H264.value.options)
    decoder = VideoCodecContext.create("h264", "r")
    canvas = YuvCanvas(size.width, size.height)
    shown: list[int] = []  # the index of the encoded frame that each frame shows
    packets, count = [], 0
    for pixels, frames in pictures(size, plan):
        canvas.update(pixels, [Rectangle(0, 0, size.width, size.height)])
        for unchanged in range(frames):
            is_key = len(shown) % KEY_DISTANCE == 0
            if is_key or not unchanged:
                canvas.frame.pts, canvas.frame.time_base = count, encoder.time_base
                canvas.frame.pict_type = PictureType.I if is_key else PictureType.NONE
                packets += encoder.encode(canvas.frame)
                count += 1
            shown.append(count - 1)
    packets += encoder.encode(None)
    found = [planes(f) for packet in packets for f in decoder.decode(av.Packet(bytes(packet)))]
    found += [planes(frame) for frame in decoder.decode(None)]
    assert len(found) == count
    return [found[index] for index in shown]


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_held_frames_are_equal_and_others_as_encoded(plan: list[Step]) -> None:
    assert decoded(segment(SMALL, plan)) == expected(SMALL, plan)


@pytest.mark.parametrize(
    "size",
    [FrameFormat(854, 480, 15), FrameFormat(1920, 1080, 60), FrameFormat(270, 480, 30)],
    ids=str,
)
def test_held_frames_are_equal_in_any_format(size: FrameFormat) -> None:
    plan = [Step(3, 40), Step(4, 20), Step(2, 0)]
    assert decoded(segment(size, plan)) == expected(size, plan)


@settings(max_examples=25)
@given(st.lists(st.builds(Step, st.integers(1, 20), st.integers(0, 80)), min_size=1, max_size=6))
def test_held_frames_are_equal_in_any_plan(plan: list[Step]) -> None:
    assert decoded(segment(SMALL, plan)) == expected(SMALL, plan)


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_frames_are_regular_and_key_frames_where_players_seek(plan: list[Step]) -> None:
    frames = sum(step.moving + step.held for step in plan)
    with av.open(io.BytesIO(segment(SMALL, plan))) as container:
        stream = container.streams.video[0]
        assert stream.frames == frames
        assert stream.average_rate == SMALL.fps
        assert stream.time_base is not None
        assert stream.duration == Fraction(frames, SMALL.fps) / stream.time_base
        packets = [packet for packet in container.demux(stream) if packet.pts is not None]
        assert [packet.pts for packet in packets] == [packet.dts for packet in packets]
        times = [packet.pts * stream.time_base * SMALL.fps for packet in packets]
        assert times == list(range(frames))
        keys = [number for number, packet in enumerate(packets) if packet.is_keyframe]
        assert keys == list(range(0, frames, KEY_DISTANCE))


def test_repeated_frames_take_a_few_bytes() -> None:
    with av.open(io.BytesIO(segment(FrameFormat(1920, 1080, 60), [Step(2, 200)]))) as container:
        sizes = [packet.size for packet in container.demux(video=0)]
    assert max(sizes[2:-1]) < 100


def test_ffmpeg_reads_consecutive_frame_numbers() -> None:
    """FFmpeg's filter that lists the fields of all headers is another parser of them."""
    plan = [Step(200, 600), Step(3, 40), Step(5, 0)]
    level = av.logging.get_level()
    av.logging.set_level(av.logging.INFO)
    try:
        with (
            av.open(io.BytesIO(segment(SMALL, plan))) as container,
            av.logging.Capture() as lines,
        ):
            stream = container.streams.video[0]
            headers = BitStreamFilterContext("trace_headers", stream)
            for packet in container.demux(stream):
                headers.filter(packet)
    finally:
        av.logging.set_level(level)
    fields = [line.split() for _, _, line in lines]
    numbers = [int(field[-1]) for field in fields if field[1:2] == ["frame_num"]]
    assert numbers == [index % KEY_DISTANCE % 16 for index in range(848)]


def test_seeking_into_a_hold_shows_its_picture() -> None:
    plan = PLANS["across key frames"]
    video = segment(SMALL, plan)
    frames = decoded(video)
    with av.open(io.BytesIO(video)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        for number in range(0, len(frames), 10):
            time = int(Fraction(number, SMALL.fps) / stream.time_base)
            container.seek(time, stream=stream)
            found = next(f for f in container.decode(stream) if f.pts is not None and f.pts >= time)
            assert planes(found) == frames[number], number


@pytest.mark.parametrize("encoding", [Encoding.VP9, Encoding.PRORES])
def test_other_encodings_have_all_frames(encoding: Encoding) -> None:
    plan = [Step(3, 40), Step(2, 0)]
    with av.open(io.BytesIO(segment(SMALL, plan, encoding))) as container:
        assert sum(1 for _ in container.decode(video=0)) == 45
