"""Names that modules import. Code is parsed, not run, and what it imports is cached by content."""

from __future__ import annotations

import ast
import hashlib
import platform
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from pydantic import ValidationError

from lecture.files import atomic_write
from lecture.model import FrozenModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["IMPORTS_FILE", "cached_imports", "imported_names"]

IMPORTS_FILE = "imports.json"
_MOST = 500  # modules in the file; a lecture has about 100

# The number of leading dots, the module and the names of `from module import names`; no module for
# `import names`.
_Statement: TypeAlias = tuple[int, str | None, tuple[str, ...]]
_Statements: TypeAlias = tuple[_Statement, ...]

# By checksum of the code, those used last at the end.
_known: ContextVar[dict[str, _Statements] | None] = ContextVar("known", default=None)


class _ImportRecord(FrozenModel):
    python: str
    statements: dict[str, _Statements]


@contextmanager
def cached_imports(folder: Path) -> Iterator[None]:
    """Keep what modules import in a cache folder, for the modules that are used inside the block.

    The file is no more than a shortcut: one that is damaged, of another version of Python, or that
    cannot be written, does no harm.
    """
    python, file = platform.python_version(), folder / IMPORTS_FILE
    known: dict[str, _Statements] = {}
    with suppress(OSError, ValidationError):
        record = _ImportRecord.model_validate_json(file.read_bytes())
        known = dict(record.statements) if record.python == python else {}
    written = set(known)
    token = _known.set(known)
    try:
        yield
    finally:
        _known.reset(token)
        if not known.keys() <= written:
            record = _ImportRecord(python=python, statements=dict([*known.items()][-_MOST:]))
            with suppress(OSError), atomic_write(file) as temporary:
                temporary.write_text(record.model_dump_json(), encoding="utf-8")


def imported_names(code: bytes, module: str, *, is_package: bool) -> tuple[str, ...]:
    r"""Return the names that a module imports, including names that may be submodules.

    Parameters
    ----------
    code
        Code of the module.
    module
        Name of the module, to which relative imports are relative.
    is_package
        True for the code of a package, its ``__init__.py``.

    Examples
    --------
    >>> imported_names(b"import json\nfrom . import neuron", "lecture.scene", is_package=False)
    ('json', 'lecture', 'lecture.neuron')
    """
    found: list[str] = []
    package = module if is_package else module.rpartition(".")[0]
    for level, source, names in _statements(code):
        if source is None:
            found += names
            continue
        if level:
            parents = package.split(".")[: len(package.split(".")) - level + 1]
            source = ".".join([*parents, *([source] if source else [])])  # noqa: PLW2901
        found.append(source)
        found += [f"{source}.{name}" for name in names]
    return tuple(dict.fromkeys(name for name in found if name))


def _statements(code: bytes) -> _Statements:
    known = _known.get()
    if known is None:
        return _parse(code)
    checksum = hashlib.sha256(code).hexdigest()
    found = known.pop(checksum, None)
    known[checksum] = _parse(code) if found is None else found
    return known[checksum]


@lru_cache(maxsize=_MOST)
def _parse(code: bytes) -> _Statements:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):  # the run of the scene reports it
        return ()
    found: list[_Statement] = []
    for node in _nested(tree.body):
        if isinstance(node, ast.Import):
            found.append((0, None, tuple(alias.name for alias in node.names)))
        elif isinstance(node, ast.ImportFrom):
            names = tuple(alias.name for alias in node.names)
            found.append((node.level, node.module or "", names))
    return tuple(found)


def _nested(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield statements and those inside them; imports are never in an expression."""
    for statement in body:
        yield statement
        for block in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(statement, block, ())
            yield from _nested(inner if isinstance(inner, list) else ())
