"""Inspect the mobjects of a scene, to test layouts.

:func:`inspect_scene` runs a scene without drawing frames and takes a :class:`Snapshot` after each
``play``; `lecture.kit.layout_check` finds the faults of a snapshot.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from manim import (
    SCALE_FACTOR_PER_FONT_POINT,
    Circle,
    DecimalNumber,
    ManimColor,
    MarkupText,
    MathTypst,
    Mobject,
    Rectangle,
    Scene,
    SingleStringMathTex,
    Typst,
    VMobject,
    config,
    tempconfig,
)
from manim import Text as PangoText

from lecture.kit.languages import language, use_language
from lecture.kit.layout import Region, frame
from lecture.kit.lecture_scene import TITLE, LectureScene
from lecture.kit.manim_internals import disable_drawing, replace_slow_methods
from lecture.kit.mobjects.glyphs import line_height
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.mobjects.pulse import Pulse
from lecture.kit.theme import theme, use_theme
from lecture.palette import contrast_ratio

__all__ = ["Box", "Shape", "Snapshot", "Text", "drawn_members", "inspect_scene", "take_snapshot"]

_SEEN = 1.05  # contrast; a panel has 1.09, and white on the light background 1.04
_TOLERANCE = 0.012  # units, about a pixel at 720p
_WORDS_IN_FORMULA = re.compile(r'#text\([^)]*\)\[([^\]]*)\]|"([^"]*)"')
_GROUP = re.compile(r'manimgrp\("[^"]*",')  # manim's code for {{ ... : name }}
_MARKUP = re.compile(r"\$[^$]*\$|#\w+(?:\([^)]*\))?|[*_\\\[\]]")

_TEXTS = (Typst, LiveNumber, PangoText, MarkupText, SingleStringMathTex, DecimalNumber)


@dataclass(frozen=True)
class Box(Region):
    """The bounding box of a mobject, in units.

    Examples
    --------
    >>> a = Box(0.0, 1.0, 0.0, 1.0)
    >>> a.overlap(Box(0.9, 2.0, 0.5, 2.0)).width > 0, a.overlap(Box(1.5, 2.0, 0.0, 1.0)) is None
    (True, True)
    >>> print(a)
    x 0.00 to 1.00, y 0.00 to 1.00
    """

    def __str__(self) -> str:
        """Return the ranges of x and y."""
        return f"x {self.left:.2f} to {self.right:.2f}, y {self.bottom:.2f} to {self.top:.2f}"

    def overlap(self, other: Box) -> Box | None:
        """Return the intersection of two boxes; ``None`` if it is at most a pixel wide or high."""
        left, right = max(self.left, other.left), min(self.right, other.right)
        bottom, top = max(self.bottom, other.bottom), min(self.top, other.top)
        if right - left <= _TOLERANCE or top - bottom <= _TOLERANCE:
            return None
        return Box(left, right, bottom, top)

    def holds(self, other: Box) -> bool:
        """Return True if the box contains `other`."""
        return (
            self.left <= other.left + _TOLERANCE
            and other.right <= self.right + _TOLERANCE
            and self.bottom <= other.bottom + _TOLERANCE
            and other.top <= self.top + _TOLERANCE
        )


@dataclass(frozen=True)
class Text:
    """A text on the screen.

    Parameters
    ----------
    kind
        ``"number"``, ``"formula"``, ``"prose"`` or ``"title"``.
    content
        Typst or LaTeX code, plain text, or the formatted number.
    name
        Name of the mobject; of a number, its quantity.
    box
        Bounding box.
    font_size
        Font size in manim's points.
    color
        Colour as ``#RRGGBB``.
    opacity
        Opacity, from 0 to 1.
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
        """Words of the text, without formulas and markup."""
        content = self.content
        if self.kind == "formula":
            matches = _WORDS_IN_FORMULA.finditer(_GROUP.sub("", content))
            content = " ".join(match[1] or match[2] for match in matches)
        return _MARKUP.sub(" ", content)


