"""Manim, set up so that nothing but the job decides what a scene looks like."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from contextlib import contextmanager
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import manim
from tqdm import tqdm

from lecture.errors import RenderError
from lecture.kit.palette import THEMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lecture.config.contract import SceneEntry
    from lecture.formats import FrameFormat
    from lecture.render.tasks import SceneRenderSpec

__all__ = ["cause_of", "isolated_config", "scene_class"]


@contextmanager
def isolated_config(render_spec: SceneRenderSpec, folder: Path, **overrides: Any) -> Iterator[None]:
    """Set manim up for a scene.

    Parameters
    ----------
    view
        The scene, and all that its frames depend on.
    folder
        For the files that manim writes.
    **overrides
        Settings of manim's.
    """
    # manim's bars would otherwise make a semaphore for several processes, which outlives one
    # that is ended early and is then complained about.
    tqdm.set_lock(threading.RLock())
    settings = {
        **_settings(render_spec.format, folder),
        "background_color": THEMES[render_spec.spec.theme].background,
        "background_opacity": 0.0 if render_spec.encoding.transparent else 1.0,
        **overrides,
    }
    with manim.tempconfig(settings):
        yield


def _settings(size: FrameFormat, folder: Path) -> dict[str, Any]:
    """Say everything that a ``manim.cfg`` of the user or the working directory could change."""
    # Relative, because manim fills in {names} in its folders, and a path may hold braces.
    place = os.path.relpath(folder)
    stands = size.height > size.width
    return {
        "assets_dir": "./",
        "disable_caching": True,
        "dry_run": True,
        "enable_gui": False,
        "format": "mp4",
        "frame_height": 8.0 * 16 / 9 if stands else 8.0,
        "frame_rate": size.fps,
        "frame_width": 8.0 if stands else 8.0 * 16 / 9,
        "from_animation_number": 0,
        "images_dir": place,
        "live_preview": False,
        "log_dir": place,
        "log_to_file": False,
        "max_files_cached": -1,
        "media_dir": place,
        "notify_outdated_version": False,
        "output_file": "",
        "partial_movie_dir": f"{place}/animations",
        "pixel_format": "auto",
        "pixel_height": size.height,
        "pixel_width": size.width,
        "preview": False,
        "progress_bar": "none",
        "renderer": "cairo",
        "save_sections": False,
        "sections_dir": f"{place}/sections",
        "seed": 0,
        "show_in_file_browser": False,
        "tex_dir": f"{place}/formulas",
        "text_dir": f"{place}/formulas",
        "upto_animation_number": -1,
        "verbosity": "WARNING",
        "video_codec": "auto",
        "video_dir": place,
        "video_encoder_options": {},
        "write_all": False,
    }


def scene_class(entry: SceneEntry) -> type[manim.Scene]:
    """Load the class of a scene.

    Parameters
    ----------
    entry
        Where it lives.

    Raises
    ------
    RenderError
        It is not there.
    """
    if entry.file is None:
        module = import_module(entry.module)
    else:
        found = spec_from_file_location(entry.module, entry.file)
        if found is None or found.loader is None:
            raise RenderError(f"{entry.file} is no Python module")
        module = module_from_spec(found)
        sys.modules[entry.module] = module
        found.loader.exec_module(module)
    scene = getattr(module, entry.name, None)
    if scene is None:
        raise RenderError(f"{entry.module} has no class {entry.name}")
    return scene  # type: ignore[no-any-return]


def cause_of(error: Exception) -> str:
    """Say in one line what went wrong, and where in the code that is not manim's.

    Parameters
    ----------
    error
        What a scene raised.
    """
    message = (str(error).strip() or "no message").splitlines()[0]
    if isinstance(error, RenderError):
        return message
    packages = Path(sys.prefix)
    production = Path(__file__).parent.parent
    own = [
        step
        for step in traceback.extract_tb(error.__traceback__)
        if packages not in Path(step.filename).parents
        and production not in Path(step.filename).parents
        and not step.filename.startswith("<")
    ]
    where = f" ({os.path.relpath(own[-1].filename)}, line {own[-1].lineno})" if own else ""
    return f"{type(error).__name__}: {message}{where}"
