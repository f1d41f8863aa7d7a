"""What stands on the screen, as data: for tests of scenes, also of your own.

:func:`inspect_scene` runs a scene without drawing frames and takes a :class:`Snapshot` after every
``play``; :func:`layout_faults` says what is wrong with one.

Examples
--------
>>> a = Box(0.0, 1.0, 0.0, 1.0)
>>> a.overlap(Box(0.9, 2.0, 0.5, 2.0)).width > 0, a.overlap(Box(1.5, 2.0, 0.0, 1.0)) is None
(True, True)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from manim import (
    Circle,
    ManimColor,
    MathTypst,
    Mobject,
    Rectangle,
    Typst,
    VMobject,
    config,
    tempconfig,
)

from lecture.kit.languages import language, use_language
from lecture.kit.layout import frame
from lecture.kit.lecture_scene import TITLE, LectureScene
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.pulse import Pulse
from lecture.kit.theme import contrast_ratio
from lecture.kit.typeset import FONT_FLOOR

__all__ = ["Box", "Shape", "Snapshot", "Text", "inspect_scene", "layout_faults", "take_snapshot"]

MOST_WORDS = 12
LEAST_CONTRAST = 4.5
_TOUCH = 0.012  # units: a pixel at 720p is 0.011
_WORDS_IN_FORMULA = re.compile(r'#text\([^)]*\)\[([^\]]*)\]|"([^"]*)"')
_GROUP = re.compile(r'manimgrp\("[^"]*",')  # names a part of a formula
_MARKUP = re.compile(r"\$[^$]*\$|#\w+(?:\([^)]*\))?|[*_\\\[\]]")


@dataclass(frozen=True)
class Box:
    """The rectangle around a mark, in units."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def width(self) -> float:
        """Distance between the left and the right edge."""
        return self.right - self.left

    def overlap(self, other: Box) -> Box | None:
        """Return what two boxes have in common, if it is more than a touch."""
        left, right = max(self.left, other.left), min(self.right, other.right)
        bottom, top = max(self.bottom, other.bottom), min(self.top, other.top)
        if right - left <= _TOUCH or top - bottom <= _TOUCH:
            return None
        return Box(left, right, bottom, top)

    def holds(self, other: Box) -> bool:
        """Tell whether `other` lies within this box."""
        return (
            self.left <= other.left + _TOUCH
            and other.right <= self.right + _TOUCH
            and self.bottom <= other.bottom + _TOUCH
            and other.top <= self.top + _TOUCH
        )


@dataclass(frozen=True)
class Text:
    """A text on the screen: a number (`name` says which) or something set by Typst.

    `kind` is ``"number"``, ``"formula"``, ``"prose"`` or ``"title"``.
    """

    kind: str
    content: str
    name: str
    box: Box
    font_size: float
    color: str
    opacity: float

    @property
    def words(self) -> str:
        """What stands in words: no numbers' names, no formulas, no markup."""
        shown = self.content
        if self.kind == "formula":
            shown = _GROUP.sub("", shown)
            shown = " ".join(found[1] or found[2] for found in _WORDS_IN_FORMULA.finditer(shown))
        return _MARKUP.sub(" ", shown)


@dataclass(frozen=True)
class Shape:
    """A closed shape that text may stand in or beside, but not across: a node, a card, a bar."""

    box: Box
    radius: float | None
    fill: str
    fill_opacity: float

    def crosses(self, text: Box) -> bool:
        """Tell whether `text` lies across the edge of the shape."""
        if self.box.holds(text):
            return False
        if self.radius is None:
            return self.box.overlap(text) is not None
        x, y = (self.box.left + self.box.right) / 2, (self.box.bottom + self.box.top) / 2
        nearest = np.hypot(
            x - np.clip(x, text.left, text.right), y - np.clip(y, text.bottom, text.top)
        )
        return bool(nearest < self.radius - _TOUCH)


@dataclass(frozen=True)
class Snapshot:
    """What is on the screen after a ``play``, the colour behind it, and where marks may stand."""

    beat: str
    time: float
    texts: tuple[Text, ...]
    shapes: tuple[Shape, ...]
    marks: Box | None
    background: str
    room: Box

    def numbers(self) -> dict[str, list[str]]:
        """Return the numbers shown, by the name of their quantity."""
        found: dict[str, list[str]] = {}
        for text in self.texts:
            if text.kind == "number":
                found.setdefault(text.name, []).append(text.content)
        return found


def _box(mobject: Mobject) -> Box:
    points = mobject.get_all_points()
    low, high = points.min(axis=0), points.max(axis=0)
    return Box(float(low[0]), float(high[0]), float(low[1]), float(high[1]))


def _opacity(mobject: VMobject) -> float:
    leaves = mobject.family_members_with_points()
    strengths = [
        max(
            float(leaf.get_fill_opacity()),
            float(leaf.get_stroke_opacity()) * (leaf.get_stroke_width() > 0),
        )
        for leaf in leaves
    ]
    return max(strengths, default=0.0)


def _drawn(mobject: Mobject) -> Iterator[VMobject]:
    """Walk through what is drawn, texts as wholes, leaving out the glow of a pulse."""
    if isinstance(mobject, Pulse):
        return
    if isinstance(mobject, VMobject) and isinstance(mobject, Typst | LiveNumber):
        yield mobject
        return
    if isinstance(mobject, VMobject) and len(mobject.points):
        yield mobject
    for part in mobject.submobjects:
        yield from _drawn(part)


