"""Run a scene with checkpoints: processes that wait where the scene was when they were forked.

A checkpoint is forked before each method that ``construct`` calls. After an edit of code that the
scene had not reached there, it goes on from there with the new code, instead of from the start.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from multiprocessing import Pipe, connection, reduction
from pathlib import Path
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from lecture.config.words import WordsError, read_words
from lecture.render.audit import recording
from lecture.render.call_tracking import tracked_imports
from lecture.render.code_changes import (
    changed_functions,
    loaded_modules,
    replace_code,
)
from lecture.render.dependencies import Dependencies, DependencyChecker, PathNames
from lecture.render.keys import fields_read, scene_folder
from lecture.render.worker import Progress, dependency_recorder, explain, log_to

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from multiprocessing.connection import Connection
    from types import ModuleType

    from manim import Scene

    from lecture.config.words import SceneWords
    from lecture.render.recorder import DependencyRecorder
    from lecture.render.tasks import RenderedBeat, RenderTask, SceneRenderSpec

__all__ = [
    "CHECKPOINTS",
    "Checkpoint",
    "Finished",
    "Resume",
    "Resumed",
    "run_with_checkpoints",
]

CHECKPOINTS = sys.platform == "linux"
"""True if scenes have checkpoints. On macOS, a fork of a process that draws may crash."""

_CONSTRUCT = "construct"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Message of a run: a checkpoint has been forked, whose connection follows."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Message to a checkpoint: go on with this task and these sources, if they allow it.

    Files of the work directory that were written after `written_before` may be incomplete.
    """

    task: RenderTask
    sources: Mapping[Path, bytes]
    until: str | None
    written_before: float | None = None


@dataclass(frozen=True, slots=True)
class Resumed:
    """Answer of a checkpoint: a process goes on, whose connection follows."""

    pid: int


@dataclass(frozen=True, slots=True)
class Finished:
    """Message of a run: the scene has failed, or it or its last wanted beat has ended."""

    dependencies: Dependencies
    error: str = ""


