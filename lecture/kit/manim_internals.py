"""All use of manim's internals: what its documentation does not promise to keep.

Subclasses that override public methods of manim (`lecture.render.backend.renderer`) and the drawing
methods of its camera (`lecture.render.backend.painter`) are elsewhere; ``docs/architecture.md``
lists both, for the next version of manim.
"""

from __future__ import annotations

import copy
import math
import pickle
import re
import shutil
import threading
import xml.etree.ElementTree as ET
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import manim.scene.scene as scene_module
import numpy as np
import svgelements
import typst
from manim import (
    RIGHT,
    CairoRenderer,
    Mobject,
    Polygram,
    SVGMobject,
    Typst,
    VGroup,
    VMobjectFromSVGPath,
    config,
)
from manim._config.utils import ManimConfig
from manim.constants import CapStyleType, LineJointType, RendererType
from manim.mobject.opengl.opengl_vectorized_mobject import OpenGLVMobject
from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from manim import Scene
    from numpy.typing import NDArray

__all__ = [
    "UNITS_PER_POINT",
    "SteadyStrokes",
    "after_subcaption",
    "copied_svg_files",
    "disable_drawing",
    "draw_current_frame",
    "replace_slow_methods",
    "replaced_renderer",
    "subcaptions",
    "svg_baselines",
    "svg_width",
    "use_thread_lock",
]

UNITS_PER_POINT = 1 / 960
"""Height in units of one point of font size; Typst compiles a font of 10 pt."""

_PIXELS_PER_UNIT_AT_1080P = 135.0
_GLYPH_RUN = re.compile(r'<g transform="matrix\(1 0 0 -1 \S+ (\S+)\)">')
_VIEW_BOX = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')
# What parsing an SVG file sets in a text; all hold the same mobjects, so they are cached together.
_PARSED = (
    "submobjects",
    "id_to_vgroup_dict",
    "_baseline_tracked_submobjects",
    "_stroke_width_tracked_submobjects",
)
_TEXTS = 400  # of which the parsed files are cached; a scene has about 100
_OUTLINES = 1000  # of glyphs in one size; a lecture has about 300
# Types of attributes of mobjects whose values `copy.deepcopy` returns as they are.
_IMMUTABLE = {bool, float, int, str, type(None), np.float64, CapStyleType, LineJointType}
_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_GROUP, _DEFINITIONS, _SYMBOL = f"{_SVG}g", f"{_SVG}defs", f"{_SVG}symbol"
_USE, _PATH = f"{_SVG}use", f"{_SVG}path"
_LABEL = "data-typst-label"
_ATTRIBUTES = {"d", "fill", "fill-rule", "transform", "x", "y", _HREF}
_ATTRIBUTES |= {f"stroke{part}" for part in ("", "-width", "-linecap", "-linejoin", "-miterlimit")}