@dataclass(frozen=True)
class Shape:
    """A circle or rectangle, whose edge no text may cross.

    Parameters
    ----------
    box
        Bounding box.
    radius
        Radius in units; ``None`` for a rectangle.
    fill
        Fill colour as ``#RRGGBB``.
    fill_opacity
        Opacity of the fill, from 0 to 1.
    """

    box: Box
    radius: float | None
    fill: str
    fill_opacity: float

    def crosses(self, text: Box) -> bool:
        """Return True if `text` crosses the edge of the shape."""
        if self.box.holds(text):
            return False
        if self.radius is None:
            return self.box.overlap(text) is not None
        x, y = (self.box.left + self.box.right) / 2, (self.box.bottom + self.box.top) / 2
        across = max(text.left - x, 0.0, x - text.right)
        up = max(text.bottom - y, 0.0, y - text.top)
        return math.hypot(across, up) < self.radius - _TOLERANCE


@dataclass(frozen=True)
class Snapshot:
    """The mobjects of a scene after a ``play``.

    Parameters
    ----------
    beat
        Name of the current beat; empty before the first.
    time
        Seconds from the start of the scene.
    texts, shapes
        Visible texts, and visible circles and rectangles.
    marks
        Bounding box of all visible mobjects; ``None`` for an empty screen.
    background
        Colour of the background as ``#RRGGBB``.
    room
        The frame without its margins.
    unseen
        Other mobjects whose colours are nearly that of the background, with their boxes.
    """

    beat: str
    time: float
    texts: tuple[Text, ...]
    shapes: tuple[Shape, ...]
    marks: Box | None
    background: str
    room: Box
    unseen: tuple[str, ...] = ()

    def numbers(self) -> dict[str, list[str]]:
        """Return the visible formatted numbers by the name of their quantity."""
        found: dict[str, list[str]] = {}
        for text in self.texts:
            if text.kind == "number":
                found.setdefault(text.name, []).append(text.content)
        return found


class _Part(NamedTuple):
    """A text, or another mobject with points, and its look.

    The opacity is the largest of the family, the colours are those of its first member.
    """

    mobject: Any
    box: Box
    opacity: float
    fill: Sequence[float]
    stroke: Sequence[float]
    stroke_width: float


def _parts(mobject: Mobject) -> Iterator[VMobject]:
    """Yield the texts of a mobject and its other parts with points, without pulses."""
    if isinstance(mobject, Pulse):
        return
    if isinstance(mobject, _TEXTS):
        yield mobject
        return
    if len(mobject.points) and isinstance(mobject, VMobject):
        yield mobject
    for part in mobject.submobjects:
        yield from _parts(part)


def drawn_members(mobject: Mobject) -> Iterator[Mobject]:
    """Yield the members of a family with points, faster than manim, which looks for doubles."""
    if len(mobject.points):
        yield mobject
    for part in mobject.submobjects:
        yield from drawn_members(part)


def _visible(scene: Scene, opacity: float) -> list[_Part]:
    parts = [part for shown in scene.mobjects for part in _parts(shown)]
    drawn = [(part, leaves) for part in parts if (leaves := list(drawn_members(part)))]
    return [part for part in _measured(drawn) if part.opacity > opacity]


def _measured(families: Sequence[tuple[Any, Sequence[Any]]]) -> list[_Part]:
    """Return the box and the look of each mobject, given with its family, all at once."""
    if not families:
        return []
    leaves = list(chain.from_iterable(family for _, family in families))
    fills = np.array([leaf.get_fill_rgbas()[0] for leaf in leaves])
    strokes = np.array([leaf.get_stroke_rgbas()[0] for leaf in leaves])
    widths = np.array([leaf.stroke_width for leaf in leaves], dtype=float)
    opacities = np.maximum(fills[:, 3], np.where(widths > 0, strokes[:, 3], 0.0))
    first_leaves = np.cumsum([0, *(len(family) for _, family in families)])[:-1]
    points = np.concatenate([leaf.points[:, :2] for leaf in leaves])
    first_points = np.cumsum([0, *(len(leaf.points) for leaf in leaves)])[first_leaves]
    (left, bottom), (right, top) = (
        extreme.reduceat(points, first_points).T.tolist() for extreme in (np.minimum, np.maximum)
    )
    return list(
        map(
            _Part,
            (mobject for mobject, _ in families),
            map(Box, left, right, bottom, top),
            np.maximum.reduceat(opacities, first_leaves).tolist(),
            fills[first_leaves].tolist(),
            strokes[first_leaves].tolist(),
            widths[first_leaves].tolist(),
        )
    )


@lru_cache(maxsize=1024)
def _hex(red: float, green: float, blue: float) -> str:
    return ManimColor((red, green, blue)).to_hex()


