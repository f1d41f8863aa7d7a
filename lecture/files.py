"""Atomic writes of files and folders, versions of files, and names of output files."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import unicodedata
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "RESULTS_FOLDER",
    "STAMP_SUFFIX",
    "SidecarFiles",
    "atomic_folder",
    "atomic_write",
    "atomic_write_together",
    "beat_file_stem",
    "checksum",
    "cut_utf8",
    "expand_home",
    "file_version",
    "foreign_files",
    "is_unchanged",
    "name_part",
    "snake_case",
    "temporary_path",
    "try_to_write",
    "try_to_write_folder",
    "written_names",
]


# File systems allow 255 bytes for a file name, which has up to three such parts and a suffix.
_MAX_PART = 64
_DIGEST = 8
_RESERVED = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])$", re.IGNORECASE)  # on Windows

RESULTS_FOLDER = "results"
"""Name of the cache's folder for results that scenes compute."""

STAMP_SUFFIX = ".finished"
"""Suffix of the hidden file that lists a video and its sidecar files."""

_LIST_FILE = ".lecture-files"


def expand_home(path: str | os.PathLike[str]) -> str:
    """Return a path in which ``~`` is the home folder.

    No shell expands it in ``--output=~/video.mp4`` and in a quoted variable.
    """
    return os.path.expanduser(path)  # noqa: PTH111  (Path.expanduser fails without a home)


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Write a file to a temporary path and rename it when it is complete.

    If the block fails or the process is killed, an existing file stays unchanged.

    Parameters
    ----------
    path
        The file.

    Yields
    ------
    Path
        Temporary path to write to, the same for each call: a run that was killed leaves at most
        one temporary file, which the next run overwrites.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "note.txt"
    ...     with atomic_write(path) as temporary:
    ...         _ = temporary.write_text("complete")
    ...     path.read_text()
    'complete'
    """
    with atomic_write_together([path]) as (temporary,):
        yield temporary


@contextmanager
def atomic_write_together(paths: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    """Write several files of one folder as `atomic_write` does; rename them when all are complete.

    Yields
    ------
    tuple of Path
        Temporary paths, in the order of `paths`.
    """
    temporaries = tuple(map(temporary_path, paths))
    try:
        yield temporaries
        for temporary in temporaries:
            _sync(temporary)
        for temporary, path in zip(temporaries, paths, strict=True):
            temporary.replace(path)
    except BaseException:
        for temporary in temporaries:
            temporary.unlink(missing_ok=True)
        raise
    _sync(paths[0].parent)


def temporary_path(path: Path) -> Path:
    """Return the path that `atomic_write` writes to."""
    return path.with_name(f".{path.stem}.new{path.suffix}")


def try_to_write(path: Path) -> None:
    """Raise the `OSError` that `atomic_write` would raise, without changing a file."""
    temporary = temporary_path(path)
    with suppress(FileExistsError):  # left by a killed run, or written by another one
        temporary.open("xb").close()
        temporary.unlink()


def file_version(path: Path) -> tuple[int, int, int]:
    """Return size, time of the last change and inode of a file: other ones after any change.

    Raises
    ------
    OSError
        The file does not exist.
    """
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def is_unchanged(
    path: Path, version: tuple[int, int, int], sha256: str, *, verify: bool = False
) -> bool:
    """Return True if a file has the `version` that it had, or else the same checksum.

    A copy has another version. With `verify` only the checksum counts.

    Raises
    ------
    OSError
        The file does not exist or cannot be read.
    """
    return (not verify and file_version(path) == version) or checksum(path) == sha256


def checksum(path: Path) -> str:
    """Return the SHA-256 digest of a file in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Flush a file or folder to disk: after a power cut, a renamed file may be empty otherwise."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def atomic_folder(folder: Path) -> Iterator[Path]:
    """Fill a temporary folder and replace `folder` by it when it is complete.

    If the block fails, an existing folder stays unchanged.

    Yields
    ------
    Path
        The temporary folder. Its files are listed in a hidden file for `foreign_files`.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _temporary_folder(folder) as temporary:
        new, old = Path(temporary) / "new", Path(temporary) / "old"
        new.mkdir()
        yield new
        names = "".join(f"{name}\n" for name in _files_in(new))
        (new / _LIST_FILE).write_text(names, encoding="utf-8")
        if folder.exists():
            folder.replace(old)
        try:
            new.replace(folder)
        except OSError:
            if old.exists():
                old.replace(folder)
            raise


def try_to_write_folder(folder: Path) -> None:
    """Raise the `OSError` that `atomic_folder` would raise, without changing a folder."""
    with _temporary_folder(folder):
        pass


def _temporary_folder(folder: Path) -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent)


def foreign_files(folder: Path) -> list[str]:
    """Return the files in a folder that were not written by `atomic_folder`, as relative paths.

    The list is empty if the folder does not exist.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     folder = pathlib.Path(parent) / "clips"
    ...     with atomic_folder(folder) as temporary:
    ...         _ = (temporary / "index.html").write_text("a page")
    ...     before = foreign_files(folder)
    ...     _ = (folder / "thesis.tex").write_text("years of work")
    ...     before, foreign_files(folder)
    ([], ['thesis.tex'])
    """
    try:
        written = set((folder / _LIST_FILE).read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError):
        written = set()
    return [name for name in _files_in(folder) if name not in written | {_LIST_FILE}]


def written_names(folder: Path) -> set[str]:
    """Return the names in a folder that commands of the generator have written."""
    names = {listed.parent.name for listed in folder.glob(f"*/{_LIST_FILE}")}
    for stamp in folder.glob(f".*{STAMP_SUFFIX}"):
        with suppress(OSError, ValueError, KeyError, TypeError):
            names |= set(json.loads(stamp.read_bytes())["files"])
    return names


def _files_in(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    )


_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def beat_file_stem(scene_number: int, stem: str, beat_number: int, beat: str) -> str:
    """Return the stem of the file names of a beat, which sort in the order of the lecture.

    Parameters
    ----------
    scene_number, beat_number
        Number of the scene in the lecture and of the beat in the scene, from 1.
    stem, beat
        Stem of the scene and name of the beat. Letters lose their accents, and other characters
        become ``_``.

    Examples
    --------
    >>> beat_file_stem(5, "backward_pass", 2, "the log/axis")
    '05-backward_pass-02-the_log_axis'
    >>> beat_file_stem(1, "größe", 12, "шаг 1")
    '01-gro_e-12-____1'
    """
    return f"{scene_number:02}-{_in_ascii(stem)}-{beat_number:02}-{_in_ascii(beat)}"


def _in_ascii(name: str) -> str:
    """Return a name in letters, digits, ``_`` and ``-``, for addresses of web pages."""
    plain = unicodedata.normalize("NFKD", name)
    base = (c for c in plain if not unicodedata.combining(c))
    ascii_only = (c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in base)
    return "".join(ascii_only)[:_MAX_PART]


def _without_case(name: str) -> str:
    """Return a name as file systems compare it that ignore case, letter by letter."""
    upper = (u if len(u := c.upper()) == 1 else c for c in name)
    return "".join(low if len(low := c.lower()) == 1 else c for c in upper)


def name_part(name: str, *, cased: bool = True) -> str:
    """Return a name as a part of a file name, which is valid on all file systems.

    Names that differ by more than the composition of their characters give different parts. A name
    that is too long, reserved or has other characters than letters, digits, ``_`` and ``-`` is
    changed and gets a digest.

    Parameters
    ----------
    name
        Any text.
    cased
        False to give different parts also where a file system ignores case.

    Examples
    --------
    >>> name_part("BackwardPass"), name_part("шаг_1"), name_part("a/b?"), name_part("NUL")
    ('BackwardPass', 'шаг_1', 'a_b_~23154a1d', 'NUL~ae6de182')
    >>> name_part("Step", cased=False)
    'Step~8e6a6cca'
    """
    composed = unicodedata.normalize("NFC", name)
    safe = re.sub(r"[^\w-]|^-|^$", "_", composed)
    cut = cut_utf8(safe, _MAX_PART)
    same = cut == composed and (cased or cut == _without_case(cut))
    if same and not _RESERVED.match(cut):
        return cut
    digest = hashlib.sha256(composed.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{cut}~{digest[:_DIGEST]}"


def cut_utf8(text: str, most: int) -> str:
    """Return the start of a text whose UTF-8 has at most `most` bytes, cut between characters.

    Examples
    --------
    >>> cut_utf8("größe", 3), cut_utf8("größe", 4)
    ('gr', 'grö')
    """
    return text.encode()[:most].decode(errors="ignore")


def snake_case(name: str) -> str:
    """Return the name of a class in snake case, as used for the module of a scene.

    Examples
    --------
    >>> snake_case("GradientAsProduct"), snake_case("SGDAtWork"), snake_case("Two2Three")
    ('gradient_as_product', 'sgd_at_work', 'two2_three')
    """
    return _WORD_START.sub("_", name).lower()


@dataclass(frozen=True, slots=True)
class SidecarFiles:
    """The files beside a video: captions, chapters, transcript and manifest."""

    srt: Path
    vtt: Path
    chapters: Path
    transcript: Path
    manifest: Path

    @classmethod
    def of(cls, output: Path) -> SidecarFiles:
        """Return the paths of the files beside a video.

        Examples
        --------
        >>> SidecarFiles.of(Path("media/lecture.mp4")).manifest.as_posix()
        'media/lecture.manifest.json'
        """
        endings = ("srt", "vtt", "chapters.vtt", "transcript.md", "manifest.json")
        return cls(*(output.with_name(f"{output.stem}.{ending}") for ending in endings))
