"""Read and write the frame numbers of H.264 pictures, so that a picture can be repeated.

Field names and sections are those of ITU-T H.264. A NAL unit is a parameter set or a slice of a
picture, and a packet of x264 begins each with a start code.
"""

from __future__ import annotations

import re

__all__ = ["add_emulation_prevention", "frame_number_bits", "with_frame_number"]

_START_CODE = b"\0\0\0\1"
_SEQUENCE_PARAMETER_SET = 7  # a nal_unit_type
_TYPE_BITS = 0b11111  # of the first byte of a NAL unit
# Profiles whose parameter sets describe the samples, from section 7.3.2.1.1.
_HIGH_PROFILES = {44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244}
_RGB_OR_444 = 3  # a chroma_format_idc
_ORDER_OF_DECODING = 2  # a pic_order_cnt_type
_LONGEST_START = 24  # bytes of a slice that hold the fields up to its frame number
# Three bytes that would be a start code, or look like one with an escape byte (section 7.4.1); a
# NAL unit does not end in zeros.
_NEEDS_ESCAPE = re.compile(rb"\0\0(?=[\0-\3]|\Z)")


def frame_number_bits(parameter_sets: bytes) -> int:
    """Return the length of a frame number in a stream that pictures can be inserted into.

    Parameters
    ----------
    parameter_sets
        Parameter sets with start codes, such as the ``extradata`` of an encoder.

    Raises
    ------
    ValueError
        There is no sequence parameter set; or the pictures refer to more than one earlier picture,
        or have numbers for their order besides the frame number, so that each insertion would
        change later pictures.
    """
    units = [unit for unit in parameter_sets.split(b"\0\0\1") if unit]
    found = [unit for unit in units if unit[0] & _TYPE_BITS == _SEQUENCE_PARAMETER_SET]
    if not found:
        raise ValueError("there is no sequence parameter set")
    bits = _BitReader(_without_emulation_prevention(found[0])[1:])
    profile = bits.unsigned(8)
    bits.unsigned(16)  # constraints and level
    bits.exp_golomb()  # seq_parameter_set_id
    if profile in _HIGH_PROFILES:
        if bits.exp_golomb() == _RGB_OR_444:
            bits.unsigned(1)  # separate_colour_plane_flag
        bits.exp_golomb(), bits.exp_golomb()  # bit depths
        bits.unsigned(1)  # qpprime_y_zero_transform_bypass_flag
        if bits.unsigned(1):
            raise ValueError("the stream has scaling matrices")
    length = bits.exp_golomb() + 4  # log2_max_frame_num_minus4
    if bits.exp_golomb() != _ORDER_OF_DECODING:
        raise ValueError("the pictures are not in the order of decoding")
    if bits.exp_golomb() != 1:  # max_num_ref_frames
        raise ValueError("pictures refer to more than the picture before")
    return length


def with_frame_number(packet: bytes, number: int, bits: int) -> bytes:
    """Return the packet of a picture with another frame number.

    Parameters
    ----------
    packet
        A picture of one slice, which is no key frame: a start code and a NAL unit.
    number
        The frame number, modulo ``2**bits``.
    bits
        Length of a frame number, see `frame_number_bits`.

    Examples
    --------
    >>> picture = bytes.fromhex("00000001 419a223d7ffa58")
    >>> with_frame_number(picture, 2, 4).hex(" ", 4)
    '000000 01419a42 3d7ffa58'
    """
    unit = _without_emulation_prevention(packet.removeprefix(_START_CODE))
    start = unit[1:_LONGEST_START]
    reader = _BitReader(start)
    for _ in ("first_mb_in_slice", "slice_type", "pic_parameter_set_id"):
        reader.exp_golomb()
    after = 8 * len(start) - reader.position - bits
    value = int.from_bytes(start) & ~((2**bits - 1) << after) | (number % 2**bits) << after
    changed = unit[:1] + value.to_bytes(len(start)) + unit[_LONGEST_START:]
    return _START_CODE + add_emulation_prevention(changed)


def add_emulation_prevention(unit: bytes) -> bytes:
    """Return a NAL unit with a byte 3 wherever a start code would stand in it."""
    return _NEEDS_ESCAPE.sub(b"\0\0\3", unit)


def _without_emulation_prevention(unit: bytes) -> bytes:
    return unit.replace(b"\0\0\3", b"\0\0")


class _BitReader:
    """Reads numbers from the bits of some bytes, the highest bit of each first."""

    def __init__(self, data: bytes) -> None:
        self._bits = f"{int.from_bytes(data):0{8 * len(data)}b}"
        self.position = 0

    def unsigned(self, length: int) -> int:
        """Read a number of fixed length, the descriptor ``u(n)``."""
        start, self.position = self.position, self.position + length
        return int(self._bits[start : self.position], 2)

    def exp_golomb(self) -> int:
        """Read a number of variable length, the descriptor ``ue(v)``."""
        zeros = self._bits.index("1", self.position) - self.position
        self.position += zeros
        return self.unsigned(zeros + 1) - 1
