"""The formats of clips."""

from __future__ import annotations

from enum import Enum

__all__ = ["ClipFormat"]


class ClipFormat(Enum):
    """Format of a clip; the value is the suffix of its files.

    Examples
    --------
    >>> [kind.value for kind in ClipFormat if kind.transparent]
    ['webm', 'mov']
    """

    MP4 = "mp4"
    WEBM = "webm"
    MOV = "mov"
    GIF = "gif"
    WEBP = "webp"

    @property
    def suffix(self) -> str:
        """Suffix of the files."""
        return f".{self.value}"

    @property
    def about(self) -> str:
        """A short description."""
        return _ABOUT[self]

    @property
    def encoding(self) -> str:
        """Encoding of the segments that clips of this format are made from."""
        return {ClipFormat.WEBM: "vp9", ClipFormat.MOV: "prores"}.get(self, "h264")

    @property
    def transparent(self) -> bool:
        """True if the background is transparent."""
        return self.encoding != "h264"

    @property
    def is_picture(self) -> bool:
        """True for animated pictures, which have their own width and frame rate and no sound."""
        return self in {ClipFormat.GIF, ClipFormat.WEBP}


_ABOUT = {
    ClipFormat.MP4: "H.264, plays everywhere",
    ClipFormat.WEBM: "VP9 with a transparent background, for pages and reveal.js",
    ClipFormat.MOV: "ProRes 4444 with a transparent background, for Keynote and video editors",
    ClipFormat.GIF: "GIF, for READMEs and documents",
    ClipFormat.WEBP: "animated WebP, smaller than GIF, for pages",
}
