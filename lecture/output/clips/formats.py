"""The formats that clips come in."""

from __future__ import annotations

from enum import Enum

__all__ = ["ClipFormat"]


class ClipFormat(Enum):
    """A kind of clip, by the suffix of its files.

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
        """Of the files."""
        return f".{self.value}"

    @property
    def about(self) -> str:
        """What it is, in a few words."""
        return _ABOUT[self]

    @property
    def encoding(self) -> str:
        """The encoding of the film that a clip of this kind is made from."""
        return {ClipFormat.WEBM: "vp9", ClipFormat.MOV: "prores"}.get(self, "h264")

    @property
    def transparent(self) -> bool:
        """Whether the ground shows through."""
        return self.encoding != "h264"

    @property
    def is_picture(self) -> bool:
        """Whether it is a moving picture, which has a width and a rate of its own and no sound."""
        return self in {ClipFormat.GIF, ClipFormat.WEBP}


_ABOUT = {
    ClipFormat.MP4: "H.264, plays everywhere",
    ClipFormat.WEBM: "VP9 with a transparent ground, for pages and reveal.js",
    ClipFormat.MOV: "ProRes 4444 with a transparent ground, for Keynote and video editors",
    ClipFormat.GIF: "GIF, wherever pictures go",
    ClipFormat.WEBP: "animated WebP, smaller than GIF, for pages",
}
