"""Scenes run once without being drawn; what they said and showed is shared by all tests.

A run is stored on disk under the key of the scene's timeline, so that test processes, and the next
test session, read it instead of running the scene again.
"""

from __future__ import annotations

import hashlib
import pickle
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from joblib import Memory
from manim import tempconfig

from lecture.config.contract import SceneEntry
from lecture.files import RESULTS_FOLDER, atomic_write
from lecture.formats import FrameFormat
from lecture.kit import inspection
from lecture.kit.inspection import Box, Snapshot, inspect_scene
from lecture.kit.lecture_scene import TITLE
from lecture.kit.pacing import Pacing
from lecture.palette import DARK, THEMES, Theme
from lecture.render.keys import timeline_key
from lecture.render.tasks import SceneRenderSpec
from lecture.timeline import Beat, Line
from scenes import LECTURE
from scenes.spec import ChainSpec, GradientSpec

CHAINS = {
    "default": ChainSpec(),
    "depth_2": ChainSpec(weights=(0.9, -0.8)),
    "depth_12": ChainSpec(
        weights=(1.1, -0.9, 1.3, 0.7, -1.6, 0.95, 1.2, -0.8, 0.5, 1.9, -1.4, 0.85),
        biases=(0.1, 0.0, -0.3, 0.2, 0.5, -0.6, 0.0, 0.4, 0.1, -0.2, 0.3, 0.25),
    ),
    "relu": ChainSpec(
        weights=(1.2, 0.9, 1.1, 1.3, -0.7), biases=(0.1, -0.2, 0.0, 0.1, 0.9), activation="relu"
    ),
    "zero_and_negative": ChainSpec(
        weights=(-1.2, 0.9, -2.1, 1.3, 0.0, 1.7, 0.4, -1.5),
        biases=0.3,
        activation="tanh",
        cost="half_squared",
        input=-1.5,
        target=-0.4,
    ),
    "beyond_floats": ChainSpec(
        weights=(5.0, -9.0, 11.0, 7.0, -60.0, 9.5, 100.0, 900.0, -50.0, 0.000123),
        cost="cross_entropy",
    ),
    # Its second activation and its dC/dy are about 10^-434, and its cost is their square.
    "saturated": ChainSpec(weights=(1000.0, -1000.0, 3.0, 2000.0), input=1.0),
    "dead": ChainSpec(weights=(-1.0,) * 12, biases=-0.1, activation="relu"),
    "growing": ChainSpec(weights=(0.9, 8.0, 12.5, 20.0), activation="identity"),
}
"""Chains that scenes have to hold with: short, long, saturated, dead and growing ones."""


def limits_of(name: str) -> tuple[float, float]:
    """Return the least and the greatest number of seconds that a scene may last."""
    return (15.0, 30.0) if name == "Opening" else (30.0, 80.0)


@dataclass(frozen=True, kw_only=True)
class SteppedScene:
    """What a scene said, from its first frame to its last.

    `reads` names the fields of the spec that it read, and `measured` holds numbers taken from its
    mobjects at its end.
    """

    spec: GradientSpec
    beats: list[Beat]
    lines: list[Line]
    time: float
    reads: frozenset[str]
    measured: Mapping[str, Any]


Stepped = tuple[SteppedScene, list[Snapshot]]

FRAME_RATE = 15
_SIZE = FrameFormat(192, 108, FRAME_RATE)
_UNUSED_AFTER = 7 * 24 * 3600  # seconds
_MEASURES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "DeepNetsStall": lambda scene: {
        "heads": [float(head.get_center()[0]) for head in scene.track.heads],
        "log10": list(scene.track.log10),
        "rings": [float(ring.get_center()[0]) for ring in scene.rings[0]],
    },
    "ForwardPass": lambda scene: {
        "levels": [
            _gauge_level(neuron.gauge.points, neuron.body) for neuron in scene.drawn.neurons
        ],
    },
    "GradientAsProduct": lambda scene: {"bars": scene.bars.heights.tolist()},
    "LayersOfAbstraction": lambda scene: {
        "strokes": [lines.count for lines in scene.edge_lines],
        "shapes": [_centers(group) for group in scene.shape_groups],
        "digit": [_centers(group) for group in scene.digit_parts],
        "neurons": [net.count for net in scene.nets],
        "peaks": scene.peaks.count,
    },
    "UnstableGradient": lambda scene: _survivors(scene.odds_group[1]),
    "WhatHelps": lambda scene: {
        "start": scene.stairs.get_start(),
        "end": scene.stairs.get_end(),
        "bracket": sorted(float(end[1]) for end in scene.bracket[0].get_start_and_end()),
        "left": scene.big.region.left,
        "bottom": scene.big.region.bottom,
        "height": scene.big.region.height,
        "low": scene.axis.low,
        "high": scene.axis.high,
    },
}


def _centers(lines: Any) -> list[list[float]]:
    """Return the centres of straight strokes of one cubic each."""
    points = np.concatenate([part.points.reshape(-1, 4, 3) for part in lines])
    return [[float(x), float(y)] for x, y, _ in points.mean(axis=1)]


def _survivors(survivors: Any) -> dict[str, Any]:
    """Return the dots in balance, and the height of the end of the curve, for each depth."""
    region = survivors.plot.region
    found: dict[str, Any] = {"dots": [], "curve_ends": []}
    for layers in range(1, len(survivors.shares) + 1):
        survivors.to(layers)
        found["dots"].append(survivors.dots.held)
        up = (survivors.curve.get_end()[1] - region.bottom) / region.height
        found["curve_ends"].append(float(100 * up))
    return found


