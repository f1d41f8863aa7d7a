"""Track which functions of a lecture's modules have been called, at next to no cost.

A profiler sees the calls of all libraries as well, which takes half as long as the run itself. So
each function of the tracked modules gets a first statement that notes its name.
"""

from __future__ import annotations

import ast
import builtins
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from types import CodeType

__all__ = ["Function", "compile_tracked", "functions_of", "tracked_imports"]

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

_NOTE = "__note_call__"


@contextmanager
def tracked_imports(paths: Collection[Path]) -> Iterator[set[tuple[str, str]]]:
    """Track the functions of some files that are imported inside the block.

    Parameters
    ----------
    paths
        Resolved paths of the files.

    Yields
    ------
    set of (str, str)
        File and qualified name of each function that has been called, up to now.
    """
    called: set[tuple[str, str]] = set()
    names = {path.name for path in paths}
    get_code, to_code = SourceFileLoader.get_code, SourceFileLoader.source_to_code

    def is_tracked(file: str) -> bool:
        path = Path(file)
        return path.name in names and path.resolve() in paths

    def tracked_code(self: SourceFileLoader, name: str) -> CodeType | None:
        file = self.get_filename(name)
        if is_tracked(file):  # whatever bytecode there is
            return compile_tracked(self.get_data(file), file)
        return get_code(self, name)

    def tracked_to_code(self: SourceFileLoader, data: Any, path: Any, **options: Any) -> CodeType:
        if is_tracked(path):
            return compile_tracked(data, path)
        return to_code(self, data, path, **options)

    vars(builtins)[_NOTE] = called.add
    SourceFileLoader.get_code = tracked_code  # type: ignore[method-assign,assignment]
    SourceFileLoader.source_to_code = tracked_to_code  # type: ignore[method-assign,assignment]
    try:
        yield called
    finally:
        SourceFileLoader.get_code = get_code  # type: ignore[method-assign]
        SourceFileLoader.source_to_code = to_code  # type: ignore[method-assign]


def compile_tracked(source: bytes, file: str) -> CodeType:
    """Compile a module whose functions note their calls."""
    tree = ast.parse(source, file)
    for name, function in functions_of(tree):
        noted = ast.Tuple([ast.Constant(file), ast.Constant(name)], ast.Load())
        note = ast.Expr(ast.Call(ast.Name(_NOTE, ast.Load()), [noted], []))
        after_docstring = ast.get_docstring(function, clean=False) is not None
        ast.copy_location(note, function.body[0])
        function.body.insert(int(after_docstring), ast.fix_missing_locations(note))
    return compile(tree, file, "exec", dont_inherit=True)


def functions_of(
    parent: ast.Module | ast.ClassDef, prefix: str = ""
) -> Iterator[tuple[str, Function]]:
    """Yield the functions of a module and the methods of its classes, by qualified name."""
    for node in parent.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from functions_of(node, f"{prefix}{node.name}.")
