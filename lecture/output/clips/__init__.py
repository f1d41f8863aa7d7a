"""Clips: each beat of the lecture as files of its own, and a page that shows them."""

from lecture.clips.choice import BeatClip, beat_clips, known_beats, read_beats
from lecture.clips.formats import ClipFormat
from lecture.clips.make import ClipOptions, Clips, make_clips
from lecture.clips.report import ClipFile, ClipReport, MadeClip

__all__ = [
    "BeatClip",
    "ClipFile",
    "ClipFormat",
    "ClipOptions",
    "ClipReport",
    "Clips",
    "MadeClip",
    "beat_clips",
    "known_beats",
    "make_clips",
    "read_beats",
]
