"""Draw one scene, in a process that draws no other.

manim keeps formulas in memory, and one that is built a second time in a process differs from the
first: only a fresh process gives the frames that the scene has on its own.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import shutil
import signal
import sys
import threading
import time
import traceback
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from multiprocessing import connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lecture.jobs import RenderError, SceneFilm, SceneJob

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from manim import Scene
    from manim.typing import RGBAPixelArray

    from scenes.catalogue import SceneEntry

__all__ = ["draw", "run"]

_TOLD_EVERY = 0.1  # seconds between two words about the frames drawn so far


def run(job: SceneJob, parent: Connection) -> None:
    """Draw a scene and tell the parent: numbers of frames on the way, then the film or why not.

    Parameters
    ----------
    job
        The scene, and where its files go.
    parent
        Takes an ``int`` for frames drawn so far, and last a `SceneFilm` or a `RenderError`.
    """
    # Ctrl-C reaches the whole group of processes; the parent decides and ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with job.log.open("wb", buffering=0) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Or what a scene printed last would be lost with a process that is ended.
        sys.stdout.reconfigure(line_buffering=True)
    try:
        answer: SceneFilm | RenderError = draw(job, parent.send)
    except Exception as error:  # noqa: BLE001  (a scene may raise anything)
        traceback.print_exc()
        answer = RenderError(_cause(error))
    try:
        parent.send(answer)
    except OSError:
        sys.exit(1)  # the parent is gone, and nobody is left to be told


def _end_with_parent() -> None:
    """Wait for the parent to be gone, killed perhaps, and do not go on drawing for nobody."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def draw(job: SceneJob, tell: Callable[[int], None]) -> SceneFilm:
    """Draw a scene in this process.

    Parameters
    ----------
    job
        The scene, and where its files go.
    tell
        Is called with the number of frames drawn so far, a few times a second.
    """
    if job.spec_file is None:
        os.environ.pop("LECTURE_SPEC", None)
    else:
        os.environ["LECTURE_SPEC"] = str(job.spec_file)
    # Only here, so that the parent, which imports this module, stays light.
    import manim  # noqa: PLC0415
    from tqdm import tqdm  # noqa: PLC0415

    # manim's bars would otherwise make a semaphore for several processes, which outlives one
    # that is ended early and is then complained about.
    tqdm.set_lock(threading.RLock())

    with manim.tempconfig(_settings(job)):
        scene = _scene_class(job.scene)()
        frames = _count_frames(scene, tell)
        scene.render()
        drawn = frames()
    plan = scene.output_plan
    video, captions = plan.primary_artifact, plan.subcaption_file
    if video is None or not video.exists():
        raise RenderError("it drew no frame: it has no animation and no wait")
    shutil.rmtree(job.folder / "animations", ignore_errors=True)  # joined in the film
    return SceneFilm(video, captions if captions and captions.exists() else None, drawn)


def _settings(job: SceneJob) -> dict[str, Any]:
    """Say everything that a ``manim.cfg`` of the user or the working directory could change."""
    # Relative, because manim fills in {names} in its folders, and a path may hold braces.
    folder = os.path.relpath(job.folder)
    size = job.format
    return {
        "assets_dir": "./",
        "background_opacity": 1.0,
        "disable_caching": True,
        "dry_run": False,
        "enable_gui": False,
        "format": "mp4",
        "frame_height": 8.0,
        "frame_rate": size.fps,
        "frame_width": 8.0 * 16 / 9,
        "from_animation_number": 0,
        "images_dir": folder,
        "live_preview": False,
        "log_dir": folder,
        "log_to_file": False,
        "max_files_cached": -1,
        "media_dir": folder,
        "notify_outdated_version": False,
        "output_file": "",
        "partial_movie_dir": f"{folder}/animations",
        "pixel_format": "auto",
        "pixel_height": size.height,
        "pixel_width": size.width,
        "preview": False,
        "progress_bar": "none",
        "renderer": "cairo",
        "save_sections": False,
        "sections_dir": f"{folder}/sections",
        "seed": 0,
        "show_in_file_browser": False,
        "tex_dir": f"{folder}/formulas",
        "text_dir": f"{folder}/formulas",
        "upto_animation_number": -1,
        "verbosity": "WARNING",
        "video_codec": "auto",
        "video_dir": folder,
        "video_encoder_options": {},
        "write_all": False,
    }


def _scene_class(entry: SceneEntry) -> type[Scene]:
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


def _count_frames(scene: Scene, tell: Callable[[int], None]) -> Callable[[], int]:
    """Watch the frames that a scene hands to its encoder."""
    writer = scene.renderer.file_writer
    write = writer.write_frame
    count, told = 0, time.monotonic()

    def counted(pixels: RGBAPixelArray, *, repeat: int = 1) -> None:
        nonlocal count, told
        write(pixels, repeat=repeat)
        count += repeat
        if time.monotonic() - told >= _TOLD_EVERY:
            told = time.monotonic()
            tell(count)

    writer.write_frame = counted  # type: ignore[method-assign]
    return lambda: count


def _cause(error: Exception) -> str:
    """Say in one line what went wrong, and where in the code that is not manim's."""
    message = (str(error).strip() or "no message").splitlines()[0]
    if isinstance(error, RenderError):
        return message
    packages = Path(sys.prefix)
    own = [
        step
        for step in traceback.extract_tb(error.__traceback__)
        if packages not in Path(step.filename).parents
        and Path(__file__).parent not in Path(step.filename).parents
        and not step.filename.startswith("<")
    ]
    where = f" ({os.path.relpath(own[-1].filename)}, line {own[-1].lineno})" if own else ""
    return f"{type(error).__name__}: {message}{where}"
