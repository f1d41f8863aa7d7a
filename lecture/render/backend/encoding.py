"""Codecs and settings of segments."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

__all__ = ["Encoding"]


@dataclass(frozen=True, slots=True)
class _Codec:
    suffix: str
    name: Literal["libx264", "libvpx-vp9", "prores_ks"]
    pixel_format: str
    options: tuple[tuple[str, str], ...]
    transparent: bool


# What a drawn picture needs: no look ahead for changes of scene, of which there are none within a
# beat, no weighing by texture, of which there is none, and motion by whole pixels, since nothing
# is a camera's. A constant quantiser leaves nothing to improve in a picture that is held, and needs
# no estimate of what a frame will take. With a coarser one, or a wider dead zone, flat colours
# could be three levels of 255 off after they faded in. The picture is nearer to what was drawn than
# with manim's settings, for a quarter of the work. Each frame is encoded at once, without waiting
# for the time of the next, and refers to the frame before only, so that the encoder of segments can
# repeat it. One thread: there is a process for each core.
_X264 = ":".join(  # noqa: FLY002  (one a line can be read)
    (
        "rc-lookahead=0",
        "sync-lookahead=0",
        "force-cfr=1",
        "bframes=0",
        "ref=1",
        "mbtree=0",
        "scenecut=0",
        "weightp=0",
        "aq-mode=0",
        "no-deblock=1",
        "subme=0",
        "deadzone-inter=11",
    )
)

_LAMBDA = 118  # FFmpeg's unit of a quantiser, FF_QP2LAMBDA


class Encoding(Enum):
    """Encoding of segments: for players and slides, or with a transparent background."""

    H264 = _Codec(
        ".mp4",
        "libx264",
        "yuv420p",
        (("preset", "superfast"), ("qp", "18"), ("threads", "1"), ("x264-params", _X264)),
        transparent=False,
    )
    VP9 = _Codec(
        ".webm",
        "libvpx-vp9",
        "yuva420p",
        (
            ("crf", "24"),
            ("b", "0"),
            ("deadline", "realtime"),
            ("cpu-used", "8"),
            ("auto-alt-ref", "0"),
            ("threads", "1"),
        ),
        transparent=True,
    )
    PRORES = _Codec(
        ".mov",
        "prores_ks",
        "yuva444p10le",
        (
            ("profile", "4444"),
            # A fixed quantiser, at 60 dB: without it the encoder tries many for each slice, which
            # takes six times as long, for files of twice the size.
            ("flags", "+qscale"),
            ("global_quality", str(8 * _LAMBDA)),
            ("alpha_bits", "8"),  # as drawn
            ("vendor", "apl0"),
            ("threads", "1"),
        ),
        transparent=True,
    )

    @property
    def suffix(self) -> str:
        """Suffix of the file names."""
        return self.value.suffix

    @property
    def transparent(self) -> bool:
        """True for a transparent background."""
        return self.value.transparent
