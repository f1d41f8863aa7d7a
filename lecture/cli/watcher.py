"""Watch the files of scenes, and draw the scenes again whenever one is saved."""

from __future__ import annotations

import threading
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from pickle import PicklingError
from typing import TYPE_CHECKING

from watchfiles import watch

from lecture.cli.clip_renderer import ClipRenderer
from lecture.config.discovery import imported_files, reimport
from lecture.errors import InputError
from lecture.formats import Quality
from lecture.output.preview.content import BeatPreview
from lecture.render.dependencies import NO_DEPENDENCIES, DependencyChecker, PathNames, file_state
from lecture.render.keys import code_files, forget_files, scene_folder, timeline_key
from lecture.render.warm_scene import InterruptedRunError, WarmScene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Self

    from lecture.cli.options import LectureInputs
    from lecture.cli.request import RenderRequest
    from lecture.output.preview.content import PreviewContent
    from lecture.render.checkpoints import Finished
    from lecture.render.dependencies import Dependencies
    from lecture.render.tasks import RenderedBeat, SceneRenderSpec
    from lecture.timeline import Beat

__all__ = ["Watcher"]

_WARM_SCENES = 4  # each holds about 100 MB in its checkpoints
# Milliseconds without a change after which changes are handled, and the longest wait for them.
_STEP, _DEBOUNCE = 20, 200
# Milliseconds between looks at all files: some file systems report no changes, and none is reported
# while the folders to watch are replaced.
_POLL = 500


@dataclass
class _Scene:
    """A watched scene: what its last run was of, and whether it is to be drawn again.

    `clip_of` names the beat whose clip is wanted until it is shown, also if a run is interrupted.
    """

    render_spec: SceneRenderSpec
    key: str = ""
    dependencies: Dependencies = NO_DEPENDENCIES
    wanted_since: float | None = None
    edited: bool = False
    clip_of: str = ""
    beats: dict[str, Beat] = field(default_factory=dict)


