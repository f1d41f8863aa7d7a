"""A digest of the state of a scene, to notice runs of a scene that differ."""

from __future__ import annotations

import hashlib
import random
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from manim import Mobject, Scene

__all__ = ["state_digest"]

_DECIMALS = 4  # processors of a cluster may differ in the last digits of a number
_LOOK = (
    "points",
    "rgbas",
    "fill_rgbas",
    "stroke_rgbas",
    "background_stroke_rgbas",
    "stroke_width",
    "background_stroke_width",
    "z_index",
)


def state_digest(scene: Scene) -> str:
    """Return a digest of all mobjects, of the camera, the time and the random generators."""
    digest = hashlib.sha256()
    for value in _values(scene):
        digest.update(_bytes(value))
    return digest.hexdigest()


def _values(scene: Scene) -> list[Any]:
    camera: Any = scene.camera
    values = [
        scene.time,
        camera.frame_width,
        camera.frame_height,
        camera.frame_center,
        camera.background,
        *(tracker.get_value() for tracker in getattr(camera, "get_value_trackers", list)()),
        repr(random.getstate()),
        repr(np.random.get_state()),  # noqa: NPY002  (scenes use it)
    ]
    mobjects: chain[Mobject] = chain(scene.mobjects, scene.foreground_mobjects)
    for mobject in mobjects:
        for part in mobject.get_family():
            look = vars(part)
            values += [type(part).__name__, *(look[name] for name in _LOOK if name in look)]
            if "camera" not in look:  # a zoomed display has no pixels before it is drawn
                values.append(look.get("pixel_array"))
    return values


def _bytes(value: Any) -> bytes:
    if isinstance(value, str) or value is None:
        return repr(value).encode()
    array = np.asarray(value)
    if array.dtype.kind == "f":
        array = np.round(array, _DECIMALS) + 0.0  # no negative zero
    return repr(array.shape).encode() + array.tobytes()
