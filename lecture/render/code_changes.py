"""Replace the code of functions in a running process by that of an edited module.

Only bodies of functions and methods can be replaced. Any other edit, such as one of a constant, a
decorator or a base class, has effects that a run may have seen already.
"""

from __future__ import annotations

import ast
import os
import sys
from collections import Counter
from functools import cached_property
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from lecture.render.call_tracking import compile_tracked, functions_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["changed_functions", "loaded_modules", "replace_code"]


def changed_functions(old: bytes, new: bytes) -> frozenset[str] | None:
    r"""Return the qualified names of the functions whose bodies differ in two versions of a module.

    Comments and layout do not count.

    Parameters
    ----------
    old, new
        Source code.

    Returns
    -------
    frozenset of str or None
        ``None`` if more than bodies of functions differs, or a version is not valid Python.

    Examples
    --------
    >>> old = b"class A:\n    def f(self): return 1\n    def g(self): return 2\n"
    >>> changed_functions(old, old.replace(b"return 2", b"return 3"))
    frozenset({'A.g'})
    >>> changed_functions(old, b"x = 1\n" + old) is None
    True
    """
    try:
        before, after = ast.parse(old), ast.parse(new)
    except (SyntaxError, ValueError):
        return None
    bodies, new_bodies = _take_bodies(before), _take_bodies(after)
    if ast.dump(before) != ast.dump(after):
        return None
    return frozenset(name for name, body in bodies.items() if body != new_bodies[name])


def _take_bodies(tree: ast.Module) -> dict[str, str]:
    """Empty the functions of a module, and return their bodies by qualified name."""
    found = list(functions_of(tree))
    counts = Counter(name for name, _ in found)
    bodies: dict[str, str] = {}
    for name, function in found:
        if counts[name] == 1:  # those of a property and its setter have the same name
            bodies[name] = "\n".join(map(ast.dump, function.body))
            function.body = []
    return bodies


def replace_code(module: ModuleType, source: bytes, changed: frozenset[str]) -> bool:
    """Give the functions of a module the code of an edited version, with its line numbers.

    Parameters
    ----------
    module
        The module.
    source
        The edited source code.
    changed
        Names of the functions whose code differs.

    Returns
    -------
    bool
        False, with the module unchanged, if a function of `changed` is not found in the module or
        uses other variables of an enclosing scope.
    """
    codes = dict(_codes(compile_tracked(source, str(module.__file__))))
    found = {name: function for name, function in _module_functions(module) if name in codes}
    fitting = {
        name
        for name, function in found.items()
        if len(codes[name].co_freevars) == len(function.__code__.co_freevars)
    }
    if not changed <= fitting:
        return False
    for name in fitting:
        found[name].__code__ = codes[name]
    return True


def _codes(code: CodeType) -> Iterator[tuple[str, CodeType]]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and "<" not in constant.co_qualname:
            yield constant.co_qualname, constant
            yield from _codes(constant)


def _module_functions(module: ModuleType) -> Iterator[tuple[str, FunctionType]]:
    """Yield the functions that a module defines, also in its classes and below decorators."""
    waiting: list[Any] = list(vars(module).values())
    seen: set[int] = set()
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, type):
            if value.__module__ == module.__name__:
                waiting.extend(vars(value).values())
        elif isinstance(value, FunctionType):
            if value.__code__.co_filename == module.__file__:
                yield value.__qualname__, value
            waiting.append(getattr(value, "__wrapped__", None))
        elif isinstance(value, property):
            waiting.extend([value.fget, value.fset, value.fdel])
        elif isinstance(value, staticmethod | classmethod):
            waiting.append(value.__func__)
        elif isinstance(value, cached_property):
            waiting.append(value.func)
        else:
            waiting.append(getattr(value, "__wrapped__", None))


def loaded_modules(paths: Collection[Path]) -> dict[Path, ModuleType]:
    """Return the loaded modules of some files."""
    found: dict[Path, ModuleType] = {}
    names = {path.name for path in paths}
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file is not None and os.path.basename(file) in names:  # noqa: PTH119  (thousands)
            path = Path(file).resolve()
            if path in paths:
                found[path] = module
    return found
