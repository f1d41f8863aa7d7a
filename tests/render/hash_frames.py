"""Hash each frame of a scene, drawn by manim itself or by the engine."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import manim
import numpy as np
from numpy.typing import NDArray

from lecture.config.contract import SceneEntry
from lecture.formats import FrameFormat
from lecture.render.backend.isolated_config import isolated_config, scene_class
from lecture.render.backend.rectangles import Rectangle
from lecture.render.backend.scene_runner import run_scene
from lecture.render.backend.segments import SectionSplitter
from lecture.render.tasks import RenderTask, SceneRenderSpec
from scenes.spec import GradientSpec

Result = list[str] | str
"""The hash of each frame, or the error of a scene."""


def frame_hashes(
    drawn_by: Literal["manim", "engine"],
    place: str,
    name: str,
    size: FrameFormat,
    beats: tuple[int, int | None] = (0, None),
) -> list[str]:
    """Draw a scene of a file or a module and return the hash of each frame.

    This has to be called in a process of its own, since manim draws a formula differently the
    second time.
    """
    render_spec = view_of(place, name, size)
    with tempfile.TemporaryDirectory() as folder:
        if drawn_by == "manim":
            return by_manim(render_spec, Path(folder))
        return by_engine(render_spec, Path(folder), beats)


def hashes_of_scenes(
    drawn_by: Literal["manim", "engine"],
    place: str,
    scenes: Mapping[str, tuple[int, int | None]],
    size: FrameFormat,
) -> dict[str, list[str]]:
    """Draw beats of scenes of a file in this process, in their order; return the hashes of each."""
    return {
        name: frame_hashes(drawn_by, place, name, size, beats) for name, beats in scenes.items()
    }


def results_of_files(
    drawn_by: Literal["manim", "engine"],
    folder: Path,
    files: Mapping[str, str],
    size: FrameFormat,
    beats: tuple[int, int | None],
) -> dict[str, Result]:
    """Draw a scene of each file in this process, in their order.

    `files` holds sources by a name that ends in a dot and the name of the scene.
    """
    results: dict[str, Result] = {}
    for number, (name, source) in enumerate(files.items()):
        file = folder / f"scene_{number}.py"
        file.write_text(source, encoding="utf-8")
        try:
            scene = name.rpartition(".")[2]
            results[name] = frame_hashes(drawn_by, str(file), scene, size, beats)
        except Exception as error:  # noqa: BLE001  (a scene may raise anything)
            results[name] = f"{type(error).__name__}: {error}"
    return results


def view_of(place: str, name: str, size: FrameFormat) -> SceneRenderSpec:
    file = Path(place)
    entry = (
        SceneEntry(name, file.stem, name, file)
        if file.suffix == ".py"
        else SceneEntry(name, place, name)
    )
    return SceneRenderSpec(entry, size, GradientSpec())


def by_manim(render_spec: SceneRenderSpec, folder: Path) -> list[str]:
    """Render a scene as ``manim render`` does, and hash the frames that its encoder gets."""
    hashes: list[str] = []
    with isolated_config(render_spec, folder, dry_run=False):
        scene = scene_class(render_spec.scene)()
        assert type(scene.renderer) is manim.CairoRenderer
        writer = scene.renderer.file_writer
        write = writer.write_frame

        def watched(pixels: NDArray[np.uint8], *, repeat: int = 1) -> None:
            hashes.extend([hashlib.sha256(pixels.tobytes()).hexdigest()] * repeat)
            write(pixels, repeat=repeat)

        writer.write_frame = watched  # type: ignore[method-assign]
        scene.render()
    return hashes


def by_engine(
    render_spec: SceneRenderSpec, folder: Path, beats: tuple[int, int | None]
) -> list[str]:
    """Render a scene as ``lecture render`` does, and hash the frames that its encoder gets.

    A frame is what the encoder knows of it: the changed parts on top of the frame before.
    """
    hashes: list[str] = []
    size = render_spec.format
    known = np.zeros((size.height, size.width, 4), np.uint8)
    write = SectionSplitter.write

    def watched(
        splitter: SectionSplitter,
        pixels: NDArray[np.uint8],
        parts: Sequence[Rectangle],
        *,
        repeat: int = 1,
    ) -> None:
        for part in parts:
            known[part.rows, part.columns] = pixels[part.rows, part.columns]
        hashes.extend([hashlib.sha256(known.tobytes()).hexdigest()] * repeat)
        write(splitter, pixels, parts, repeat=repeat)

    SectionSplitter.write = watched  # type: ignore[method-assign]
    try:
        result = run_scene(RenderTask(render_spec, "", folder, beats), lambda _: None)
    finally:
        SectionSplitter.write = write  # type: ignore[method-assign]
    assert sum(beat.record.frames for beat in result.beats) == len(hashes)
    return hashes