def _text(mobject: Typst | LiveNumber) -> Text:
    leaf = mobject.family_members_with_points()[0]
    name = str(mobject.name)
    if isinstance(mobject, LiveNumber):
        kind, content = "number", mobject.text
    else:
        kind = "formula" if isinstance(mobject, MathTypst) else "prose"
        kind, content = TITLE if name == TITLE else kind, mobject.typst_code
    size = float(mobject.font_size)
    color = ManimColor(leaf.get_fill_color()).to_hex()
    return Text(kind, content, name, _box(mobject), size, color, _opacity(mobject))


def _shape(mobject: VMobject) -> Shape:
    radius = float(mobject.width) / 2 if isinstance(mobject, Circle) else None
    fill = ManimColor(mobject.get_fill_color()).to_hex()
    return Shape(_box(mobject), radius, fill, float(mobject.get_fill_opacity()))


def take_snapshot(scene: LectureScene) -> Snapshot:
    """Describe what is on the screen of `scene` now."""
    drawn = [m for top in scene.mobjects for m in _drawn(top)]
    seen = [m for m in drawn if m.family_members_with_points() and _opacity(m) > 0.02]
    texts = tuple(_text(m) for m in seen if isinstance(m, Typst | LiveNumber))
    closed = (m for m in seen if isinstance(m, Circle | Rectangle) and m.width * m.height > 1e-3)
    boxes = [_box(m) for m in seen]
    marks = None
    if boxes:
        marks = Box(
            min(b.left for b in boxes),
            max(b.right for b in boxes),
            min(b.bottom for b in boxes),
            max(b.top for b in boxes),
        )
    beat = scene.beats[-1].name if scene.beats else ""
    background = ManimColor(config.background_color).to_hex()
    shapes = tuple(_shape(m) for m in closed)
    room = Box(frame().left, frame().right, frame().bottom, frame().top)
    return Snapshot(beat, float(scene.time), texts, shapes, marks, background, room)


def inspect_scene(
    scene_class: type[LectureScene], **options: Any
) -> tuple[LectureScene, list[Snapshot]]:
    """Run a scene without drawing its frames, and describe the screen after every ``play``.

    Parameters
    ----------
    scene_class
        The scene.
    **options
        Passed on to the scene, for example ``spec``.

    Returns
    -------
    scene, snapshots
        The scene after it has run, with its beats and lines, and a description for each play.
    """
    snapshots: list[Snapshot] = []

    class Watched(scene_class):  # type: ignore[misc, valid-type]
        def play(self, *args: Any, **kwargs: Any) -> None:
            super().play(*args, **kwargs)
            snapshots.append(take_snapshot(self))

    # Words are found by the name of the class.
    Watched.__name__ = scene_class.__name__
    small = {"pixel_width": 192, "pixel_height": 108, "frame_rate": 15}
    quiet = {"dry_run": True, "progress_bar": "none", "verbosity": "ERROR"}
    # The scene puts its own language in force, which must not outlast it in a process of tests.
    with tempconfig({**small, **quiet}), use_language(language().code):
        scene = Watched(skip_animations=True, **options)
        # manim draws the last frame of each animation that it skips, which nobody looks at.
        vars(scene.renderer.camera)["capture_mobjects"] = lambda *_, **__: None
        scene.render()
    return scene, snapshots


def _prose_words(text: Text) -> int:
    return len(re.findall(r"[^\W\d_]+(?:['’-]\w+)*", text.words))


def _contrast_fault(text: Text, snapshot: Snapshot) -> str | None:
    background = ManimColor(snapshot.background)
    for shape in snapshot.shapes:
        if shape.box.holds(text.box) and shape.fill_opacity > 0:
            background = background.interpolate(ManimColor(shape.fill), shape.fill_opacity)
    shown = background.interpolate(ManimColor(text.color), text.opacity)
    ratio = contrast_ratio(shown.to_hex(), background.to_hex())
    if ratio < LEAST_CONTRAST:
        return f"{text.content!r} has a contrast of {ratio:.2f} to its ground"
    return None


def layout_faults(snapshot: Snapshot) -> list[str]:
    """Return what is wrong with the layout: nothing, one hopes.

    Checked are: everything within the margins of the frame; no text over another, nor across the
    edge of a node, a card or a bar; font sizes at least the floor; contrast at least 4.5 : 1; at
    most 12 words of prose besides the title.
    """
    faults = []
    room = snapshot.room
    allowed = Box(room.left - 0.02, room.right + 0.02, room.bottom - 0.02, room.top + 0.02)
    for place, text in enumerate(snapshot.texts):
        if not allowed.holds(text.box):
            faults.append(f"{text.content!r} stands outside the margins: {text.box}")
        if text.font_size < FONT_FLOOR - 0.05:
            faults.append(f"{text.content!r} has font size {text.font_size:.1f}")
        faults += [
            f"{text.content!r} overlaps {other.content!r}"
            for other in snapshot.texts[place + 1 :]
            if text.box.overlap(other.box) is not None
        ]
        faults += [
            f"{text.content!r} crosses the edge of a shape at {shape.box}"
            for shape in snapshot.shapes
            if shape.crosses(text.box)
        ]
        weak = _contrast_fault(text, snapshot)
        faults += [weak] if weak else []
    if snapshot.marks is not None and not allowed.holds(snapshot.marks):
        faults.append(f"marks stand outside the margins: {snapshot.marks}")
    words = sum(_prose_words(text) for text in snapshot.texts if text.kind in ("prose", "formula"))
    if words > MOST_WORDS:
        faults.append(f"{words} words of prose at once")
    return [f"{snapshot.beat} at {snapshot.time:.1f} s: {fault}" for fault in faults]
