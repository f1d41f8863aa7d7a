"""What is on screen: one module a scene, the shared mobjects, the theme and the lecture's spec.

The names below are loaded when they are first used, so that ``import scenes`` (which every
command of ``lecture`` does) costs no import of manim.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lecture.config.issues import SpecError
    from lecture.config.spec import LectureSpec, active_spec, load_spec
    from scenes.catalogue import CATALOGUE, SceneEntry
    from scenes.spec import ChainSpec

_HOME = {
    "CATALOGUE": "scenes.catalogue",
    "ChainSpec": "lecture.config.spec",
    "LectureSpec": "lecture.config.spec",
    "SceneEntry": "scenes.catalogue",
    "SpecError": "lecture.config.spec",
    "active_spec": "lecture.config.spec",
    "load_spec": "lecture.config.spec",
}

__all__ = [
    "CATALOGUE",
    "ChainSpec",
    "LectureSpec",
    "SceneEntry",
    "SpecError",
    "active_spec",
    "load_spec",
]


def __getattr__(name: str) -> object:
    """Import a public name from the module it lives in, on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
