"""Send a task to another machine, with the files and variables that its scene depends on.

A run on a worker is valid if its dependencies agree with this machine. At first a worker gets the
code of the user and what earlier runs depended on; where the dependencies of a run differ, it gets
the rest and runs the task again.
"""

from __future__ import annotations

import glob
import hashlib
import os
import pickle
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lecture.errors import RenderError
from lecture.render.dependencies import (
    ALL_VARIABLES,
    Dependencies,
    DependencyChecker,
    PathNames,
    matching_names,
)
from lecture.render.keys import code_files, local_packages, scene_folder
from lecture.render.recorder import file_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lecture.render.tasks import RenderResult, RenderTask

__all__ = ["Delivery", "FailedRun", "SceneInputs", "WorkerRun"]

_SIBLINGS = 1000  # files of the same kind that are sent with a file, since a scene may read all
_SIBLING_BYTES = 32 * 1024**2


@dataclass(frozen=True, slots=True)
class Delivery:
    """A task for a worker on another machine.

    Parameters
    ----------
    task
        The pickled task.
    files
        Content of files by their path on this machine; ``None`` for a folder.
    variables
        Values of environment variables; ``None`` for one that is not set.
    import_folders
        Folders of the import path, by their path on this machine.
    working_dir
        Working directory on this machine; ``None`` if the scene reads no file relative to it.
    """

    task: bytes
    files: Mapping[str, bytes | None]
    variables: Mapping[str, str | None]
    import_folders: tuple[str, ...]
    working_dir: str | None


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A task that failed on a worker, perhaps for want of a file."""

    error: RenderError
    dependencies: Dependencies


class SceneInputs:
    """Files and variables of this machine that a scene needs on another."""

    def __init__(self, task: RenderTask) -> None:
        entry, lecture = task.render_spec.scene, task.render_spec.spec.lecture
        packages = local_packages(lecture).values()
        self._folder = scene_folder(entry)
        self._names = PathNames(str(self._folder), str(Path.cwd()))
        self._import_folders = tuple(dict.fromkeys(str(found.parent) for found in packages))
        self._variables: set[str] = set()
        self._reads_working_dir = False
        self._files = {
            str(path)
            for package in packages
            for path in (*package.rglob("*.py"), *package.rglob("*.toml"))
        }
        if entry.file is not None:
            modules = code_files(entry, lecture).values()
            self._files |= {str(path) for path in modules if self._folder in path.parents}
            for module in sorted(self._files):
                self._add_named_files(Path(module))

    def _add_named_files(self, module: Path) -> None:
        """Add the files that texts in a module name, as a scene may read them."""
        with suppress(SyntaxError, ValueError):  # the run of the scene reports it
            for text in file_texts(compile(module.read_bytes(), str(module), "exec")):
                for folder in (module.parent, Path.cwd()):
                    if (folder / text).is_file():
                        self._files.add(str(folder / text))
                        self._reads_working_dir |= folder == Path.cwd()

    def delivery(self, task: RenderTask) -> Delivery:
        """Return a task with all inputs that are known."""
        return Delivery(
            pickle.dumps(task),
            {path: _content(path) for path in sorted(self._files)},
            {name: os.environ.get(name) for name in sorted(self._variables)},
            self._import_folders,
            self._names.working_dir if self._reads_working_dir else None,
        )

    def add_differences(self, dependencies: Dependencies, sent: Delivery) -> bool:
        """Add what differs from this machine; return True if some of it was not sent."""
        differing = DependencyChecker().differences(dependencies, self._folder)
        if ALL_VARIABLES in dependencies.variables:  # those of another machine are others
            differing = differing.model_copy(update={"variables": {}})
        files, variables, reads_working_dir = self.add(differing)
        return (
            not files <= sent.files.keys()
            or not variables <= sent.variables.keys()
            or (reads_working_dir and sent.working_dir is None)
        )

    def add(self, dependencies: Dependencies) -> tuple[set[str], set[str], bool]:
        """Add dependencies; return their files and variables and the use of the working directory.

        With a file come those of its kind in its folder: a scene that fails for want of one would
        fail for want of each.
        """
        files: set[str] = set()
        for name in dependencies.files:
            files |= _with_siblings(self._names.path(name))
        for name, patterns in dependencies.listings.items():
            folder = self._names.path(name)
            for pattern in patterns:
                files |= {str(Path(folder, match)) for match in matching_names(folder, pattern)}
            files |= {folder} if Path(folder).is_dir() else set()
        variables = set(dependencies.variables) - {ALL_VARIABLES}
        names = (*dependencies.files, *dependencies.listings)
        reads_working_dir = any(map(self._names.is_in_working_dir, names))
        self._files |= files
        self._variables |= variables
        self._reads_working_dir |= reads_working_dir
        return files, variables, reads_working_dir

    def with_our_dependencies(self, result: RenderResult, sent: Delivery) -> RenderResult:
        """Return a result with the dependencies that a run on this machine would have.

        Raises
        ------
        RenderError
            The worker read a file by its full path, and has another one there.
        """
        checker = DependencyChecker()
        for path, state in result.dependencies.files.items():
            content = sent.files.get(path)  # of one that the scene names by its full path
            if content is not None and hashlib.sha256(content).hexdigest() != state:
                raise RenderError(
                    f"{path} is not the same on the worker; name it relative to the scene's file"
                )
        return replace(
            result,
            beats=tuple(
                replace(beat, dependencies=self._ours(beat.dependencies, checker))
                for beat in result.beats
            ),
            dependencies=self._ours(result.dependencies, checker),
        )

    def _ours(self, theirs: Dependencies, checker: DependencyChecker) -> Dependencies:
        """Return dependencies without files that only the worker has."""
        now = checker.update(theirs, self._folder)
        return Dependencies(
            files={
                name: None if now.files[name] is None else state
                for name, state in theirs.files.items()
            },
            listings=now.listings,
            variables=now.variables if ALL_VARIABLES in theirs.variables else theirs.variables,
        )


@dataclass(frozen=True, slots=True)
class WorkerRun:
    """A delivery on the machine of a worker.

    Parameters
    ----------
    delivery
        The delivery.
    folder
        Temporary folder for its files and for the work directory.
    results
        Folder for results that scenes compute.
    """

    delivery: Delivery
    folder: Path
    results: Path

    @property
    def root(self) -> Path:
        """Folder that takes the place of the root of the file system for the sent files."""
        return self.folder / "files"

    @property
    def work_dir(self) -> Path:
        """Work directory of the task."""
        return self.folder / "work"

    def unpack(self) -> None:
        """Write the files."""
        for name, content in self.delivery.files.items():
            path = self._path(name)
            (path if content is None else path.parent).mkdir(parents=True, exist_ok=True)
            if content is not None:
                path.write_bytes(content)

    def task(self) -> RenderTask:
        """Set up this process, which no other task may use, and return the task."""
        for name, value in self.delivery.variables.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        if self.delivery.working_dir is not None:
            working_dir = self._path(self.delivery.working_dir)
            working_dir.mkdir(parents=True, exist_ok=True)
            os.chdir(working_dir)
        sys.path[:0] = [str(self._path(folder)) for folder in self.delivery.import_folders]
        task: RenderTask = pickle.loads(self.delivery.task)  # noqa: S301  (from our client)
        entry = task.render_spec.scene
        if entry.file is not None:
            entry = replace(entry, file=self._path(str(entry.file)))
        render_spec = replace(task.render_spec, scene=entry)
        return replace(task, render_spec=render_spec, folder=self.work_dir, results=self.results)

    def with_our_paths(self, message: str) -> str:
        """Return a message with the paths that files have on the machine of the client."""
        return message.replace(str(self.root), "").replace(os.path.relpath(self.root), "")

    def _path(self, path: str) -> Path:
        return self.root.joinpath(*Path(path).parts[1:])


def _content(path: str) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except IsADirectoryError:
        return None


def _with_siblings(path: str) -> set[str]:
    """Return a file with those of its kind in the same folder, a folder, or nothing."""
    file = Path(path)
    if file.is_dir():
        return {path}
    if not _is_readable(file):
        return set()
    siblings = list(filter(_is_readable, file.parent.glob(f"*{glob.escape(file.suffix)}")))
    size = sum(sibling.stat().st_size for sibling in siblings)
    if len(siblings) > _SIBLINGS or size > _SIBLING_BYTES:
        siblings = []
    return {path, *map(str, siblings)}


def _is_readable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.R_OK)