def _text(part: _Part) -> Text:
    mobject = part.mobject
    name = str(mobject.name)
    match mobject:
        case LiveNumber():
            kind, content = "number", mobject.text
        case DecimalNumber():
            kind, content = "number", str(mobject.get_value())
        case MathTypst():
            kind, content = "formula", mobject.typst_code
        case SingleStringMathTex():
            kind, content = "formula", mobject.tex_string
        case Typst():
            kind, content = "prose", mobject.typst_code
        case _:
            kind, content = "prose", mobject.text
    kind = TITLE if name == TITLE else kind
    size, color = _font_size(part), _hex(*part.fill[:3])
    return Text(kind, content, name, part.box, size, color, part.opacity)


def _font_size(part: _Part) -> float:
    mobject = part.mobject
    # As manim and LiveNumber do, without measuring the text again.
    if isinstance(mobject, Typst):
        return float(part.box.height / mobject.initial_height / SCALE_FACTOR_PER_FONT_POINT)
    if isinstance(mobject, LiveNumber):
        return part.box.height / line_height(mobject.text)
    return float(mobject.font_size)


def _shape(part: _Part) -> Shape:
    radius = part.box.width / 2 if isinstance(part.mobject, Circle) else None
    return Shape(part.box, radius, _hex(*part.fill[:3]), part.fill[3])


def _is_unseen(part: _Part, background: str) -> bool:
    """Return True if all colours of a mobject are nearly, but not exactly, the background."""
    colors = set()
    if part.fill[3] > 0:
        colors.add(_hex(*part.fill[:3]))
    if part.stroke_width > 0 and part.stroke[3] > 0:
        colors.add(_hex(*part.stroke[:3]))
    # A mobject of the very background is a cover.
    return all(c != background and contrast_ratio(c, background) < _SEEN for c in colors)


def take_snapshot(scene: Scene, *, opacity: float = 0.02) -> Snapshot:
    """Return a snapshot of the mobjects of `scene` with more than an opacity."""
    visible = _visible(scene, opacity)
    texts = [part for part in visible if isinstance(part.mobject, _TEXTS)]
    others = [part for part in visible if not isinstance(part.mobject, _TEXTS)]
    closed = [
        part
        for part in others
        if isinstance(part.mobject, Circle | Rectangle) and part.box.width * part.box.height > 1e-3
    ]
    boxes = [part.box for part in visible]
    marks = None
    if boxes:
        marks = Box(
            min(b.left for b in boxes),
            max(b.right for b in boxes),
            min(b.bottom for b in boxes),
            max(b.top for b in boxes),
        )
    beats = scene.recorded_beats if isinstance(scene, LectureScene) else []
    beat = beats[-1].name if beats else ""
    background = ManimColor(config.background_color).to_hex()
    room = Box(frame().left, frame().right, frame().bottom, frame().top)
    unseen = (part for part in others if _is_unseen(part, background))
    return Snapshot(
        beat,
        float(scene.time),
        tuple(_text(part) for part in texts),
        tuple(_shape(part) for part in closed),
        marks,
        background,
        room,
        tuple(f"{type(part.mobject).__name__} at {part.box}" for part in unseen),
    )


def inspect_scene(
    scene_class: type[LectureScene], **options: Any
) -> tuple[LectureScene, list[Snapshot]]:
    """Run a scene without drawing its frames, and take a snapshot after each ``play``.

    Parameters
    ----------
    scene_class
        Class of the scene.
    **options
        Passed to the class, such as ``spec``.

    Returns
    -------
    scene : LectureScene
        The scene after its run, with its beats and lines.
    snapshots : list of Snapshot
        A snapshot for each ``play``.
    """
    snapshots: list[Snapshot] = []

    class Inspected(scene_class):  # type: ignore[misc, valid-type]
        def play(self, *args: Any, **kwargs: Any) -> None:
            super().play(*args, **kwargs)
            snapshots.append(take_snapshot(self))

    # The words of a scene are found by its class name.
    Inspected.__name__ = scene_class.__name__
    replace_slow_methods()
    small = {"pixel_width": 192, "pixel_height": 108, "frame_rate": 15}
    quiet = {"dry_run": True, "progress_bar": "none", "verbosity": "ERROR"}
    # The scene sets the active language and theme, which are reset.
    with tempconfig({**small, **quiet}), use_language(language().code), use_theme(theme()):
        scene = Inspected(skip_animations=True, **options)
        disable_drawing(scene)
        scene.render()
    return scene, snapshots