class SteadyStrokes(Typst):
    """Text whose strokes, such as fraction bars, have the same width at any resolution."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        with _one_compiler():
            super().__init__(*args, **kwargs)

    def generate_mobject(self) -> Self:
        """Make the glyphs of the SVG file; a file with the same content is read once a process.

        The parser of manim reads the outline of each glyph point by point wherever it occurs, which
        took most of the time of a text. Copies from manim's own cache lose the widths of fraction
        bars.
        """
        # The name of the file is the hash of its source.
        name, labels = Path(str(self.file_name)).stem, repr(self._svg_leaf_labels)
        parsed = _parsed(name, labels, self.track_baselines, self._preserve_svg_stroke_widths)
        if not parsed:
            self._read_svg()
            parsed.append(pickle.dumps({part: vars(self)[part] for part in _PARSED}))
        else:
            vars(self).update(pickle.loads(parsed[0]))  # noqa: S301  (written above)
        return self

    def _read_svg(self) -> None:
        root = ET.fromstring(_svg(self))  # noqa: S314  (written by Typst)
        leaves = list(_leaves(root, svgelements.Matrix()))
        if any(_LABEL in element.attrib for element in root.iter()) or not all(
            leaf.tag in (_USE, _PATH) and _ATTRIBUTES.issuperset(leaf.attrib) for leaf, _ in leaves
        ):
            self._read_any_svg()
            return
        outlines = {f"#{symbol.get('id')}": symbol[0].get("d", "") for symbol in root.iter(_SYMBOL)}
        for index, (leaf, place) in enumerate(leaves):
            part = self.get_mob_from_shape_element(_Outline(leaf, place, outlines))
            if part is None:
                continue
            self.add(part)
            for label in self._svg_leaf_labels.get(index, []):
                self.id_to_vgroup_dict.setdefault(label, VGroup()).add(part)
        self.flip(RIGHT)

    def _read_any_svg(self) -> None:
        """Let manim read the file, without the groups that it makes for each element."""
        super().generate_mobject()
        # Unused from here on; animations would copy them, the paths point by point.
        for part in self.get_family():
            vars(part).pop("path_obj", None)
        self._rebuild_label_aliases()
        named = {group for groups in self._label_aliases.values() for group in groups}
        groups = self.id_to_vgroup_dict
        self.id_to_vgroup_dict = {name: groups[name] for name in groups if name in named}

    def path_to_mobject(self, path: Any) -> VMobjectFromSVGPath:
        """Return the mobject of a path; an outline is parsed once a process."""
        if not isinstance(path, _Outline):
            return super().path_to_mobject(path)
        mobject = super().path_to_mobject(svgelements.Path())
        del vars(mobject)["path_obj"]
        # Not by a product of matrices, whose last digit depends on the processor.
        x, y, z = _points(path.data).T
        m = path.place
        mobject.points = np.stack([m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f, z], axis=1)
        return mobject

    def _refresh_svg_stroke_widths(self) -> None:
        # Manim scales these widths with the pixels per unit, although widths of strokes do not
        # depend on the resolution: at 480p a fraction bar would be half as wide as at 1080p.
        super()._refresh_svg_stroke_widths()
        pixels_per_unit = float(config.pixel_width) / float(config.frame_width)
        for line in self._stroke_width_tracked_submobjects:
            width = line.get_stroke_width() * _PIXELS_PER_UNIT_AT_1080P / pixels_per_unit
            line.set_stroke(width=width, family=False)


@contextmanager
def _one_compiler() -> Iterator[None]:
    """Let manim compile by a compiler that has read the fonts, which takes 20 times the rest."""
    replaced = typst.compile
    vars(typst)["compile"] = _compile
    try:
        yield
    finally:
        vars(typst)["compile"] = replaced


def _compile(source: str, *, font_paths: Sequence[str | Path], **options: Any) -> Any:
    compiler = _compiler(tuple(map(str, font_paths)))
    return compiler.compile(source, root=Path(source).parent, **options)


@lru_cache(maxsize=8)
def _compiler(font_paths: tuple[str, ...]) -> typst.Compiler:
    return typst.Compiler(font_paths=list(font_paths))


def _leaves(
    parent: ET.Element, place: svgelements.Matrix
) -> Iterator[tuple[ET.Element, svgelements.Matrix]]:
    """Yield what an SVG file draws, in order, with its place."""
    for element in parent:
        inner = svgelements.Matrix(element.get("transform", "")) * place
        if element.tag == _GROUP:
            yield from _leaves(element, inner)
        elif element.tag != _DEFINITIONS:
            yield element, inner


class _Outline(svgelements.Path):  # type: ignore[misc]
    """The style of a glyph or a path in an SVG file of Typst, with its outline and its place."""

    def __init__(
        self, leaf: ET.Element, place: svgelements.Matrix, outlines: dict[str, str]
    ) -> None:
        if leaf.tag == _USE:
            self.data = outlines[leaf.attrib[_HREF]]
            x, y = float(leaf.get("x", 0)), float(leaf.get("y", 0))
            self.place = svgelements.Matrix.translate(x, y) * place
        else:
            self.data, self.place = leaf.attrib["d"], place
        scale = math.sqrt(abs(place.a * place.d - place.b * place.c))
        super().__init__(
            fill=leaf.get("fill", "black"),
            stroke=leaf.get("stroke", "none"),
            stroke_width=scale * float(leaf.get("stroke-width", 0)),
        )


@lru_cache(maxsize=_OUTLINES)
def _points(data: str) -> NDArray[np.float64]:
    """Return the points of an outline in the data of an SVG path, of shape (n, 3)."""
    points: NDArray[np.float64] = VMobjectFromSVGPath(svgelements.Path(data)).points
    return points


@lru_cache(maxsize=_TEXTS)
def _parsed(*_key: object) -> list[bytes]:
    """Return the list that holds the pickled result of parsing, once a text was parsed."""
    return []


def svg_baselines(text: Typst) -> list[float]:
    """Return the y of each run of glyphs, in points downwards from the top of Typst's page."""
    return [float(y) for y in _GLYPH_RUN.findall(_svg(text))]


def svg_width(text: Typst) -> float | None:
    """Return the width of Typst's page in points; ``None`` if the SVG file does not say it."""
    view_box = _VIEW_BOX.search(_svg(text))
    return None if view_box is None else float(view_box.group(1))


def _svg(text: Typst) -> str:
    return Path(str(text.file_name)).read_text(encoding="utf-8")


@contextmanager
def replaced_renderer(make: Callable[..., CairoRenderer]) -> Iterator[None]:
    """Let scenes that are created inside the block have the renderers of `make`.

    A scene may have any ``__init__``, so a renderer cannot be passed to it.
    """
    replaced = vars(scene_module)["CairoRenderer"]
    vars(scene_module)["CairoRenderer"] = make
    try:
        yield
    finally:
        vars(scene_module)["CairoRenderer"] = replaced