def _gauge_level(points: Any, body: Any) -> float:
    """Return the signed height of a gauge, as a share of the diameter of its neuron."""
    bottom, top = float(points[:, 1].min()), float(points[:, 1].max())
    from_below = abs(bottom - body.get_bottom()[1]) < 1e-6
    return (top - bottom) / float(body.height) * (1 if from_below else -1)


class _WatchedChain(ChainSpec):
    """A chain that records which of its fields are read."""

    def __getattribute__(self, name: str) -> Any:
        if name in ChainSpec.model_fields:
            _READ.add(f"chain.{name}")
        return super().__getattribute__(name)


class _WatchedSpec(GradientSpec):
    """A spec that records which of its fields are read."""

    def __getattribute__(self, name: str) -> Any:
        if name in GradientSpec.model_fields and name != "chain":
            _READ.add(name)
        return super().__getattribute__(name)


_READ: set[str] = set()


def entry_of(name: str) -> SceneEntry:
    """Return the entry of a scene of the lecture."""
    return next(entry for entry in LECTURE.scenes if entry.name == name)


def run_scene(name: str, spec: GradientSpec, pacing: Pacing | None = None) -> Stepped:
    """Run a scene in this process without drawing its frames."""
    scene_class = getattr(import_module(entry_of(name).module), name)
    watched = _WatchedSpec(
        **{**dict(spec), "chain": _WatchedChain(**dict(spec.chain))},
    )
    _READ.clear()
    scene, snapshots = inspect_scene(scene_class, spec=watched, pacing=pacing)
    stepped = SteppedScene(
        spec=spec,
        beats=scene.recorded_beats,
        lines=scene.recorded_lines,
        time=float(scene.time),
        reads=frozenset(_READ),
        measured=_MEASURES.get(name, lambda _: {})(scene),
    )
    return stepped, snapshots


class SceneStepper:
    """Runs each scene once for each spec, or reads the run of another process.

    Parameters
    ----------
    folder
        Where runs are stored.
    results
        Where scenes cache their results, such as trainings.
    media
        Where manim writes formulas.
    """

    def __init__(self, folder: Path, results: Path, media: Path) -> None:
        self._folder = folder
        for file in folder.iterdir():
            if time.time() - file.stat().st_mtime > _UNUSED_AFTER:
                file.unlink(missing_ok=True)
        self._media, self.results = media, results
        Memory(results, verbose=0).reduce_size(age_limit=timedelta(seconds=_UNUSED_AFTER))
        (media / "cache").mkdir()
        (media / "cache" / RESULTS_FOLDER).symlink_to(results)
        self._known: dict[str, Stepped] = {}

    def __call__(
        self,
        name: str,
        chain: str = "default",
        theme: str = "dark",
        aspect: str = "16:9",
        language: str = "en",
    ) -> Stepped:
        """Return what a scene said and showed."""
        spec = GradientSpec.model_validate(
            {"chain": CHAINS[chain], "theme": theme, "aspect": aspect, "language": language}
        )
        # Chains, of which a scene reads nothing, share a run.
        key = timeline_key(SceneRenderSpec(entry_of(name), _SIZE, spec))
        if key not in self._known:
            self._known[key] = self._load(
                self._folder / f"{key}-{_code_of_inspection()}", name, spec
            )
        return self._known[key]

    def snapshots_in(
        self, theme: str, name: str, chain: str, aspect: str = "16:9"
    ) -> list[Snapshot]:
        """Return what a scene showed in a theme, without running it again."""
        shown = self(name, chain, aspect=aspect)[1]
        return [recolored(snapshot, THEMES[theme]) for snapshot in shown]

    def _load(self, file: Path, name: str, spec: GradientSpec) -> Stepped:
        with FileLock(file.with_suffix(".lock")):
            if file.exists():
                return pickle.loads(file.read_bytes())  # type: ignore[no-any-return]  # noqa: S301
            with tempconfig({"media_dir": str(self._media)}):
                stepped = run_scene(name, spec)
            with atomic_write(file) as temporary:
                temporary.write_bytes(pickle.dumps(stepped))
        return stepped


@cache
def _code_of_inspection() -> str:
    files = (Path(__file__), Path(inspection.__file__))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


def recolored(snapshot: Snapshot, other: Theme) -> Snapshot:
    """Return a snapshot of a scene in the dark theme in the colours of another theme."""
    roles = {color.upper(): role for role, color in vars(DARK).items() if role != "name"}

    def color(value: str) -> str:
        return str(getattr(other, roles[value.upper()]))

    filled = [s for s in snapshot.shapes if s.fill_opacity > 0]
    behind = [s for s in filled if any(s.box.holds(text.box) for text in snapshot.texts)]
    return replace(
        snapshot,
        texts=tuple(replace(text, color=color(text.color)) for text in snapshot.texts),
        shapes=tuple(
            replace(shape, fill=color(shape.fill)) if shape in behind else shape
            for shape in snapshot.shapes
        ),
        background=color(snapshot.background),
    )


def assert_continued(before: Snapshot, first: Snapshot) -> None:
    """Check that a scene begins with the last picture of the one before, and its own title."""
    ended, begun = (
        sorted((text.content, *_sides(text.box)) for text in snapshot.texts if text.kind != TITLE)
        for snapshot in (before, first)
    )
    assert len(ended) == len(before.texts)  # the title has gone
    assert [content for content, *_ in ended] == [content for content, *_ in begun]
    np.testing.assert_allclose(
        [sides for _, *sides in ended], [sides for _, *sides in begun], atol=1e-6
    )
    # The first picture has the road map too, for a moment.
    shapes = np.array([_sides(shape.box) for shape in first.shapes])
    for shape in before.shapes:
        assert np.abs(shapes - _sides(shape.box)).max(axis=1).min() < 1e-6


def _sides(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.right, box.bottom, box.top
