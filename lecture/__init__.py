"""Production: the command line, the rendering of scenes, and the joining of them to one video.

Nothing here imports manim, but for the processes that draw scenes (`lecture.worker`).
"""

from lecture.files import published
from lecture.jobs import FrameFormat, Quality, RenderError, SceneFilm, SceneJob
from lecture.join import Joined, Part, join_captions, join_videos
from lecture.process import film_scene
from lecture.render import render_lecture

__all__ = [
    "FrameFormat",
    "Joined",
    "Part",
    "Quality",
    "RenderError",
    "SceneFilm",
    "SceneJob",
    "film_scene",
    "join_captions",
    "join_videos",
    "published",
    "render_lecture",
]
