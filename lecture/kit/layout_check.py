"""Check the layout of a scene: of one snapshot, or of every frame of a run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np
from manim import ManimColor, VMobject

from lecture.kit.inspection import (
    Box,
    Shape,
    Snapshot,
    Text,
    drawn_members,
    inspect_scene,
    take_snapshot,
)
from lecture.kit.typeset import FONT_FLOOR
from lecture.palette import MIN_CONTRAST, THEMES, contrast_ratio
from lecture.timeline import BeatCheck, LayoutFault

if TYPE_CHECKING:
    from typing import Any

    from manim import Scene
    from numpy.typing import NDArray

    from lecture.config.spec import LectureSpec
    from lecture.kit.lecture_scene import LectureScene

__all__ = ["FrameCheck", "layout_faults", "scene_faults"]

MAX_WORDS = 12
_SHORTEST_STILL = 0.5  # seconds; shorter spans are no rest
_SETTLED = 0.3  # seconds
_FADING = 0.15

_sides = attrgetter("left", "right", "bottom", "top")


def _prose_words(text: Text) -> int:
    return len(re.findall(r"[^\W\d_]+(?:['’-]\w+)*", text.words))


def _contrast_fault(text: Text, snapshot: Snapshot) -> str | None:
    behind = tuple(
        (shape.fill, shape.fill_opacity)
        for shape in snapshot.shapes
        if shape.fill_opacity > 0 and shape.box.holds(text.box)
    )
    ratio = _contrast(text.color, text.opacity, snapshot.background, behind)
    if ratio < MIN_CONTRAST:
        return f"{text.content!r} has a contrast of {ratio:.2f} to its background"
    return None


@lru_cache(maxsize=1024)
def _contrast(
    color: str, opacity: float, background: str, behind: tuple[tuple[str, float], ...]
) -> float:
    """Return the contrast of a colour to a background under layers of other colours."""
    under = ManimColor(background)
    for fill, fill_opacity in behind:
        under = under.interpolate(ManimColor(fill), fill_opacity)
    return contrast_ratio(under.interpolate(ManimColor(color), opacity).to_hex(), under.to_hex())


def layout_faults(snapshot: Snapshot) -> list[str]:
    """Return the faults of a layout; an empty list if there are none.

    Mobjects must be inside the margins of the frame. Texts must not overlap, nor cross the edge of
    a circle or rectangle. Font sizes must be at least :data:`lecture.kit.typeset.FONT_FLOOR`, and
    contrasts at least 4.5:1. Other mobjects must differ from the background. The prose, without the
    title, may have up to 12 words.
    """
    faults = [*_collisions(snapshot).values(), *_illegible(snapshot)]
    return [f"{snapshot.beat} at {snapshot.time:.1f} s: {fault}" for fault in faults]


def scene_faults(
    scene_class: type[LectureScene], spec: LectureSpec | None = None, **options: Any
) -> list[str]:
    """Return the faults of the layouts of a scene in each theme; an empty list if there are none.

    Parameters
    ----------
    scene_class
        Class of the scene, which runs once for each theme.
    spec
        Settings of the lecture; the defaults if ``None``. Its theme is replaced.
    **options
        Passed to the class.
    """
    faults = []
    for name in THEMES:
        themed = (spec or scene_class.spec_model()).model_copy(update={"theme": name})
        _, snapshots = inspect_scene(scene_class, spec=themed, **options)
        faults += [f"{name}: {fault}" for shot in snapshots for fault in layout_faults(shot)]
    return faults


def _collisions(snapshot: Snapshot) -> dict[str, str]:
    """Return the faults of positions, which hold in motion too, by the mobjects that have them."""
    faults: dict[str, str] = {}
    room, texts, shapes = snapshot.room, snapshot.texts, snapshot.shapes
    allowed = Box(room.left - 0.02, room.right + 0.02, room.bottom - 0.02, room.top + 0.02)
    for text in texts:
        if not allowed.holds(text.box):
            faults[f"{_id(text)} outside"] = f"{text.content!r} is outside the margins: {text.box}"
    for i, j in _meeting(texts, texts):
        text, other = texts[i], texts[j]
        # A copy of a text that moves away first covers it.
        if i < j and text.content != other.content and text.box.overlap(other.box) is not None:
            faults[f"{_id(text)} {_id(other)}"] = f"{text.content!r} overlaps {other.content!r}"
    for i, j in _meeting(texts, shapes):
        text, shape = texts[i], shapes[j]
        if shape.crosses(text.box):
            faults[f"{_id(text)} crosses"] = (
                f"{text.content!r} crosses the edge of a shape at {shape.box}"
            )
    if snapshot.marks is not None and not allowed.holds(snapshot.marks):
        faults.setdefault("outside", f"mobjects are outside the margins: {snapshot.marks}")
    return faults


def _meeting(ones: Sequence[Text], others: Sequence[Text | Shape]) -> list[tuple[int, int]]:
    """Return the indices of the pairs whose boxes meet, which are few of the pairs."""
    (left, right, bottom, top), (left_2, right_2, bottom_2, top_2) = (
        np.array([_sides(mobject.box) for mobject in mobjects]).reshape(-1, 4).T
        for mobjects in (ones, others)
    )
    horizontally = (left[:, None] < right_2) & (left_2 < right[:, None])
    vertically = (bottom[:, None] < top_2) & (bottom_2 < top[:, None])
    return [(int(i), int(j)) for i, j in np.argwhere(horizontally & vertically)]


def _id(text: Text) -> str:
    """Return what a text is called while its content changes."""
    return text.name if text.kind == "number" else text.content


def _illegible(snapshot: Snapshot) -> list[str]:
    faults = []
    for text in snapshot.texts:
        if text.font_size < FONT_FLOOR - 0.05:
            faults.append(f"{text.content!r} has font size {text.font_size:.1f}")
        contrast_fault = _contrast_fault(text, snapshot)
        faults += [contrast_fault] if contrast_fault else []
    faults += [f"{mobject} has nearly the colour of the background" for mobject in snapshot.unseen]
    words = sum(_prose_words(text) for text in snapshot.texts if text.kind in ("prose", "formula"))
    if words > MAX_WORDS:
        faults.append(f"{words} words of prose at once")
    return faults


class FrameCheck:
    """Checks every frame of a scene: the positions of its mobjects, and when nothing changes.

    Texts that are nearly transparent, such as the last frames of a fade, are left out. Sizes and
    contrasts are checked where nothing moves.

    Parameters
    ----------
    frame_rate
        Frames per second.
    """

    def __init__(self, frame_rate: int) -> None:
        self._frame_rate = frame_rate
        self._faults: dict[str, LayoutFault] = {}
        self._still: list[tuple[float, float]] = []
        self._last_state: object = None
        self._last_faults: list[str] = []
        self._still_since = 0.0

    def frames(self, scene: Scene, first: int, count: int) -> None:
        """Check the current state of `scene`, shown for `count` frames from the index `first`."""
        start, end = first / self._frame_rate, (first + count) / self._frame_rate
        state = _state(scene)
        if state != self._last_state:
            self._end_still(start)
            self._still_since = start
            self._last_state = state
            self._last_faults = self._check(scene, start, settled=False)
        if count > 1 or end - self._still_since > _SETTLED:
            self._last_faults = [
                *self._last_faults,
                *self._check(scene, self._still_since, settled=True),
            ]
        for key in self._last_faults:
            self._faults[key] = self._faults[key].model_copy(update={"end": end})

    def _check(self, scene: Scene, start: float, *, settled: bool) -> list[str]:
        snapshot = take_snapshot(scene, opacity=0.02 if settled else _FADING)
        if settled:
            found = {message: message for message in _illegible(snapshot)}
        else:
            found = _collisions(snapshot)
        for key, message in found.items():
            self._faults.setdefault(key, LayoutFault(message=message, start=start, end=start))
        return list(found)

    def _end_still(self, end: float) -> None:
        if end - self._still_since >= _SHORTEST_STILL:
            self._still.append((self._still_since, end))

    def end_of_beat(self, frame: int) -> BeatCheck:
        """Return the check of the frames since the last call; the beat ends before `frame`."""
        end = frame / self._frame_rate
        self._end_still(end)
        check = BeatCheck(
            faults=tuple(sorted(self._faults.values(), key=lambda fault: fault.start)),
            still=tuple(self._still),
        )
        self._faults, self._still, self._last_state = {}, [], None
        self._last_faults, self._still_since = [], end
        return check


def _state(scene: Scene) -> object:
    """Return a value that changes if and only if the picture of `scene` may change."""
    camera = vars(scene.renderer.camera)
    view = getattr(camera.get("frame"), "points", None)
    shown = [part for mobject in scene.mobjects for part in drawn_members(mobject)]
    shapes = [part for part in shown if isinstance(part, VMobject)]
    others = (vars(part) for part in shown if not isinstance(part, VMobject))
    return (
        None if view is None else view.tobytes(),
        str(camera.get("_background_color")),
        _hash(part.points for part in shown),
        _hash(shape.get_fill_rgbas() for shape in shapes),
        _hash(shape.get_stroke_rgbas() for shape in shapes),
        tuple(shape.stroke_width for shape in shapes),
        _hash(other["pixel_array"] for other in others if "pixel_array" in other),
    )


def _hash(arrays: Iterable[NDArray[Any]]) -> int:
    return hash(b"".join([array.tobytes() for array in arrays]))