@contextmanager
def copied_svg_files(folder: Path) -> Iterator[None]:
    """Let manim parse a copy in `folder` of each SVG file from elsewhere.

    It writes a changed file beside the one that it parses, and removes it: in a folder of the user,
    where another process may parse the same file at that moment.
    """
    copies = folder / "svg"
    original = SVGMobject.get_file_path

    def copy(self: SVGMobject) -> Path:
        file = original(self).absolute()
        if folder in file.parents:
            return file
        copies.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(file, copies / file.name))

    SVGMobject.get_file_path = copy  # type: ignore[method-assign]
    try:
        yield
    finally:
        SVGMobject.get_file_path = original  # type: ignore[method-assign]


def draw_current_frame(scene: Scene) -> None:
    """Draw all mobjects of `scene` into the pixels of its camera, in any state of the renderer."""
    renderer: Any = scene.renderer
    renderer.static_image = None
    CairoRenderer.update_frame(renderer, scene)


def disable_drawing(scene: Scene) -> None:
    """Let the camera of `scene` draw nothing.

    Manim draws the last frame of each skipped animation, which takes most of the time, and parts
    the mobjects into those that move and a picture of the others.
    """
    vars(scene.renderer.camera)["capture_mobjects"] = lambda *_, **__: None
    vars(scene)["get_moving_and_static_mobjects"] = lambda _: ([], [])


def subcaptions(scene: Scene) -> list[tuple[str, float, float]]:
    """Return text, start and end in seconds of each ``add_subcaption`` of `scene`."""
    writer: Any = scene.renderer.file_writer
    return [
        (caption.content, caption.start.total_seconds(), caption.end.total_seconds())
        for caption in writer.subcaptions
    ]


def after_subcaption(scene: Scene, call: Callable[[], None]) -> None:
    """Call `call` after each ``add_subcaption`` of `scene`, also after ``play(subcaption=...)``."""
    add = scene.add_subcaption

    def add_subcaption(*args: Any, **kwargs: Any) -> None:
        add(*args, **kwargs)
        call()

    vars(scene)["add_subcaption"] = add_subcaption


def use_thread_lock() -> None:
    """Let manim's progress bars share a lock of this process.

    The default lock of tqdm is a semaphore that outlives a killed process, with a warning.
    """
    tqdm.set_lock(threading.RLock())


@cache
def replace_slow_methods() -> None:
    """Replace methods of manim by ones that do the same in less time."""
    _keep_base_classes()
    _copy_plain_attributes()
    _collect_families_at_once()


def _keep_base_classes() -> None:
    """Let manim keep the base classes of mobjects when it sets the renderer that it already has.

    Manim assigns them again, at every start and end of `tempconfig`, which takes 20 ms and clears
    Python's caches of attributes: https://github.com/ManimCommunity/manim/pull/4958.
    """
    setting: Any = ManimConfig.renderer

    def set_renderer(settings: ManimConfig, value: str | RendererType) -> None:
        renderer = RendererType(value.lower() if isinstance(value, str) else value)
        if renderer is RendererType.CAIRO and not issubclass(Polygram, OpenGLVMobject):
            settings._set_from_enum("renderer", renderer, RendererType)  # noqa: SLF001
        else:
            setting.fset(settings, renderer)

    ManimConfig.renderer = setting.setter(set_renderer)  # type: ignore[method-assign]


def _copy_plain_attributes() -> None:
    """Let manim copy numbers, texts and arrays of a mobject without `copy.deepcopy`.

    Animations copy their mobjects, each with some 40 attributes, of which nearly all are plain. The
    calls took a tenth of the time of a scene that is not drawn.
    """

    def copied(self: Mobject, memo: dict[int, Any]) -> Mobject:
        result = memo[id(self)] = type(self).__new__(type(self))
        for name, value in vars(self).items():
            kind = type(value)
            if kind in _IMMUTABLE:
                setattr(result, name, value)
            elif kind is np.ndarray and not value.dtype.hasobject:
                if id(value) not in memo:
                    memo[id(value)] = value.copy(order="K")
                setattr(result, name, memo[id(value)])
            else:
                setattr(result, name, copy.deepcopy(value, memo))
        result.original_id = str(id(self))
        return result

    Mobject.__deepcopy__ = copied  # type: ignore[assignment]


def _collect_families_at_once() -> None:
    """Let manim list the family of a mobject without a generator for each member.

    It lists the families of all mobjects for each frame.
    """
    original = Mobject.get_family

    def get_family(self: Mobject, recurse: bool = True) -> list[Mobject]:
        family: dict[Mobject, None] = {}
        waiting = [self]
        while waiting:
            member = waiting.pop()
            if member in family:  # manim has an order for members that occur twice
                return original(self, recurse)
            family[member] = None
            waiting.extend(reversed(member.submobjects))
        return list(family)

    Mobject.get_family = get_family  # type: ignore[method-assign]