def run_with_checkpoints(
    parent: Connection,
    task: RenderTask,
    sources: Mapping[Path, bytes],
    until: str | None,
    environment: Mapping[str, str],
    working_dir: str,
) -> None:
    """Run a scene in this process and send its beats, checkpoints and end to the parent.

    Parameters
    ----------
    parent
        Receives `RenderedBeat`, `Progress`, `Checkpoint`, and last `Finished`.
    task
        The task, whose mode is `RenderMode.LAST_FRAMES`.
    sources
        Source code of all modules that the scene imports.
    until
        Name of the beat after which to end; ``None`` for the end of the scene.
    environment, working_dir
        Environment and working directory of the parent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.chdir(working_dir)
    os.environ.clear()
    os.environ.update(environment)
    task.folder.mkdir(parents=True, exist_ok=True)
    log_to(task)
    _Run(task, sources, until, parent).run()


@dataclass(frozen=True, slots=True)
class _Edit:
    """An edited module, its source and the names of the functions that differ."""

    module: ModuleType
    source: bytes
    changed: frozenset[str]


class _Run:
    """A run of a scene in this process, or a checkpoint of it."""

    def __init__(
        self,
        task: RenderTask,
        sources: Mapping[Path, bytes],
        until: str | None,
        parent: Connection,
    ) -> None:
        self._task = task
        self._first_sources = sources
        self._sources = dict(sources)
        self._until = until
        self._parent = parent
        self._loaded_before = set(sys.modules)
        self._words = self._new_words = _words_of(task.render_spec)
        self._recorder: DependencyRecorder = dependency_recorder(task)
        self._calls: set[tuple[str, str]] = set()
        self._names = PathNames(str(scene_folder(task.render_spec.scene)), str(Path.cwd()))
        self._depth = 0

    def run(self) -> None:
        from lecture.render.backend.scene_runner import run_scene  # noqa: PLC0415  (imports manim)

        _exit_with(self._parent)
        try:
            with recording(self._recorder), tracked_imports(self._sources) as self._calls:
                run_scene(self._task, self._send_beat, on_play=self._report, on_scene=self._prepare)
            self._finish()
        except Exception as error:  # noqa: BLE001  (a scene may raise anything)
            with suppress(OSError):
                self._finish(explain(error))
        sys.stdout.flush()
        os._exit(0)  # perhaps far from where this process was forked

    def _report(self, beat: str, play: int) -> None:
        self._parent.send(Progress(0, beat, play))

    def _send_beat(self, beat: RenderedBeat) -> None:
        self._parent.send(beat)
        if beat.record.name == self._until:
            self._finish()
            sys.stdout.flush()
            os._exit(0)

    def _send_current(self) -> None:
        """Send the beat as it is after a method of ``construct``, which most often ends it.

        The next method may compute for long before it begins the next beat.
        """
        beat = self._current()
        if beat is not None and self._until in (None, beat.record.name):
            self._parent.send(beat)

    def _finish(self, error: str = "") -> None:
        self._parent.send(Finished(self._recorder.dependencies(), error))

    def _prepare(self, scene: Scene, current: Callable[[], RenderedBeat | None]) -> None:
        """Take a checkpoint before ``construct`` and before each method that it calls."""
        self._scene = scene
        self._current = current
        if CHECKPOINTS:
            for name, function in _own_methods(type(scene)).items():
                vars(scene)[name] = MethodType(self._watched(name, function), scene)

    def _watched(self, name: str, function: FunctionType) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            if self._depth == (0 if name == _CONSTRUCT else 1):
                self._take_checkpoint()
            if self._depth or name == _CONSTRUCT:
                self._depth += 1
            try:
                result = function(*args, **kwargs)
            finally:
                self._depth -= bool(self._depth)
            if self._depth == 1 and name != _CONSTRUCT:
                self._send_current()
            return result

        return call

    def _take_checkpoint(self) -> None:
        ours, theirs = Pipe()
        self._parent.send(Checkpoint())
        reduction.send_handle(self._parent, theirs.fileno(), None)
        theirs.close()
        if _fork():
            ours.close()
            return
        self._parent.close()
        self._wait(ours)
        _exit_with(self._parent)

    def _wait(self, commands: Connection) -> None:
        """Wait for commands; return in each process that goes on with the scene."""
        while True:
            try:
                command: Resume = commands.recv()
            except (EOFError, OSError):
                os._exit(0)
            with suppress(ChildProcessError):  # of an earlier resumption
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            edits = self._applicable(command)
            if edits is None:
                commands.send(None)
                continue
            ours, theirs = Pipe()
            pid = _fork()
            if not pid:
                commands.close()
                theirs.close()
                self._parent = ours
                self._apply(command, edits)
                return
            ours.close()
            commands.send(Resumed(pid))
            reduction.send_handle(commands, theirs.fileno(), None)
            theirs.close()

    def _applicable(self, command: Resume) -> list[_Edit] | None:
        """Return the edits to apply; ``None`` if they change what the scene has seen."""
        if not self._has_same_input(command.task.render_spec):
            return None
        if not self._sources.keys() <= command.sources.keys():
            return None
        edited = {
            path: source
            for path, source in command.sources.items()
            if self._sources.get(path) != source
        }
        modules = loaded_modules(edited)
        called = self._called() if modules else {}
        edits: list[_Edit] = []
        for path, module in modules.items():
            old = self._sources.get(path)
            if old is None or module.__name__ in self._loaded_before or self._was_stale(path):
                return None
            changed = changed_functions(old, edited[path])
            if changed is None or not changed.isdisjoint(called.get(path, ())):
                return None
            edits.append(_Edit(module, edited[path], changed))
        return edits

    def _has_same_input(self, render_spec: SceneRenderSpec) -> bool:
        """Return True if the spec, words and files that the scene has seen are unchanged."""
        if fields_read(render_spec) != fields_read(self._task.render_spec):
            return False
        read_words.cache_clear()
        begun = {beat.name for beat in getattr(self._scene, "recorded_beats", ())}
        try:
            self._new_words = _words_of(render_spec)
        except WordsError:
            return False
        if _seen(self._new_words, begun) != _seen(self._words, begun):
            return False
        seen, scene = self._recorder.dependencies(), self._task.render_spec.scene
        changed = DependencyChecker().differences(seen, scene_folder(scene))
        others = {Path(self._names.path(name)).resolve() for name in changed.files}
        return not (others - self._sources.keys() or changed.listings or changed.variables)

    def _was_stale(self, path: Path) -> bool:
        """Return True if a module was imported from another version than the parent has read."""
        states = {
            Path(self._names.path(name)).resolve(): state
            for name, state in self._recorder.dependencies().files.items()
        }
        return states.get(path) != hashlib.sha256(self._first_sources[path]).hexdigest()

    def _called(self) -> dict[Path, set[str]]:
        """Return the names of the functions that have been called, by file."""
        called: dict[str, set[str]] = {}
        for file, name in self._calls:
            called.setdefault(file, set()).add(name)
        return {Path(file).resolve(): names for file, names in called.items()}

    def _apply(self, command: Resume, edits: Sequence[_Edit]) -> None:
        self._until = command.until
        if command.written_before is not None:
            _remove_written(self._task.folder, command.written_before)
        for edit in edits:
            if not replace_code(edit.module, edit.source, edit.changed):
                self._finish("the code cannot be replaced")
                os._exit(0)
        self._sources |= command.sources
        self._words = self._new_words
        vars(self._scene).pop("words", None)  # of the cached property


def _fork() -> int:
    """Fork this process; random numbers go on in the child as in the parent."""
    state = random.getstate()
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        random.setstate(state)
    return pid


def _exit_with(parent: Connection) -> None:
    """End this process when the parent, perhaps killed, closes the connection."""

    def wait() -> None:
        connection.wait([parent])
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _own_methods(scene: type[Scene]) -> dict[str, FunctionType]:
    """Return the methods that the user's classes define."""
    methods: dict[str, FunctionType] = {}
    for base in reversed(scene.__mro__):
        if base.__module__.partition(".")[0] not in ("manim", "lecture", "builtins"):
            found = {name: value for name, value in vars(base).items() if name[:2] != "__"}
            methods |= {n: value for n, value in found.items() if isinstance(value, FunctionType)}
    return methods


def _words_of(render_spec: SceneRenderSpec) -> tuple[SceneWords | None, Mapping[str, str]]:
    """Return the words of a scene and the shared terms."""
    lecture = render_spec.spec.lecture
    if lecture is None or not lecture.languages:
        return None, {}
    words = lecture.load_words(render_spec.spec.language)
    return words.scenes.get(render_spec.scene.name), words.terms


def _seen(words: tuple[SceneWords | None, Mapping[str, str]], begun: set[str]) -> object:
    """Return the words that a scene may have seen after the beginning of some beats."""
    own, terms = words
    if own is None:
        return words
    tables = {
        key: {name: words for name, words in getattr(own, key).items() if name in begun}
        for key in ("beats", "descriptions", "formulas")
    }
    return own.model_copy(update=tables), terms


def _remove_written(folder: Path, since: float) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".log" and path.stat().st_mtime >= since:
            path.unlink()
