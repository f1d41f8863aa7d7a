"""Production: the command line, the filming of scenes, and all that is made of the films.

Nothing here imports manim, but for the processes that run scenes (in `lecture.engine`).
"""

from lecture.files import published
from lecture.jobs import FrameFormat, Quality, RenderError
from lecture.records import BeatRecord, FilmedScene, LineRecord, SceneRecord

__all__ = [
    "BeatRecord",
    "FilmedScene",
    "FrameFormat",
    "LineRecord",
    "Quality",
    "RenderError",
    "SceneRecord",
    "published",
]
