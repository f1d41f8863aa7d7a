"""Files, folders and environment variables that a run of a scene depended on.

A cached timeline or segment is valid only while all of them are unchanged. Digests stand for the
content of files and the values of variables, which may be secret.
"""

from __future__ import annotations

import glob
import hashlib
import os
import stat
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from lecture.files import checksum, written_names
from lecture.model import FrozenModel

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ALL_VARIABLES",
    "FOLDER",
    "NO_DEPENDENCIES",
    "Dependencies",
    "DependencyChecker",
    "PathNames",
    "file_state",
    "matches_digest",
    "matching_names",
    "short_name",
    "value_digest",
    "variable_value",
]

ALL_VARIABLES = "*"
"""Name in `Dependencies.variables` for the names of all variables."""

FOLDER = "folder"
"""State of a folder."""

_SCENE, _WORKING_DIR = "{scene}", "{cwd}"
# Folders whose files change with each render; a pattern counts them only if it names them.
_CHANGING = {"__pycache__", "media"}


class Dependencies(FrozenModel):
    """What a run of a scene read and looked for.

    Parameters
    ----------
    files
        Digest of each file by name (see `PathNames`); `FOLDER` for a folder, and ``None`` for a
        file that was looked for and did not exist.
    listings
        Digest of the names in each folder that match a pattern, by folder and pattern.
    variables
        Digest of the value of each environment variable; ``None`` for one that was not set.
    """

    files: dict[str, str | None] = Field(default_factory=dict)
    listings: dict[str, dict[str, str]] = Field(default_factory=dict)
    variables: dict[str, str | None] = Field(default_factory=dict)


NO_DEPENDENCIES = Dependencies()
"""What a run without a scene depends on."""


@dataclass(frozen=True, slots=True)
class PathNames:
    """Names of paths, so that a dependency has the same name in each run of a scene.

    A path inside the folder of the scene begins with ``{scene}``, one that was given relative to
    the working directory with ``{cwd}``; any other is absolute.

    Parameters
    ----------
    scene
        Folder of the scene's file, or the folder that holds the packages of its lecture.
    working_dir
        Working directory at the start of the run.
    root
        Folder that takes the place of the root of the file system, for files that were copied to
        another machine.
    """

    scene: str
    working_dir: str
    root: str = os.sep

    def name(self, path: str) -> str:
        """Return the name of a path, absolute or relative to the current directory."""
        if not os.path.isabs(path) and os.getcwd() == self.working_dir:
            return f"{_WORKING_DIR}{os.sep}{os.path.normpath(path)}"
        found = os.path.abspath(path)
        if (rest := _below(found, self.scene)) is not None:
            return os.path.join(_SCENE, rest)
        rest = _below(found, self.root)
        return found if rest is None else os.path.join(os.sep, rest)

    def path(self, name: str) -> str:
        """Return the path of a name."""
        for base, folder in ((_SCENE, self.scene), (_WORKING_DIR, self.working_dir)):
            if (rest := _below(name, base)) is not None:
                return os.path.normpath(os.path.join(folder, rest))
        return name

    def is_in_working_dir(self, name: str) -> bool:
        """Return True if a path was given relative to the working directory."""
        return _below(name, _WORKING_DIR) is not None


def short_name(name: str) -> str:
    """Return the name of a dependency for a message.

    Examples
    --------
    >>> short_name("{scene}/data.csv"), short_name("LOOK")
    ('data.csv', 'LOOK')
    """
    return name.removeprefix(f"{_SCENE}{os.sep}").removeprefix(f"{_WORKING_DIR}{os.sep}")


def _below(path: str, folder: str) -> str | None:
    """Return the path below a folder, without a leading separator."""
    if path == folder:
        return ""
    folder = folder.rstrip(os.sep) + os.sep
    return path[len(folder) :] if path.startswith(folder) else None


def file_state(path: str) -> str | None:
    """Return the state of a file in `Dependencies.files`."""
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            return FOLDER
        if not stat.S_ISREG(mode):
            return "special file"
        return checksum(Path(path))
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"unreadable: {error.errno}"


def matching_names(folder: str, pattern: str) -> list[str]:
    """Return the names below a folder that match a pattern of `glob`, sorted.

    Hidden files and files that commands of the generator have written do not count.
    """
    skipped = _CHANGING.difference(pattern.split(os.sep))
    matches = [
        match
        for match in glob.glob(pattern, root_dir=folder, recursive=True)
        if skipped.isdisjoint(match.split(os.sep))
    ]
    written = {
        parent: written_names(Path(folder, parent)) for parent in set(map(os.path.dirname, matches))
    }
    return sorted(
        match for match in matches if os.path.basename(match) not in written[os.path.dirname(match)]
    )


def matches_digest(folder: str, pattern: str) -> str:
    """Return a digest of the names below a folder that match a pattern of `glob`."""
    names = "\0".join(matching_names(folder, pattern))
    return hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest()


def variable_value(name: str, environment: Mapping[str, str]) -> str | None:
    """Return the value of a variable, or for `ALL_VARIABLES` the names of all."""
    return "\0".join(sorted(environment)) if name == ALL_VARIABLES else environment.get(name)


def value_digest(value: str | None) -> str | None:
    """Return the digest of the value of an environment variable; ``None`` if it is not set."""
    if value is None:
        return None
    return hashlib.sha256(value.encode("utf-8", "surrogateescape")).hexdigest()


class DependencyChecker:
    """Compares dependencies with the files and the environment of this process.

    Each file is read once, so a checker serves one command only.
    """

    def __init__(self) -> None:
        self._file_state = cache(file_state)
        self._matches_digest = cache(matches_digest)
        self._working_dir = os.getcwd()

    def is_current(self, dependencies: Dependencies, scene_folder: Path) -> bool:
        """Return True if nothing has changed since a run that had these dependencies."""
        return self.differences(dependencies, scene_folder) == NO_DEPENDENCIES

    def changed(self, dependencies: Dependencies, scene_folder: Path) -> list[str]:
        """Return the short names of the dependencies that have changed."""
        changed = self.differences(dependencies, scene_folder)
        return [short_name(n) for n in (*changed.files, *changed.listings, *changed.variables)]

    def differences(self, dependencies: Dependencies, scene_folder: Path) -> Dependencies:
        """Return the dependencies that have changed, as they are now."""
        now = self.update(dependencies, scene_folder)
        listings = {
            folder: {
                pattern: found
                for pattern, found in patterns.items()
                if found != dependencies.listings[folder][pattern]
            }
            for folder, patterns in now.listings.items()
        }
        return Dependencies(
            files=_changed(dependencies.files, now.files),
            listings={folder: patterns for folder, patterns in listings.items() if patterns},
            variables=_changed(dependencies.variables, now.variables),
        )

    def update(self, dependencies: Dependencies, scene_folder: Path) -> Dependencies:
        """Return the same files, listings and variables as they are now."""
        names = PathNames(str(scene_folder), self._working_dir)
        return Dependencies(
            files={name: self._file_state(names.path(name)) for name in dependencies.files},
            listings={
                name: {p: self._matches_digest(names.path(name), p) for p in patterns}
                for name, patterns in dependencies.listings.items()
            },
            variables={
                name: value_digest(variable_value(name, os.environ))
                for name in dependencies.variables
            },
        )


def _changed(before: dict[str, str | None], now: dict[str, str | None]) -> dict[str, str | None]:
    return {name: state for name, state in now.items() if state != before[name]}
