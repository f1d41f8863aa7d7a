"""Record the dependencies of a scene while it runs in this process.

Files of the generator and of installed packages do not count, since cache keys hold their versions.
"""

from __future__ import annotations

import glob
import os
import site
import sys
import sysconfig
import threading
from collections.abc import Callable
from contextlib import contextmanager, suppress
from enum import Enum
from functools import cache
from importlib.util import source_from_cache
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any, ClassVar

import lecture
from lecture.render.dependencies import (
    Dependencies,
    file_state,
    matches_digest,
    value_digest,
    variable_value,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import FrameType

    from lecture.render.dependencies import PathNames

__all__ = ["DependencyRecorder", "file_texts"]

# Modules that look up a variable on behalf of their caller.
_ON_BEHALF = {
    "collections.abc",
    "collections",
    "configparser",
    "ntpath",
    "os",
    "pathlib",
    "pathlib._local",
    "posixpath",
    "string",
}
_RECORDING = {__name__, "lecture.render.audit"}
_SYSTEM_FOLDERS = ("/bin", "/dev", "/etc", "/lib", "/lib64", "/proc", "/sys", "/System", "/usr")
_GLOBBING = {"glob", "rglob"}  # a module and two methods
_IMPORT_SYSTEM = "<frozen importlib."
# Suffixes of fonts, pictures, sound, video and columnar data, which libraries in C open themselves.
_OPENED_IN_C = {
    *(".arrow", ".avi", ".bmp", ".exr", ".feather", ".flac", ".gif", ".h5", ".hdf5", ".jpeg"),
    *(".jpg", ".m4a", ".mat", ".mkv", ".mov", ".mp3", ".mp4", ".nc", ".ogg", ".orc", ".otf"),
    *(".parquet", ".pdf", ".png", ".tif", ".tiff", ".ttf", ".typ", ".wav", ".webm", ".webp"),
}
_MAX_CONSTANT = 255  # characters of a text in the code that may name a file


class _Owner(Enum):
    """Owner of a file, or of the code in it."""

    USER = "user"
    GENERATOR = "generator"
    LIBRARY = "library"
    STANDARD_LIBRARY = "standard library"


class DependencyRecorder:
    """Records what the scene that runs in this process depends on.

    Parameters
    ----------
    names
        Names of paths.
    own
        Folders whose files count, even among installed packages: those of the scene and of its
        lecture.
    ignored
        Folders whose files do not count, such as the cache.
    """

    def __init__(self, names: PathNames, own: Iterable[Path], ignored: Iterable[Path]) -> None:
        self._names = names
        self._owners = {
            **_library_folders(),
            names.working_dir: _Owner.USER,
            **{os.path.abspath(folder): _Owner.USER for folder in own},
            **{os.path.abspath(folder): _Owner.LIBRARY for folder in ignored},
        }
        self._owner_of = cache(self._find_owner)
        self._environment = dict(os.environ)
        self._here = threading.local()
        self._files: dict[str, tuple[str, str | None]] = {}
        self._listings: dict[str, dict[str, str]] = {}
        self._variables: dict[str, str | None] = {}
        self._written: set[str] = set()
        self._assigned: set[str] = set()

    def dependencies(self) -> Dependencies:
        """Return the dependencies up to now.

        A file that the scene looked for, then wrote, has the state that it has now.
        """
        with self._paused():
            return Dependencies(
                files={
                    name: file_state(path) if self._is_written(path) else state
                    for name, (path, state) in sorted(self._files.copy().items())
                },
                listings={name: found.copy() for name, found in self._listings.copy().items()},
                variables=self._variables.copy(),
            )

    def on_event(self, event: str, arguments: Sequence[Any]) -> None:
        """Take note of an event; never raise, or the scene would fail."""
        if not getattr(self._here, "paused", False):
            with self._paused(), suppress(Exception):
                self.EVENTS[event](self, *arguments)

    @contextmanager
    def _paused(self) -> Iterator[None]:
        """Ignore the events of this thread, which come from the recorder itself."""
        self._here.paused = True
        try:
            yield
        finally:
            self._here.paused = False

    def _opened(self, path: Any, _mode: str | None, flags: int) -> None:
        if isinstance(path, int):
            return
        writes = flags & os.O_ACCMODE != os.O_RDONLY
        creates = bool(flags & os.O_CREAT and flags & os.O_EXCL) and not os.path.lexists(path)
        if flags & os.O_ACCMODE != os.O_WRONLY and not flags & os.O_TRUNC and not creates:
            self._looked_at(path)
        if creates or (writes and not flags & os.O_EXCL):
            self._wrote(path)

    def _looked_at(self, path: Any) -> None:
        if isinstance(path, int):
            return
        path = os.fsdecode(path)
        if path.endswith(".pyc"):
            with suppress(ValueError):  # it has no source
                path = source_from_cache(path)
        if not self._is_known(path) and self._is_users(path) and self._counts():
            self._add(path)

    def _loaded(self, _module: str, library: str | None, *_: Any) -> None:
        """Take note of an extension module."""
        if library is not None:
            self._looked_at(library)

    def _loaded_library(self, library: str | None) -> None:
        if library is not None and os.sep in library:
            self._looked_at(library)

    def _wrote(self, path: Any, *_: Any) -> None:
        if not isinstance(path, int):
            self._written.add(os.path.abspath(os.fsdecode(path)))

    def _renamed(self, _source: Any, target: Any, *_: Any) -> None:
        self._wrote(target)

    def _made_folder(self, path: Any, *_: Any) -> None:
        if not os.path.lexists(path):  # the event comes before an error
            self._wrote(path)

    def _listed(self, folder: Any) -> None:
        folder = "." if folder is None else folder
        if not isinstance(folder, int) and self._counts(listing=True):
            self._add_listing(os.fsdecode(folder), "*")

    def _globbed(self, pattern: Any, _recursive: bool, root: Any, folder_fd: int | None) -> None:
        if folder_fd is not None:
            return
        parts = Path(os.fsdecode(pattern)).parts
        fixed = next((n for n, part in enumerate(parts) if glob.has_magic(part)), len(parts))
        folder = Path(os.fsdecode(root or "."), *parts[:fixed])
        if fixed < len(parts):
            self._add_listing(str(folder), os.path.join(*parts[fixed:]))
        else:
            self._looked_at(str(folder))

    def _globbed_path(self, folder: Path, pattern: str) -> None:
        self._add_listing(str(folder), str(pattern))

    def _globbed_tree(self, folder: Path, pattern: str) -> None:
        self._add_listing(str(folder), os.path.join("**", pattern))

    def _searched(self, module: str, folders: Iterable[str]) -> None:
        """Take note of the files in which a module is searched, up to the one that is found."""
        for folder in folders:
            path = os.path.join(folder or os.getcwd(), module.rpartition(".")[2])
            for file in (os.path.join(path, "__init__.py"), f"{path}.py"):
                if self._is_users(file):
                    self._add(file)
                if os.path.exists(file):
                    return

    def _executed(self, code: object) -> None:
        """Take note of the files that the texts in a module name, for readers not in Python."""
        if isinstance(code, CodeType) and self._is_users(code.co_filename):
            texts = [text for text in file_texts(code) if _suffix(text) in _OPENED_IN_C]
            for text in texts:
                for path in (text, os.path.join(os.path.dirname(code.co_filename), text)):
                    self._add_existing(path)

    def _started(self, _program: Any, arguments: Any, folder: Any, _environment: Any) -> None:
        """Take note of the files among the arguments of a process."""
        listed = [arguments] if isinstance(arguments, str | bytes) else arguments
        for argument in listed:
            path = os.fsdecode(argument)
            self._add_existing(path if folder is None else os.path.join(folder, path))

    def _assigned_variable(self, name: bytes, *_: Any) -> None:
        self._assigned.add(os.fsdecode(name))

    def _looked_up(self, name: str) -> None:
        if name in self._variables or name in self._assigned:
            return
        frame = next(_frames())
        while frame.f_globals.get("__name__") in _ON_BEHALF and frame.f_back is not None:
            frame = frame.f_back
        if self._is_users(frame.f_code.co_filename):
            self._variables[name] = value_digest(variable_value(name, self._environment))

    def _counts(self, *, listing: bool = False) -> bool:
        """Return True unless the generator itself reads, or the import system lists a folder."""
        for frame in _frames():
            filename = frame.f_code.co_filename
            if filename.startswith(_IMPORT_SYSTEM):
                return not listing
            owner = self._owner(filename)
            if owner is not _Owner.STANDARD_LIBRARY:
                return owner is not _Owner.GENERATOR
            caller = (frame.f_globals.get("__name__"), frame.f_code.co_name)
            if listing and not _GLOBBING.isdisjoint(caller):
                return False  # it has an event of its own
        return False

    def _add(self, path: str) -> None:
        absolute, name = os.path.abspath(path), self._names.name(path)
        if name not in self._files and not self._is_written(absolute):
            self._files[name] = absolute, file_state(absolute)

    def _add_existing(self, path: str) -> None:
        if self._is_users(path) and os.path.isfile(path):
            self._add(path)

    def _add_listing(self, folder: str, pattern: str) -> None:
        absolute = os.path.abspath(folder)
        if self._is_users(absolute) and not self._is_written(absolute):
            patterns = self._listings.setdefault(self._names.name(folder), {})
            if pattern not in patterns:
                patterns[pattern] = matches_digest(absolute, pattern)

    def _is_known(self, path: str) -> bool:
        return self._names.name(path) in self._files

    def _is_written(self, path: str) -> bool:
        return bool(self._written) and not self._written.isdisjoint(
            [path, *map(str, Path(path).parents)]
        )

    def _is_users(self, path: str) -> bool:
        return self._owner(path) is _Owner.USER

    def _owner(self, path: str) -> _Owner:
        if path.startswith("<"):  # code of a frozen module, or made by `exec`
            return _Owner.STANDARD_LIBRARY
        return self._owner_of(os.path.abspath(path))

    def _find_owner(self, path: str) -> _Owner:
        if path in self._owners:
            return self._owners[path]
        folder = os.path.dirname(path)
        return _Owner.USER if folder == path else self._owner_of(folder)

    EVENTS: ClassVar[dict[str, Callable[..., None]]] = {
        "ctypes.dlopen": _loaded_library,
        "exec": _executed,
        "glob.glob/2": _globbed,
        "import": _loaded,
        "open": _opened,
        "os.link": _renamed,
        "os.listdir": _listed,
        "os.mkdir": _made_folder,
        "os.putenv": _assigned_variable,
        "os.remove": _wrote,
        "os.rename": _renamed,
        "os.scandir": _listed,
        "os.symlink": _renamed,
        "os.unsetenv": _assigned_variable,
        "pathlib.Path.glob": _globbed_path,
        "pathlib.Path.rglob": _globbed_tree,
        "sqlite3.connect": _looked_at,
        "subprocess.Popen": _started,
        # Events of the replacements in `lecture.render.audit`.
        "lookup": _looked_up,
        "search": _searched,
        "stat": _looked_at,
    }
    """Handlers of events."""


def _frames() -> Iterator[FrameType]:
    """Yield the calls that led to an event, the innermost first."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_globals.get("__name__") not in _RECORDING:
            yield frame
        frame = frame.f_back


def file_texts(code: CodeType) -> Iterator[str]:
    """Yield the texts in the code of a module that may name a file."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from file_texts(constant)
        for text in constant if isinstance(constant, tuple | frozenset) else (constant,):
            if isinstance(text, str) and text.isprintable() and len(text) <= _MAX_CONSTANT:
                yield text


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()


@cache
def _library_folders() -> dict[str, _Owner]:
    """Return the folders of installed code and of the system."""
    standard = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    installed = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    installed |= {*site.getsitepackages(), site.getusersitepackages()}
    others = {sys.prefix, sys.base_prefix, *_SYSTEM_FOLDERS}
    others.add(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    generator = next(iter(lecture.__path__))
    owners = {
        **dict.fromkeys(others, _Owner.LIBRARY),
        **dict.fromkeys(standard, _Owner.STANDARD_LIBRARY),
        **dict.fromkeys(installed, _Owner.LIBRARY),
        generator: _Owner.GENERATOR,
        os.path.join(generator, "kit"): _Owner.LIBRARY,
    }
    return owners | {os.path.realpath(folder): owner for folder, owner in owners.items()}
