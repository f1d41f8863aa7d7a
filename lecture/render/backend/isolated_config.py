"""Configure manim so that only the task decides on the frames of a scene."""

from __future__ import annotations

import inspect
import os
import random
import sys
from collections import defaultdict
from contextlib import contextmanager
from importlib import import_module
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
)
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import manim
import numpy as np
from numpy.random import bit_generator

from lecture.errors import INSTALLED, RenderError, describe, first_line
from lecture.kit.manim_internals import copied_svg_files, replace_slow_methods, use_thread_lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

    from lecture.config.contract import SceneEntry
    from lecture.render.tasks import SceneRenderSpec

__all__ = ["cause_of", "check_settings", "isolated_config", "restore_settings", "scene_class"]

_LATEX = {"latex", "pdflatex", "xelatex", "lualatex", "dvisvgm"}
# Settings of manim that options and lecture.toml decide on, with the place to set them.
_SIZE = 'choose the size with --quality, and a portrait frame with aspect = "9:16" in lecture.toml'
_FIXED = {
    "pixel_width": _SIZE,
    "pixel_height": _SIZE,
    "frame_rate": "choose the frame rate with --fps",
    "background_opacity": "a transparent background is that of lecture clips --format webm or mov",
    "renderer": "only manim's default renderer (Cairo) is supported",
}
# The same for a LectureScene, which sets them itself.
_FIXED_IN_LECTURES = {
    "background_color": "choose the theme in lecture.toml",
    "frame_width": "choose the aspect in lecture.toml",
    "frame_height": "choose the aspect in lecture.toml",
}
# Settings that the file of a scene may set, as in manim.
_FREE = {
    "assets_dir",
    "background_color",
    "frame_height",
    "frame_width",
    "from_animation_number",
    "seed",
    "upto_animation_number",
}


@contextmanager
def isolated_config(render_spec: SceneRenderSpec, folder: Path, **overrides: Any) -> Iterator[None]:
    """Configure manim for a scene, with `folder` for the files that it writes.

    Random numbers are the same in each run. `overrides` are settings of manim's.
    """
    use_thread_lock()
    replace_slow_methods()
    with (
        manim.tempconfig({**_settings(render_spec, folder), **overrides}),
        copied_svg_files(folder.absolute()),
        _seeded(),
    ):
        yield


@contextmanager
def _seeded() -> Iterator[None]:
    """Give the n-th generator of a file without a seed the seed n, so that all chunks agree.

    Files count apart, because tempfile makes a generator when it is first used in a process.
    """
    numbers: defaultdict[str, count[int]] = defaultdict(count)
    seed_object, seed_global = random.Random.seed, random.seed

    def seed(self: random.Random, a: Any = None, version: int = 2) -> None:
        seed_object(self, next(numbers[_caller()]) if a is None else a, version)

    def randbits(bits: int) -> int:
        return random.Random(next(numbers[_caller()])).getrandbits(bits)  # noqa: S311  (no secret)

    # NumPy takes the entropy of all its generators from this function.
    entropy = vars(bit_generator)
    replaced = entropy["randbits"]
    entropy["randbits"] = randbits
    random.Random.seed = seed  # type: ignore[method-assign]
    random.seed = lambda a=None, version=2: seed_global(
        next(numbers[_caller()]) if a is None else a, version
    )
    try:
        random.seed()
        np.random.seed()  # noqa: NPY002  (scenes use it)
        yield
    finally:
        entropy["randbits"] = replaced
        random.Random.seed = seed_object  # type: ignore[method-assign]
        random.seed = seed_global


def _caller() -> str:
    """Return the file of the code that makes a generator."""
    own = {__file__, random.__file__}
    frame = inspect.currentframe()
    while frame is not None and frame.f_code.co_filename in own:
        frame = frame.f_back
    return frame.f_code.co_filename if frame is not None else ""


def check_settings(render_spec: SceneRenderSpec, *, of_lecture: bool = False) -> None:
    """Refuse settings that the code of a scene may not change.

    `of_lecture` is true between the import of the code and ``__init__`` of a `LectureScene`, which
    would overwrite more settings.

    Raises
    ------
    RenderError
        A setting was changed.
    """
    settings = _settings(render_spec, Path())
    for name, hint in {**_FIXED, **(_FIXED_IN_LECTURES if of_lecture else {})}.items():
        found = manim.config[name]
        if found != type(found)(settings[name]):
            file = render_spec.scene.file
            source = render_spec.scene.module if file is None else os.path.relpath(file)
            shown = getattr(found, "value", found)
            raise RenderError(
                f"{source}: config.{name} is set to {shown}; remove this setting, {hint}"
            )


def restore_settings(render_spec: SceneRenderSpec, folder: Path) -> None:
    """Restore the settings of files, previews and messages, which have no effect on frames."""
    settings = _settings(render_spec, folder)
    manim.config.update({name: settings[name] for name in settings.keys() - _FREE})


def _settings(render_spec: SceneRenderSpec, folder: Path) -> dict[str, Any]:
    """Return all settings that a ``manim.cfg`` could change."""
    size = render_spec.format
    path = str(folder.absolute())
    if set(path) & set("{}"):  # manim replaces {names} in its folders
        path = os.path.relpath(folder)
    portrait = size.height > size.width
    return {
        "assets_dir": "./",
        "background_color": render_spec.spec.palette.background,
        "background_opacity": 0.0 if render_spec.encoding.transparent else 1.0,
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


class _SourceLoader(SourceFileLoader):
    """Compiles a file each time.

    Cached bytecode holds sets of texts in the order of the process that wrote it, whose hashes are
    others, and a worker without the cache has another order. It also passes for current if a file
    was edited within a second and has its old size.
    """

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def _add_folder(folder: Path) -> None:
    """Put a folder on the path, as manim does, with modules that are compiled each time."""
    loaders = (ExtensionFileLoader, EXTENSION_SUFFIXES), (_SourceLoader, SOURCE_SUFFIXES)

    def finder(path: str) -> FileFinder:
        below = Path(path).is_relative_to(folder)
        if not below or any(map(Path(path).is_relative_to, INSTALLED)):
            raise ImportError
        return FileFinder(path, *loaders)

    sys.path.insert(0, str(folder))
    sys.path_hooks.insert(0, finder)
    top = str(folder).rstrip(os.sep)
    for path in list(sys.path_importer_cache):
        if path == top or path.startswith(f"{top}{os.sep}"):
            del sys.path_importer_cache[path]


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
        loader = _SourceLoader(entry.module, str(entry.file))
        found = spec_from_file_location(entry.module, entry.file, loader=loader)
        if found is None or found.loader is None:
            raise RenderError(f"{entry.file} is no Python module")
        _add_folder(entry.file.parent.absolute())
        module = module_from_spec(found)
        sys.modules[entry.module] = module
        found.loader.exec_module(module)
    scene = getattr(module, entry.name, None)
    if scene is None:
        raise RenderError(f"{entry.module} has no class {entry.name}")
    return scene  # type: ignore[no-any-return]


def cause_of(error: Exception) -> str:
    """Return an error of a scene in one line, with the last line of the user's code."""
    if isinstance(error, RenderError):
        return first_line(error)
    if isinstance(error, FileNotFoundError) and error.filename in _LATEX:
        hint = "use Typst and MathTypst in place of Tex and MathTex, or install LaTeX"
        missing = f"Tex and MathTex need {error.filename}, which is not installed"
        return describe(error, f"{missing}; {hint}")
    return describe(error)