class Watcher(AbstractContextManager["Watcher"]):
    """Draws scenes into the content of a page, again after each change of their files.

    Parameters
    ----------
    read
        Reads the lecture.
    request
        Makes a request for the stills of a lecture.
    beat
        Name of the beat to show; ``None`` for all.
    content
        Content of the page.
    folder
        Folder for work directories.
    cache
        The cache folder.
    on_line
        Prints a line.
    """

    def __init__(
        self,
        *,
        read: Callable[[], LectureInputs],
        request: Callable[[LectureInputs], RenderRequest],
        beat: str | None,
        content: PreviewContent,
        folder: Path,
        cache: Path,
        on_line: Callable[[str], None],
    ) -> None:
        self._read = read
        self._request = request
        self._beat = beat
        self._content = content
        self._folder = folder
        self._cache = cache
        self._print = on_line
        self._scenes: dict[str, _Scene] = {}
        self._inputs: LectureInputs | None = None
        self._warm: dict[str, WarmScene] = {}
        self._imported: dict[str, str | None] = {}
        self._drawing: WarmScene | None = None
        self._changed = threading.Condition()
        self._more_files = threading.Event()
        self._stopping = False
        self._clips = ClipRenderer(cache, self._show_clip, on_line)
        self._thread = threading.Thread(target=self._draw_scenes, name="stills", daemon=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._clips.close()
        while self._thread.is_alive():
            if (drawing := self._drawing) is not None:
                drawing.interrupt()
            self._thread.join(0.05)
        for warm in self._warm.values():
            warm.close()

    def run(self) -> None:
        """Draw all scenes, and again after each change, until Ctrl-C."""
        self._update()
        self._thread.start()
        while True:
            self._more_files.clear()
            paths = set(self._paths())
            folders = {_existing(path.parent) for path in paths}
            seen = _states(paths)
            self._update()  # what changed while nothing was watched
            for changes in watch(
                *folders,
                recursive=False,
                watch_filter=lambda _, path: Path(path) in paths or Path(path).parent in paths,  # noqa: B023
                step=_STEP,
                debounce=_DEBOUNCE,
                rust_timeout=_POLL,
                yield_on_timeout=True,
            ):
                before, seen = seen, _states(paths)
                if changes or before != seen:
                    self._update()
                    if not paths.issuperset(self._paths()):
                        break
                if self._more_files.is_set():
                    break

    def _update(self) -> None:
        """Read the lecture again, and have the scenes drawn whose input has changed."""
        now = time.monotonic()
        forget_files()
        try:
            inputs = self._read_lecture()
            render_specs = self._request(inputs).render_specs()
            keys = [timeline_key(one) for one in render_specs]
        except (InputError, ValueError, OSError) as error:
            self._show_error(str(error))
            return
        self._inputs = inputs
        self._show_error("")
        checker, names = DependencyChecker(), [one.scene.name for one in render_specs]
        self._content.show_scenes(names)
        with self._changed:
            for name in self._scenes.keys() - set(names):
                del self._scenes[name]
            wanted: list[tuple[_Scene, str]] = []
            for render_spec, key in zip(render_specs, keys, strict=True):
                scene = self._scenes.setdefault(render_spec.scene.name, _Scene(render_spec))
                scene.render_spec = render_spec
                folder = scene_folder(render_spec.scene)
                if scene.key != key or not checker.is_current(scene.dependencies, folder):
                    scene.dependencies = checker.update(scene.dependencies, folder)
                    wanted.append((scene, key))
        if not wanted:
            return
        self._clips.cancel()  # not later, or it might be the clip of the new run
        with self._changed:
            for scene, key in wanted:
                scene.edited, scene.key, scene.wanted_since = bool(scene.key), key, now
            drawing = self._drawing
            self._changed.notify_all()
        if drawing is not None:
            drawing.interrupt()

    def _read_lecture(self) -> LectureInputs:
        """Read the lecture; import its modules again if a file of theirs has changed."""
        states = {path: file_state(path) for path in self._imported}
        if self._inputs is None or states == self._imported:
            inputs = self._read()
        else:
            self._interrupt()
            with reimport(self._inputs.found.lecture.package):
                inputs = self._read()
        imported = imported_files(inputs.found.lecture.package)
        self._imported = {path: states.get(path) or file_state(path) for path in imported}
        return inputs

    def _interrupt(self) -> None:
        """Interrupt the scene and the clip that are being drawn."""
        self._clips.cancel()
        if (drawing := self._drawing) is not None:
            drawing.interrupt()

    def _show_error(self, error: str) -> None:
        if error and error != self._content.preview.error:
            self._print(error)
        self._content.show_error(error)

    def _paths(self) -> Iterator[Path]:
        """Yield the files to watch, and the folders whose listings a scene has read."""
        inputs = self._inputs
        if inputs is None:
            return
        spec_file = inputs.spec_file or Path("lecture.toml")
        listed = [spec_file, *map(Path, self._imported)]
        listed += [inputs.brand_file] if inputs.brand_file is not None else []
        listed += (one.file for one in inputs.user_scenes if one.file is not None)
        lecture = inputs.found.lecture
        with self._changed:
            scenes = list(self._scenes.values())
        for scene in scenes:
            entry = scene.render_spec.scene
            listed += code_files(entry, lecture).values()
            names = PathNames(str(scene_folder(entry)), str(Path.cwd()))
            found = scene.dependencies
            listed += [Path(names.path(name)) for name in (*found.files, *found.listings)]
        # The first language has the keys that the others need.
        listed += map(lecture.words_file, {*lecture.languages, inputs.spec.language})
        for path in listed:
            yield path.parent.resolve() / path.name

    def _draw_scenes(self) -> None:
        """Draw the scenes that are to be drawn, the one that changed last first."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or self._wanted())
                if self._stopping:
                    return
                name, scene = self._wanted()[0]
                warm = self._warm.pop(name, None) or WarmScene(self._folder, self._cache)
                self._warm[name] = warm
                self._drawing = warm
                since, scene.wanted_since = scene.wanted_since or 0.0, None
            try:
                self._draw(name, scene, warm, since)
            except (InterruptedRunError, PicklingError):  # that of classes imported again since
                with self._changed:
                    scene.wanted_since = scene.wanted_since or since
            finally:
                self._drawing = None
            for other in list(self._warm)[:-_WARM_SCENES]:
                self._warm.pop(other).close()

    def _wanted(self) -> list[tuple[str, _Scene]]:
        found = [(n, one) for n, one in self._scenes.items() if one.wanted_since is not None]
        return sorted(found, key=lambda one: -(one[1].wanted_since or 0.0))

    def _draw(self, name: str, scene: _Scene, warm: WarmScene, since: float) -> None:
        render_spec, content = scene.render_spec, self._content
        update = {"drawing": True, "title": render_spec.title}
        content.show(content.preview.scene(name).model_copy(update=update))
        drawn: dict[str, RenderedBeat] = {}
        changed: set[str] = set()

        def show(beat: RenderedBeat) -> None:
            drawn[beat.record.name] = beat
            if self._beat in (None, beat.record.name) and self._show_still(name, beat):
                if scene.edited and not changed:
                    scene.clip_of = beat.record.name
                changed.add(beat.record.name)
                self._print(f"{name}.{beat.record.name}  {time.monotonic() - since:.2f} s")

        finished = warm.draw(render_spec, self._beat, show)
        records = {beat: one.record for beat, one in drawn.items()}
        # An edit of a duration changes no still.
        changed |= {beat for beat, record in records.items() if scene.beats.get(beat) != record}
        scene.beats |= records
        self._finish(name, scene, finished, drawn)
        if not finished.error and (scene.edited or self._beat is not None):
            scene.clip_of = next((beat for beat in drawn if beat in changed), scene.clip_of)
            shown = content.preview.scene(name).beat(self._beat or scene.clip_of)
            if shown is not None and scene.wanted_since is None:
                self._clips.render(render_spec, shown)

    def _show_still(self, name: str, beat: RenderedBeat) -> bool:
        """Show a still; return False if the page shows the same picture already."""
        scene = self._content.preview.scene(name)
        before = next((one for one in scene.beats if one.index == beat.index), None)
        same = before is not None and before.name == beat.record.name
        media = self._content.media(before.still) if before is not None and same else None
        if media is not None and media.data == beat.data:
            return False
        still = self._content.add(beat.data, "image/png")
        shown = BeatPreview(
            index=beat.index, name=beat.record.name, heading=beat.record.heading, still=still
        )
        self._content.show(scene.with_beat(shown))
        return True

    def _finish(
        self, name: str, scene: _Scene, finished: Finished, drawn: Mapping[str, RenderedBeat]
    ) -> None:
        """Show the error of a run or its number of beats, and watch the files that it has read."""
        error = finished.error
        shown = self._content.preview.scene(name)
        if not error and drawn and self._beat is None:
            last = max(beat.index for beat in drawn.values())
            beats = tuple(beat for beat in shown.beats if beat.index <= last)
            shown = shown.model_copy(update={"beats": beats})
        if not error and self._beat is not None and self._beat not in drawn:
            others = ", ".join(beat for beat in scene.beats if beat != self._beat)
            error = f"there is no beat {self._beat} any more; there are: {others}"
        if error:
            error = f"{name}: {error}"
            self._print(error)
        self._content.show(shown.model_copy(update={"error": error, "drawing": False}))
        if finished.dependencies != NO_DEPENDENCIES:
            before = scene.dependencies
            with self._changed:
                scene.dependencies = finished.dependencies
            if before.files.keys() != finished.dependencies.files.keys():
                self._more_files.set()

    def _show_clip(self, scene: str, beat: BeatPreview, clip: bytes) -> None:
        shown = self._content.preview.scene(scene)
        if beat in shown.beats:
            number = self._content.add(clip, "video/mp4")
            self._content.show(shown.with_beat(beat.model_copy(update={"clip": number})))
            with self._changed:
                watched = self._scenes.get(scene)
                if watched is not None and watched.clip_of == beat.name:
                    watched.clip_of = ""
            self._print(f"{scene}.{beat.name}  clip, {Quality.l.value}")


def _states(paths: Iterable[Path]) -> dict[Path, tuple[int, int, int] | None]:
    """Return what changes when a file is written or replaced."""
    states: dict[Path, tuple[int, int, int] | None] = {}
    for path in paths:
        try:
            found = path.stat()
            states[path] = found.st_mtime_ns, found.st_size, found.st_ino
        except OSError:
            states[path] = None
    return states


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.is_dir())
