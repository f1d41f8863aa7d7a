"""The engine: films scenes in parallel, keeps what was filmed, and gives the frames of manim."""

from lecture.engine.encoding import Encoding
from lecture.engine.film import Executor, Studio
from lecture.engine.jobs import SceneView
from lecture.engine.workers import open_workers

__all__ = ["Encoding", "Executor", "SceneView", "Studio", "open_workers"]
