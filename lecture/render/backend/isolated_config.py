"""Configure manim so that only the task decides on the frames of a scene."""

from __future__ import annotations

import os
import sys
import sysconfig
import traceback
from contextlib import contextmanager
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import manim

from lecture.errors import RenderError
from lecture.kit.manim_internals import use_thread_lock
from lecture.kit.palette import THEMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lecture.config.contract import SceneEntry
    from lecture.formats import FrameFormat
    from lecture.render.tasks import SceneRenderSpec

__all__ = ["cause_of", "isolated_config", "scene_class"]

_LATEX = {"latex", "pdflatex", "xelatex", "lualatex", "dvisvgm"}


@contextmanager
def isolated_config(render_spec: SceneRenderSpec, folder: Path, **overrides: Any) -> Iterator[None]:
    """Configure manim for a scene, with `folder` for the files that it writes.

    `overrides` are settings of manim's.
    """
    use_thread_lock()
    settings = {
        **_settings(render_spec.format, folder),
        "background_color": THEMES[render_spec.spec.theme].background,
        "background_opacity": 0.0 if render_spec.encoding.transparent else 1.0,
        **overrides,
    }
    with manim.tempconfig(settings):
        yield


def _settings(size: FrameFormat, folder: Path) -> dict[str, Any]:
    """Return all settings that a ``manim.cfg`` could change."""
    path = str(folder.absolute())
    if set(path) & set("{}"):  # manim replaces {names} in its folders
        path = os.path.relpath(folder)
    portrait = size.height > size.width
    return {
        "assets_dir": "./",
        "disable_caching": True,
        "dry_run": True,
        "enable_gui": False,
        "format": "mp4",
        "frame_height": 8.0 * 16 / 9 if portrait else 8.0,
        "frame_rate": size.fps,
        "frame_width": 8.0 if portrait else 8.0 * 16 / 9,
        "from_animation_number": 0,
        "images_dir": path,
        "live_preview": False,
        "log_dir": path,
        "log_to_file": False,
        "max_files_cached": -1,
        "media_dir": path,
        "notify_outdated_version": False,
        "output_file": "",
        "partial_movie_dir": f"{path}/animations",
        "pixel_format": "auto",
        "pixel_height": size.height,
        "pixel_width": size.width,
        "preview": False,
        "progress_bar": "none",
        "renderer": "cairo",
        "save_sections": False,
        "sections_dir": f"{path}/sections",
        "seed": 0,
        "show_in_file_browser": False,
        "tex_dir": f"{path}/formulas",
        "text_dir": f"{path}/formulas",
        "upto_animation_number": -1,
        "verbosity": "WARNING",
        "video_codec": "auto",
        "video_dir": path,
        "video_encoder_options": {},
        "write_all": False,
    }


def scene_class(entry: SceneEntry) -> type[manim.Scene]:
    """Import the module of a scene and return its class.

    Raises
    ------
    RenderError
        The file is no Python module, or has no such class.
    """
    if entry.file is None:
        module = import_module(entry.module)
    else:
        found = spec_from_file_location(entry.module, entry.file)
        if found is None or found.loader is None:
            raise RenderError(f"{entry.file} is no Python module")
        # As manim does, so that the file can import modules beside it.
        sys.path.insert(0, str(entry.file.parent.absolute()))
        module = module_from_spec(found)
        sys.modules[entry.module] = module
        found.loader.exec_module(module)
    scene = getattr(module, entry.name, None)
    if scene is None:
        raise RenderError(f"{entry.module} has no class {entry.name}")
    return scene  # type: ignore[no-any-return]


def cause_of(error: Exception) -> str:
    """Return an error of a scene in one line, with the last line of the user's code."""
    message = (str(error).strip() or "no message").splitlines()[0]
    if isinstance(error, RenderError):
        return message
    generator = Path(__file__).parents[2]
    others = {
        Path(sys.prefix),
        Path(sysconfig.get_path("stdlib")),
        generator / "kit",
        generator / "render",
    }
    own = [
        step
        for step in traceback.extract_tb(error.__traceback__)
        if others.isdisjoint(Path(step.filename).parents) and not step.filename.startswith("<")
    ]
    where = f" ({os.path.relpath(own[-1].filename)}, line {own[-1].lineno})" if own else ""
    if isinstance(error, FileNotFoundError) and error.filename in _LATEX:
        hint = "use Typst and MathTypst in place of Tex and MathTex, or install LaTeX"
        return f"Tex and MathTex need {error.filename}, which is not installed; {hint}{where}"
    return f"{type(error).__name__}: {message}{where}"
