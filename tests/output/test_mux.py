"""Joining: exact to the frame, and nothing half done."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from lecture.errors import RenderError
from lecture.files import atomic_write
from lecture.output.video.mux import write_mp4
from lecture.output.video.packets import Joined, SegmentConcatenator
from lecture.voice.sound import RATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lecture.voice.sound import Samples


def render(path: Path, frames: int, *, rate: int = 15, width: int = 64, first: int = 0) -> Path:
    """Encode frames of one grey level each, which identifies the frame."""
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": "5"})
        stream.width, stream.height, stream.pix_fmt = width, 64, "yuv420p"
        for number in range(first, first + frames):
            pixels = np.full((64, width, 3), 20 + 5 * number, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return path


def join_videos(rendered: Sequence[Path], output: Path, *, fps: int, title: str = "") -> Joined:
    with atomic_write(output) as temporary:
        return write_mp4(temporary, rendered, fps, tags={"title": title, "artist": ""})


def test_joined_frames_are_all_there_in_order_and_on_time(tmp_path: Path) -> None:
    lengths = [1, 17, 2, 20]  # so short that segments overlap in the order of decoding
    firsts = [0, 1, 18, 20]
    rendered = [
        render(tmp_path / f"{number}.mp4", length, first=first)
        for number, (length, first) in enumerate(zip(lengths, firsts, strict=True))
    ]
    output = tmp_path / "joined.mp4"
    joined = join_videos(rendered, output, fps=15, title="A title")
    assert [part.frames for part in joined.parts] == lengths
    assert [part.start for part in joined.parts] == [Fraction(first, 15) for first in firsts]
    assert joined.seconds == Fraction(40, 15)
    with av.open(output) as video:
        assert video.metadata["title"] == "A title"
        assert "artist" not in video.metadata
        assert video.duration == pytest.approx(40 / 15 * av.time_base, abs=1)
        stream = video.streams.video[0]
        assert stream.frames == 40
        assert stream.average_rate == 15
        frames = list(video.decode(stream))
    assert [frame.time for frame in frames] == pytest.approx([i / 15 for i in range(40)])
    greys = [frame.to_ndarray(format="gray").mean() for frame in frames]
    assert np.all(np.diff(greys) > 2)


def test_segments_with_inexact_times_of_manim_are_put_on_time(tmp_path: Path) -> None:
    exact, shifted = render(tmp_path / "exact.mp4", 30), tmp_path / "shifted.mp4"
    with av.open(exact) as source, av.open(shifted, "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.pts is None or packet.dts is None:
                continue
            late = -5 if packet.pts > 10 * 1024 else 0
            packet.pts, packet.dts, packet.stream = packet.pts + late, packet.dts + late, stream
            target.mux(packet)
    output = tmp_path / "joined.mp4"
    assert join_videos([shifted, exact], output, fps=15).seconds == 4
    with av.open(output) as video:
        times = [frame.time for frame in video.decode(video=0)]
    assert times == pytest.approx([i / 15 for i in range(60)], abs=1e-6)


def test_decoding_times_only_go_up(tmp_path: Path) -> None:
    rendered = [render(tmp_path / f"{number}.mp4", 12) for number in range(3)]
    output = tmp_path / "joined.mp4"
    join_videos(rendered, output, fps=15)
    with av.open(output) as video:
        times = [packet.dts for packet in video.demux(video=0) if packet.dts is not None]
    assert len(times) == 36
    assert np.all(np.diff(times) > 0)


def test_the_index_comes_before_the_pictures(tmp_path: Path) -> None:
    output = tmp_path / "joined.mp4"
    join_videos([render(tmp_path / "a.mp4", 5)], output, fps=15)
    content = output.read_bytes()
    assert 0 < content.find(b"moov") < content.find(b"mdat")


@pytest.mark.parametrize("other", [{"rate": 30}, {"width": 32}])
def test_segments_that_differ_in_format_are_not_joined(
    tmp_path: Path, other: dict[str, int]
) -> None:
    output = tmp_path / "joined.mp4"
    output.write_bytes(b"good")
    rendered = [render(tmp_path / "a.mp4", 3), render(tmp_path / "b.mp4", 3, **other)]
    with pytest.raises(RenderError, match=r"differs in format|does not have 15 frames"):
        join_videos(rendered, output, fps=15)
    assert output.read_bytes() == b"good"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "b.mp4", "joined.mp4"]


def test_a_video_that_was_written_badly_is_noticed(tmp_path: Path) -> None:
    splitter = SegmentConcatenator(
        [render(tmp_path / "a.mp4", 30), render(tmp_path / "b.mp4", 15)], Fraction(15)
    )
    output = tmp_path / "joined.mp4"
    with av.open(output, "w") as container:
        stream = splitter.add_stream(container)
        for packet in splitter.packets(stream):
            container.mux(packet)
    splitter.check(output)
    content = bytearray(output.read_bytes())
    middle = content.find(b"mdat") + 400
    content[middle] ^= 1  # one bit
    output.write_bytes(content)
    with pytest.raises(RenderError, match="missing or damaged in the written video: 1 of 45;"):
        splitter.check(output)


def test_a_frame_that_was_not_written_is_noticed(tmp_path: Path) -> None:
    splitter = SegmentConcatenator([render(tmp_path / "a.mp4", 30)], Fraction(15))
    output = tmp_path / "joined.mp4"
    with av.open(output, "w") as container:
        *packets, _ = splitter.packets(splitter.add_stream(container))
        for packet in packets:
            container.mux(packet)
    with pytest.raises(RenderError, match="missing or damaged in the written video: 1 of 30;"):
        splitter.check(output)


def test_a_video_that_is_not_written_well_does_not_take_the_place_of_a_good_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damage_and_check(splitter: SegmentConcatenator, video: Path) -> None:
        video.write_bytes(video.read_bytes()[:-300])
        check(splitter, video)

    check = SegmentConcatenator.check
    monkeypatch.setattr(SegmentConcatenator, "check", damage_and_check)
    output = tmp_path / "joined.mp4"
    output.write_bytes(b"good")
    with pytest.raises(RenderError, match=r"missing or damaged|cannot join"):
        join_videos([render(tmp_path / "a.mp4", 45)], output, fps=15)
    assert output.read_bytes() == b"good"


def test_pieces_of_sound_are_heard_in_their_order(tmp_path: Path) -> None:
    pieces = 20
    tone = np.sin(np.arange(RATE // 10) * (2 * np.pi * 440 / RATE)).astype(np.float32)
    sound = (tone * np.float32((number + 1) / (pieces + 1)) for number in range(pieces))
    output = tmp_path / "joined.mp4"
    write_mp4(output, [render(tmp_path / "a.mp4", 30)], 15, tags={}, sound=sound)
    with av.open(output) as video:
        heard = np.concatenate([frame.to_ndarray()[0] for frame in video.decode(audio=0)])
    levels = [np.abs(heard[k * len(tone) : (k + 1) * len(tone)]).mean() for k in range(pieces)]
    assert np.all(np.diff(levels) > 0)


@pytest.mark.parametrize("samples", [0, 2 * RATE - 1, 2 * RATE + 1])
def test_sound_of_another_length_is_refused(tmp_path: Path, samples: int) -> None:
    segment, output = render(tmp_path / "a.mp4", 30), tmp_path / "joined.mp4"
    with pytest.raises(RenderError, match=f"the sound has {samples} samples, the video needs"):
        write_mp4(output, [segment], 15, tags={}, sound=[np.zeros(samples, np.float32)])


def test_a_fault_of_the_sound_is_that_of_the_video(tmp_path: Path) -> None:
    def sound() -> Iterator[Samples]:
        yield np.zeros(RATE, np.float32)
        raise RenderError("no more sound")

    with pytest.raises(RenderError, match="no more sound"):
        write_mp4(
            tmp_path / "joined.mp4", [render(tmp_path / "a.mp4", 30)], 15, tags={}, sound=sound()
        )
