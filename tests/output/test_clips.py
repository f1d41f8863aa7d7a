"""Clips: the files of each beat, decoded by other libraries than those that wrote them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import av
import numpy as np
import pytest
from av.codec.context import CodecContext
from av.video.reformatter import Interpolation
from bs4 import BeautifulSoup
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console

from lecture.config.issues import SpecError
from lecture.errors import InputError, RenderError
from lecture.files import foreign_files
from lecture.output.clips.embed import snippets
from lecture.output.clips.formats import ClipFormat
from lecture.output.clips.frames import closing_frame, last_frame, loop_error, poster_frame
from lecture.output.clips.make import ClipOptions, Clips, make_clips
from lecture.output.clips.report import ClipReport, earlier_clips, size_table
from lecture.output.clips.select import beat_clips, known_beats, read_beats
from lecture.timeline import RenderedScene
from lecture.voice.narration import SpokenLecture
from lecture.voice.sound import RATE
from scenes import LECTURE
from tests.color_tags import TAGS, container_tags
from tests.rendered import BACKGROUND, FPS, HEIGHT, INK, MOVES, WIDTH

RenderedScenes = Mapping[str, list[RenderedScene]]

NAMES = [
    "01-forward_pass-01-the_chain",
    "01-forward_pass-02-one_neuron",
    "01-forward_pass-03-the_rest",
    "02-backward_pass-01-start_at_the_cost",
    "02-backward_pass-02-the_log_axis",
]
CHAIN, NEURON, REST, COST, AXIS = NAMES
# By default swscale interpolates chroma coarsely, as players do not.
ACCURATE = (
    Interpolation.BILINEAR
    | Interpolation.BITEXACT
    | Interpolation.ACCURATE_RND
    | Interpolation.FULL_CHR_H_INT
)


@pytest.fixture(scope="module")
def folder(clips: Clips) -> Path:
    return clips.page.parent


def pixels(path: Path) -> list[NDArray[np.uint8]]:
    """Decode the frames of a video to RGBA, with the alpha channel."""
    with av.open(path) as container:
        stream = container.streams.video[0]
        if stream.codec_context.name == "vp9":
            decoder = CodecContext.create("libvpx-vp9", "r")
            packets = [packet for packet in container.demux(stream) if packet.size]
            frames = [frame for packet in [*packets, None] for frame in decoder.decode(packet)]
        else:
            frames = list(container.decode(stream))
        return [frame.to_ndarray(format="rgba", interpolation=ACCURATE) for frame in frames]


def test_each_beat_has_all_files(clips: Clips, folder: Path) -> None:
    suffixes = [".gif", ".mov", ".mp4", ".vtt", ".webm", ".webp", "-last.png", "-poster.png"]
    expected = [f"{name}{suffix}" for name in NAMES for suffix in suffixes]
    found = sorted(path.name for path in folder.iterdir())
    assert found == sorted([*expected, ".lecture-files", "clips.json", "index.html"])
    assert [clip.name for clip in clips.report.clips] == NAMES


def test_an_mp4_holds_the_packets_of_the_segment(folder: Path, rendered: RenderedScenes) -> None:
    segment = rendered["h264"][1].segments[0]
    made = folder / f"{COST}.mp4"
    with av.open(segment) as before, av.open(made) as after:
        copied = [bytes(packet) for packet in after.demux(video=0) if packet.size]
        assert copied == [bytes(packet) for packet in before.demux(video=0) if packet.size]
        assert len(copied) == len(MOVES["BackwardPass"]["start_at_the_cost"])
        stream = after.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert stream.average_rate == FPS
    content = made.read_bytes()
    assert 0 < content.find(b"moov") < content.find(b"mdat")


@pytest.mark.parametrize("suffix", ["webm", "mov"])
def test_only_the_background_is_transparent(folder: Path, suffix: str) -> None:
    frames = pixels(folder / f"{CHAIN}.{suffix}")
    assert len(frames) == len(MOVES["ForwardPass"]["the_chain"])
    last = frames[-1]
    corners = last[[0, 0, -1, -1], [0, -1, 0, -1], 3]
    assert corners.max() == 0
    ink = last[40:56, 68:84]  # well inside the square, which ends at 60
    assert ink[..., 3].min() == 255
    assert np.abs(ink[..., :3].astype(int) - INK).max() <= 8
    assert frames[0][..., 3].max() == 0
    # Players choose the decoder of a MOV by this tag, which is that of ProRes 4444.
    assert (b"ap4h" in (folder / f"{CHAIN}.{suffix}").read_bytes()) is (suffix == "mov")


@pytest.mark.parametrize("suffix", ["gif", "webp"])
def test_animated_pictures_have_the_width_and_rate_of_the_options(
    folder: Path, suffix: str
) -> None:
    with Image.open(folder / f"{COST}.{suffix}") as picture:
        assert picture.size == (120, 72)
        duration, centres = 0, []
        for number in range(getattr(picture, "n_frames", 1)):
            picture.seek(number)
            frame = np.asarray(picture.convert("RGB")).astype(int)
            duration += picture.info["duration"]
            inked = np.abs(frame - INK).max(axis=2) < 40
            centres.append(np.flatnonzero(inked.any(axis=0)).mean())
    assert duration == 1600
    assert len(centres) == 8  # 1.6 s at 5 frames per second, all different
    # The square moves by 16 of 160 pixels between these frames, so by 12 of 120.
    assert np.diff(centres) == pytest.approx(12, abs=1.5)


def test_a_gif_keeps_flat_colours_flat(folder: Path) -> None:
    with Image.open(folder / f"{AXIS}.gif") as picture:
        frame = np.asarray(picture.convert("RGB")).astype(int)
    assert np.ptp(frame[:16].reshape(-1, 3), axis=0).max() <= 4
    assert np.abs(frame[0, 0] - BACKGROUND).max() <= 6


@pytest.mark.parametrize(("name", "loops"), [(NEURON, True), (COST, False), (CHAIN, False)])
def test_only_loops_without_a_jump_repeat(folder: Path, name: str, loops: bool) -> None:
    report = ClipReport.model_validate_json((folder / "clips.json").read_text(encoding="utf-8"))
    (clip,) = [clip for clip in report.clips if clip.name == name]
    assert clip.loop is loops
    # The NETSCAPE2.0 extension of GIF, and the loop count in the ANIM chunk of WebP, 0 for ever.
    assert (b"NETSCAPE2.0" in (folder / f"{name}.gif").read_bytes()) is loops
    webp = (folder / f"{name}.webp").read_bytes()
    times = webp.find(b"ANIM") + 12
    assert int.from_bytes(webp[times : times + 2], "little") == (0 if loops else 1)
    html = snippets(clip, clip.files[0])[0].text
    assert ("autoplay loop muted" in html) is loops


def test_the_last_frame_of_a_loop_is_its_first(rendered: RenderedScenes, clips: Clips) -> None:
    by_name = {clip.name: clip for clip in beat_clips(rendered["h264"])}
    first, *_, last = pixels(by_name[NEURON].segment)
    assert np.abs(first.astype(int) - last.astype(int)).mean() < 1
    errors = {clip.name: clip.loop_error for clip in clips.report.clips}
    assert errors[NEURON] < 0.04 < errors[COST]
    assert errors[CHAIN] is None
    assert [clip.name for clip in clips.report.not_loopable] == [COST]
    page = BeautifulSoup(clips.page.read_text(encoding="utf-8"), "lxml")
    notes = {heading["id"]: heading.find_next("p").text for heading in page.select("h3[id]")}
    assert [name for name, text in notes.items() if "plays in a loop" in text] == [NEURON]
    assert [name for name, text in notes.items() if "plays once" in text] == [COST]


def test_a_small_object_that_jumps_has_a_loop_error(tmp_path: Path) -> None:
    path = tmp_path / "dot.mp4"
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"crf": "18"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for left in (100, 108, 116):
            frame = np.zeros((360, 640, 3), dtype=np.uint8)
            frame[200:208, left : left + 8] = 230
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    assert loop_error(path) > 0.1


def test_posters_are_never_empty(folder: Path) -> None:
    def ink_of(name: str) -> float:
        with Image.open(folder / name) as picture:
            frame = np.asarray(picture.convert("RGB")).astype(int)
        assert frame.shape == (HEIGHT, WIDTH, 3)
        return float((np.abs(frame - INK).max(axis=2) < 40).mean())

    square = 32 * 32 / (WIDTH * HEIGHT)
    for name in NAMES:
        assert ink_of(f"{name}-poster.png") == pytest.approx(square, rel=0.1)
        ends_empty = name == REST
        assert ink_of(f"{name}-last.png") == pytest.approx(0 if ends_empty else square, rel=0.1)


def test_the_last_frame_is_the_last_one(rendered: RenderedScenes) -> None:
    for clip in beat_clips(rendered["h264"]):
        last = last_frame(clip.segment)
        assert np.array_equal(np.asarray(last.convert("RGBA")), pixels(clip.segment)[-1])
        closing = closing_frame(clip.segment)
        assert (closing == last) is (clip.name != REST)
        assert (np.abs(np.asarray(closing).astype(int) - INK).max(axis=2) < 40).mean() > 0.05


def test_the_poster_is_the_first_frame_that_shows_something(folder: Path) -> None:
    def left_edge(name: str) -> int:
        with Image.open(folder / name) as picture:
            frame = np.asarray(picture.convert("RGB")).astype(int)
        return int(np.flatnonzero((np.abs(frame - INK).max(axis=2) < 40).any(axis=0))[0])

    moves = {NAMES[0]: 16, NEURON: 16, REST: 16, COST: 0, AXIS: 64}
    for name, first in moves.items():
        assert left_edge(f"{name}-poster.png") == pytest.approx(first, abs=2)
    # The last frame gives away where the square goes.
    assert left_edge(f"{COST}-last.png") == pytest.approx(120, abs=2)
    report = ClipReport.model_validate_json((folder / "clips.json").read_text(encoding="utf-8"))
    pictures = {clip.name: clip.picture for clip in report.clips}
    assert pictures[COST] == f"{COST}-last.png"
    assert pictures[REST] == f"{REST}-poster.png"  # its last frame is empty


def test_the_poster_of_a_beat_that_fades_in_is_not_pale(tmp_path: Path) -> None:
    path = tmp_path / "fade.mp4"
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"crf": "18"})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        # A title fades in, then there is much more on the screen.
        for brightness, rows in ((0, 8), (40, 8), (150, 8), (230, 8), (230, 48)):
            frame = np.zeros((64, 64, 3), dtype=np.uint8)
            frame[8 : 8 + rows] = brightness
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    poster = np.asarray(poster_frame(path).convert("L")).astype(int)
    assert poster[12, 32] == pytest.approx(150, abs=8)
    assert poster[40, 32] < 10


def test_captions_are_timed_from_the_start_of_the_beat(folder: Path) -> None:
    text = (folder / f"{NEURON}.vtt").read_text(encoding="utf-8")
    head, cue = text.split("\n\n")
    assert head == "WEBVTT"
    _, times, caption = cue.splitlines()
    assert len(MOVES["ForwardPass"]["one_neuron"]) == 13
    assert times == "00:00:00.200 --> 00:00:01.300"
    assert caption == "In one_neuron: w &lt; 1 &amp; b &gt; 0."


def test_the_report_states_the_sizes(clips: Clips, folder: Path) -> None:
    out = io.StringIO()
    Console(file=out, width=100).print(size_table(clips.report.clips))
    assert len(clips.report.files) == 25
    for file in clips.report.files:
        assert file.size == (folder / file.file).stat().st_size
        expected = (120, 72, 5) if file.format in {"gif", "webp"} else (WIDTH, HEIGHT, FPS)
        assert (file.width, file.height, file.fps) == expected
    total = sum(file.size for file in clips.report.files)
    assert out.getvalue().rstrip().endswith(f"{total / 1000:,.0f}")
    assert f"{CHAIN}" in out.getvalue()


def test_names_have_the_number_of_the_scene_in_the_lecture(rendered: RenderedScenes) -> None:
    order = ("SigmaPrime", "BackwardPass", "ForwardPass")
    chosen = {("BackwardPass", "the_log_axis"), ("ForwardPass", "one_neuron")}
    names = [clip.name for clip in beat_clips(rendered["h264"], chosen, order)]
    assert names == ["02-backward_pass-02-the_log_axis", "03-forward_pass-02-one_neuron"]


@pytest.mark.parametrize("suffix", ["mp4", "webm", "mov"])
def test_clips_have_speech(
    rendered: RenderedScenes, spoken: SpokenLecture, tmp_path: Path, suffix: str
) -> None:
    kind = ClipFormat(suffix)
    made = make_clips(
        {kind.encoding: rendered[kind.encoding]}, tmp_path / "clips", ClipOptions((kind,)), spoken
    )
    for pitch, name in zip(range(300, 800, 100), NAMES, strict=True):
        with av.open(made.page.parent / f"{name}.{suffix}") as container:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            frames = [out for f in container.decode(audio=0) for out in resampler.resample(f)]
        sound = np.concatenate([frame.to_ndarray()[0] for frame in frames])
        middle = sound[round(0.3 * RATE) : round(0.6 * RATE)]  # the speech is from 0.2 to 0.7 s
        loudest = np.abs(np.fft.rfft(middle * np.hanning(len(middle)))).argmax()
        assert loudest * RATE / len(middle) == pytest.approx(pitch, abs=4)
        assert np.abs(sound[: round(0.15 * RATE)]).max() < 0.01
        assert np.abs(sound[round(0.8 * RATE) : round(1.2 * RATE)]).max() < 0.01
    assert container_tags(made.page.parent / f"{CHAIN}.{suffix}") == TAGS
    frames = pixels(made.page.parent / f"{CHAIN}.{suffix}")
    assert len(frames) == len(MOVES["ForwardPass"]["the_chain"])
    with av.open(made.page.parent / f"{CHAIN}.{suffix}") as container:
        tag = container.streams.video[0].codec_context.codec_tag
    assert tag == {"mp4": "avc1", "webm": "\0\0\0\0", "mov": "ap4h"}[suffix]
    if suffix == "webm":  # the element AlphaMode with the value 1
        assert b"\x53\xc0\x81\x01" in (made.page.parent / f"{CHAIN}.webm").read_bytes()
    if suffix != "mp4":
        assert frames[-1][0, 0, 3] == 0
        assert frames[-1][48, 76, 3] == 255


def test_earlier_clips_stay_after_a_failure(
    rendered: RenderedScenes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "clips"
    make_clips({"h264": rendered["h264"]}, folder, ClipOptions())
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lecture.output.clips.make.write_video", full)
    with pytest.raises(RenderError, match=r"cannot make .*No space left"):
        make_clips({"h264": rendered["h264"]}, folder, ClipOptions())
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["clips"]


def test_new_clips_replace_all_earlier_clips(rendered: RenderedScenes, tmp_path: Path) -> None:
    folder = tmp_path / "clips"
    make_clips({"h264": rendered["h264"]}, folder, ClipOptions())
    only = {("BackwardPass", "the_log_axis")}
    make_clips({"h264": rendered["h264"]}, folder, ClipOptions(beats=only))
    assert [path.name for path in sorted(folder.glob("*.mp4"))] == [f"{AXIS}.mp4"]
    assert foreign_files(folder) == []


def test_earlier_clips_stay_in_the_folder_and_on_its_page(
    rendered: RenderedScenes, tmp_path: Path
) -> None:
    folder, of_axis = tmp_path / "clips", {("BackwardPass", "the_log_axis")}
    assert earlier_clips(folder) is None
    make_clips({"h264": rendered["h264"]}, folder, ClipOptions(notes=True))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / f"{NEURON}.mp4").unlink()  # by the user
    for formats in ((ClipFormat.GIF,), (ClipFormat.MP4, ClipFormat.GIF)):
        options = ClipOptions(formats=formats, width=80, fps=5, beats=of_axis)
        made = make_clips(
            {"h264": rendered["h264"]}, folder, options, earlier=earlier_clips(folder)
        )
        assert [clip.name for clip in made.report.clips] == [AXIS]
    there = [name for name in NAMES if name != NEURON]
    assert [clip.name for clip in made.all_clips.clips] == there
    assert made.all_clips == earlier_clips(folder)
    assert [file.format for file in made.all_clips.clips[-1].files] == ["mp4", "gif"]
    for name in there:
        for suffix in (".mp4", "-poster.png", "-last.png", ".vtt"):
            assert (folder / f"{name}{suffix}").read_bytes() == before[f"{name}{suffix}"]
    page = BeautifulSoup(made.page.read_text(encoding="utf-8"), "lxml")
    assert [heading["id"] for heading in page.select("h3[id]")] == there
    assert foreign_files(folder) == []
    # The earlier clips had notes, which the page for students does not get from them.
    assert "Say it" not in (folder / "clips.json").read_text(encoding="utf-8")


def test_a_report_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "clips.json").write_text('{"clips": [1]}', encoding="utf-8")
    with pytest.raises(InputError, match=r"another version; choose another --output, or pass --re"):
        earlier_clips(tmp_path)


def test_no_clip_is_a_failure(rendered: RenderedScenes, tmp_path: Path) -> None:
    options = ClipOptions(beats={("BackwardPass", "nothing")})
    with pytest.raises(RenderError, match="there is no clip"):
        make_clips({"h264": rendered["h264"]}, tmp_path / "clips", options)
    assert not (tmp_path / "clips").exists()


def test_a_damaged_segment_is_reported(rendered: RenderedScenes, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(rendered["h264"][0].segments[0].read_bytes()[:400])
    scene = rendered["h264"][0]
    broken = RenderedScene(scene.record, (damaged, *scene.segments[1:]))
    with pytest.raises(RenderError, match=r"cannot (make|join)"):
        make_clips({"h264": [broken]}, tmp_path / "clips", ClipOptions())
    assert not (tmp_path / "clips").exists()


def test_beats_are_read_by_name() -> None:
    known = known_beats(LECTURE, ["ForwardPass", "BackwardPass"])
    assert known["ForwardPass"] == tuple(LECTURE.load_words().scenes["ForwardPass"].beats)
    assert read_beats("the_cost, BackwardPass.read_it_off,the_cost", known) == (
        ("ForwardPass", "the_cost"),
        ("BackwardPass", "read_it_off"),
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("the_log_axs", '"the_log_axs"; allowed: start_at_the_cost, .*mean "the_log_axis"'),
        ("BackwardPass.recap", "allowed: BackwardPass.start_at_the_cost"),
        ("", 'there is no beat ""'),
        ("the_log_axis,,x", r'(?s)no beat "";.*\n.*no beat "x";'),
    ],
)
def test_unknown_beats_are_reported(given: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        read_beats(given, known_beats(LECTURE, ["BackwardPass"]))
