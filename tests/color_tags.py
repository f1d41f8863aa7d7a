"""Colour tags of videos, read from the bytes of their containers and from their streams alone."""

from __future__ import annotations

import struct
from pathlib import Path

import av
from av.codec.context import CodecContext

# By ITU-T H.273: primaries of BT.709, transfer function of sRGB, matrix of BT.709, limited range.
TAGS = {"primaries": 1, "transfer": 13, "matrix": 1, "range": 1}

# Identifiers of Matroska: https://www.rfc-editor.org/rfc/rfc9559#name-colour-element
_MATROSKA = {"primaries": 0x55BB, "transfer": 0x55BA, "matrix": 0x55B1, "range": 0x55B9}


def container_tags(path: Path) -> dict[str, int]:
    """Read the ``colr`` box of an MP4 or MOV file, or the colour elements of a WebM file."""
    content = path.read_bytes()
    if path.suffix == ".webm":
        return {name: _element(content, number) for name, number in _MATROSKA.items()}
    assert content.count(b"colr") == 1
    box = content[content.index(b"colr") + 4 :]
    kind, primaries, transfer, matrix = struct.unpack_from(">4s3H", box)
    assert kind == {".mp4": b"nclx", ".mov": b"nclc"}[path.suffix]
    # QuickTime has no range, MP4 a bit for the full one.
    full = box[10] >> 7 if kind == b"nclx" else 0
    return {"primaries": primaries, "transfer": transfer, "matrix": matrix, "range": 1 + full}


def _element(content: bytes, number: int) -> int:
    header = number.to_bytes(2, "big") + b"\x81"  # of a value of one byte
    assert content.count(header) == 1
    return content[content.index(header) + 3]


def stream_tags(path: Path) -> dict[str, int]:
    """Decode the first frame without the container, and return the tags that it gets."""
    with av.open(path) as container:
        stream = container.streams.video[0]
        decoder = CodecContext.create(stream.codec_context.name, "r")
        if stream.codec_context.extradata:
            decoder.extradata = stream.codec_context.extradata
        packet = next(packet for packet in container.demux(stream) if packet.size)
        frame, *_ = [*decoder.decode(av.Packet(bytes(packet))), *decoder.decode(None)]
    return {
        "primaries": frame.color_primaries,
        "transfer": frame.color_trc,
        "matrix": frame.colorspace,
        "range": frame.color_range,
    }
