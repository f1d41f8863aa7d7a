"""Sound files of all formats, trimming and resampling."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from lecture.voice.sound import (
    RATE,
    Sound,
    SoundError,
    read_sound,
    read_wav,
    resampled,
    trimmed,
    write_wav,
)

Write = Callable[..., Path]


def tone(seconds: float, rate: int = RATE, pitch: float = 440.0, level: float = 0.5) -> np.ndarray:
    return (level * np.sin(2 * np.pi * pitch * np.arange(round(seconds * rate)) / rate)).astype(
        "f4"
    )


def pitch_of(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * RATE / len(samples))


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("codec", ["pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le"])
def test_all_formats_of_wav_give_the_same_sound(
    wav: Write, rate: int, channels: int, codec: str
) -> None:
    samples = read_sound(wav("a.wav", tone(1.0, rate), rate=rate, channels=channels, codec=codec))
    assert samples.dtype == np.float32
    assert len(samples) == pytest.approx(RATE, abs=RATE // 200)
    assert pitch_of(samples) == pytest.approx(440, abs=1.5)
    middle = samples[RATE // 4 : 3 * RATE // 4]
    assert np.abs(middle).max() == pytest.approx(0.5, rel=0.03)


def write_channels(path: Path, layout: str, *channels: np.ndarray) -> Path:
    with av.open(path, "w") as container:
        stream = container.add_stream("pcm_f32le", rate=RATE, layout=layout)
        frame = av.AudioFrame.from_ndarray(
            np.stack(channels, axis=1).astype(np.float32).reshape(1, -1),
            format="flt",
            layout=layout,
        )
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_two_channels_are_mixed(tmp_path: Path) -> None:
    path = write_channels(tmp_path / "a.wav", "stereo", np.zeros(RATE), tone(1.0))
    assert np.abs(read_sound(path)).max() == pytest.approx(0.25, rel=0.05)
    noise = np.random.default_rng(0).normal(scale=0.1, size=(2, RATE))
    path = write_channels(tmp_path / "b.wav", "stereo", *noise)
    assert np.allclose(read_sound(path), noise.mean(axis=0), atol=1e-6)


@pytest.mark.parametrize("left", [-1.0, -0.9, -0.5, -1.5])
def test_the_louder_channel_is_heard_where_channels_cancel(tmp_path: Path, left: float) -> None:
    right = tone(2.0)
    samples = read_sound(write_channels(tmp_path / "a.wav", "stereo", left * right, right))
    assert np.abs(samples).max() == pytest.approx(0.5 * max(1, -left), rel=0.01)
    assert pitch_of(samples) == pytest.approx(440, abs=1)


def test_channels_that_cancel_for_a_while_are_heard_throughout(tmp_path: Path) -> None:
    right = tone(4.0)
    sign = np.where(np.arange(len(right)) < 2 * RATE, 1, -1)
    samples = read_sound(write_channels(tmp_path / "a.wav", "stereo", sign * right, right))
    parts = np.abs(samples).reshape(16, -1).max(axis=1)
    assert parts.min() > 0.2
    assert np.allclose(samples[:RATE], right[:RATE], atol=1e-6)
    assert np.allclose(np.abs(samples[-RATE:]), np.abs(right[-RATE:]), atol=1e-6)


def test_six_channels_that_cancel_are_heard(tmp_path: Path) -> None:
    silence, right = np.zeros(RATE), tone(1.0)
    path = tmp_path / "a.wav"
    write_channels(path, "5.1", -right, right, silence, silence, silence, silence)
    assert np.abs(read_sound(path)).max() == pytest.approx(0.5, rel=0.01)
    write_channels(path, "5.1", silence, silence, right, silence, silence, silence)
    assert np.abs(read_sound(path)).max() == pytest.approx(0.5 / 6, rel=0.01)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "cannot be read"), (b"not a sound" * 99, "cannot be read"), (b"RIFF", "cannot be read")],
)
def test_files_without_sound_are_invalid(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(SoundError, match=reason):
        read_sound(path)


def test_long_and_undefined_sound_is_invalid(wav: Write) -> None:
    with pytest.raises(SoundError, match="longer than 120 seconds"):
        read_sound(wav("long.wav", np.zeros(121 * 8000, "f4"), rate=8000))
    broken = tone(1.0)
    broken[1000] = np.nan
    with pytest.raises(SoundError, match="not numbers"):
        read_sound(wav("nan.wav", broken, codec="pcm_f32le"))


def test_a_video_without_sound_is_invalid(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=15)
        stream.width = stream.height = 16
        stream.pix_fmt = "yuv420p"
        container.mux(stream.encode(av.VideoFrame(16, 16, "yuv420p")))
        container.mux(stream.encode())
    with pytest.raises(SoundError, match="has no sound"):
        read_sound(path)


@pytest.mark.parametrize("noise", [0.0, 0.0005, 0.003])
def test_silence_is_trimmed_with_and_without_noise(noise: float) -> None:
    generator = np.random.default_rng(1)
    silence = np.zeros(RATE // 2, np.float32)
    whole = np.concatenate([silence, tone(1.0), silence])
    whole += (noise * generator.standard_normal(len(whole))).astype("f4")
    speech = trimmed(whole)
    loud = np.flatnonzero(np.abs(speech) > 0.1)
    assert 0.02 * RATE <= loud[0] <= 0.045 * RATE
    assert 0.05 * RATE <= len(speech) - loud[-1] <= 0.09 * RATE


def test_pauses_in_speech_are_not_trimmed() -> None:
    silence = np.zeros(RATE, np.float32)
    whole = np.concatenate([silence, tone(0.5), silence, tone(0.5), silence])
    assert len(trimmed(whole)) == pytest.approx(2.1 * RATE, abs=0.03 * RATE)


def test_a_soft_consonant_does_not_make_a_line_late() -> None:
    soft = tone(0.3, level=0.5 * 10 ** (-33 / 20))
    speech = trimmed(np.concatenate([np.zeros(RATE, "f4"), soft, tone(1.0)]))
    assert np.flatnonzero(np.abs(speech) > 0.1)[0] <= 0.045 * RATE


def test_trimmed_silence_is_empty() -> None:
    assert len(trimmed(np.zeros(RATE, np.float32))) == 0
    assert len(trimmed(np.zeros(3, np.float32))) == 0


def test_resampling_keeps_pitch_and_duration() -> None:
    samples = resampled(Sound(tone(1.0, 24_000), 24_000))
    assert len(samples) == pytest.approx(RATE, abs=64)
    assert pitch_of(samples) == pytest.approx(440, abs=1.5)


def test_written_sound_is_deterministic_and_can_be_read(tmp_path: Path) -> None:
    first, second = tmp_path / "a.wav", tmp_path / "b.wav"
    samples = tone(0.2)
    write_wav(first, samples)
    write_wav(second, samples)
    assert first.read_bytes() == second.read_bytes()
    assert np.abs(read_wav(first) - samples).max() < 1 / 32767
    with pytest.raises(SoundError, match="cannot be read"):
        read_wav(tmp_path / "none.wav")
