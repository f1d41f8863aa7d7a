"""Frame numbers of H.264, compared with FFmpeg's parser and with slices written bit by bit."""

from __future__ import annotations

from fractions import Fraction

import av
import pytest
from av.video.codeccontext import VideoCodecContext
from hypothesis import example, given
from hypothesis import strategies as st

from lecture.render.backend.encoding import Encoding
from lecture.render.backend.h264 import (
    add_emulation_prevention,
    frame_number_bits,
    with_frame_number,
)

# Bytes among which those that need an escape are frequent.
UNITS = st.lists(st.sampled_from([0, 0, 0, 1, 2, 3, 4, 255]), max_size=60).map(bytes)


def parameter_sets(pixel_format: str = "yuv420p", **options: str) -> bytes:
    """Return the parameter sets of x264 with the settings of segments and some others."""
    encoder = VideoCodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 128, 72, pixel_format
    encoder.time_base, encoder.framerate = Fraction(1, 10), Fraction(10)
    given = dict(Encoding.H264.value.options)
    given["x264-params"] = ":".join(
        [given["x264-params"], *(f"{name}={value}" for name, value in options.items())]
    )
    encoder.options = given
    encoder.flags |= av.codec.context.Flags.global_header
    encoder.open()
    assert encoder.extradata is not None
    return bytes(encoder.extradata)


def unescaped(unit: bytes) -> bytes:
    """Remove each byte 3 after two zeros, one byte after the other, as in section 7.3.1."""
    found, zeros = bytearray(), 0
    for byte in unit:
        if zeros >= 2 and byte == 3:
            zeros = 0
            continue
        found.append(byte)
        zeros = 0 if byte else zeros + 1
    return bytes(found)


def exp_golomb(number: int) -> str:
    digits = f"{number + 1:b}"
    return "0" * (len(digits) - 1) + digits


@given(UNITS)
def test_a_unit_with_emulation_prevention_has_no_start_code(unit: bytes) -> None:
    escaped = add_emulation_prevention(unit)
    assert unescaped(escaped) == unit
    assert not any(bytes([0, 0, byte]) in escaped for byte in range(3))
    assert not escaped.endswith(b"\0\0")


def unit_of(first_byte: int, bits: str) -> bytes:
    """Return a NAL unit of some bits, with a start code."""
    bits += "1"  # rbsp_stop_one_bit
    bits += "0" * (-len(bits) % 8)
    unit = bytes(int(bits[n : n + 8], 2) for n in range(0, len(bits), 8))
    return b"\0\0\0\1" + add_emulation_prevention(bytes([first_byte]) + unit)


@given(
    fields=st.tuples(st.integers(0, 5000), st.integers(0, 9), st.integers(0, 255)),
    bits=st.integers(4, 16),
    numbers=st.tuples(st.integers(0, 2**16 - 1), st.integers(0, 2**16 - 1)),
    rest=UNITS,
)
@example(fields=(0, 5, 0), bits=9, numbers=(511, 256), rest=bytes([0, 1]))  # gets an escape
@example(fields=(0, 5, 0), bits=9, numbers=(256, 511), rest=bytes([0, 1]))  # loses it
def test_only_the_frame_number_changes(
    fields: tuple[int, int, int], bits: int, numbers: tuple[int, int], rest: bytes
) -> None:
    """The fields are first_mb_in_slice, slice_type and pic_parameter_set_id."""
    before, after = (
        unit_of(
            0x41,
            "".join(map(exp_golomb, fields))
            + f"{number % 2**bits:0{bits}b}"
            + "".join(f"{byte:08b}" for byte in rest),
        )
        for number in numbers
    )
    assert with_frame_number(before, numbers[1], bits) == after


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv444p"])
def test_x264_writes_frame_numbers_of_four_bits(pixel_format: str) -> None:
    assert frame_number_bits(parameter_sets(pixel_format)) == 4


@given(bits=st.integers(4, 16), identifier=st.integers(0, 31))
def test_frame_numbers_of_any_length_are_read(bits: int, identifier: int) -> None:
    """In Baseline, fields of the samples are missing."""
    baseline, level = 66, 40
    fields = "".join(map(exp_golomb, (identifier, bits - 4, 2, 1)))
    unit = unit_of(0x67, f"{baseline:08b}{0:08b}{level:08b}{fields}")
    assert frame_number_bits(unit) == bits


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"bframes": "2"}, "order of decoding"),
        ({"ref": "3"}, "more than the picture before"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_pictures_cannot_be_inserted_into_another_stream(
    options: dict[str, str], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        frame_number_bits(parameter_sets(**options))


def test_scaling_matrices_of_a_sequence_are_an_error() -> None:
    """x264 has those of pictures only."""
    high, level = 100, 40
    samples = "".join(map(exp_golomb, (0, 1, 0, 0))) + "0"  # seq_parameter_set_id to qpprime
    unit = unit_of(0x67, f"{high:08b}{0:08b}{level:08b}{samples}1")
    with pytest.raises(ValueError, match="scaling matrices"):
        frame_number_bits(unit)


def test_a_stream_without_parameter_sets_is_an_error() -> None:
    with pytest.raises(ValueError, match="no sequence parameter set"):
        frame_number_bits(b"")
