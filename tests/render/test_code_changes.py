"""Edits of modules: which of them a running process can take over, and that it does."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from lecture.render.call_tracking import tracked_imports
from lecture.render.code_changes import changed_functions, replace_code

SOURCE = '''
from functools import cache, cached_property

LIMIT = 3


def plain(x, y=2):
    """A function."""
    return x + y


@cache
def cached():
    return 1


class Shape:
    """A class."""

    sides = 4

    def area(self):
        return [side for side in range(self.sides)]

    @property
    def name(self):
        return "shape"

    @staticmethod
    def make():
        return 1

    @classmethod
    def of(cls):
        return cls.sides

    @cached_property
    def stored(self):
        return 5

    def __repr__(self):
        return super().__repr__()

    class Inner:
        def depth(self):
            return (lambda: 2)()
'''

BODIES = {
    "plain": ("return x + y", "return x * y"),
    "cached": ("    return 1\n\n\nclass", "    return 9\n\n\nclass"),
    "Shape.area": ("range(self.sides)", "range(2)"),
    "Shape.name": ('return "shape"', 'return "other"'),
    "Shape.make": ("        return 1\n", "        return 8\n"),
    "Shape.of": ("return cls.sides", "return cls"),
    "Shape.stored": ("return 5", "x = 1\n        return 6"),
    "Shape.__repr__": ("super().__repr__()", '"S" + super().__repr__()'),
    "Shape.Inner.depth": ("(lambda: 2)", "(lambda: 3)"),
}


def edited(old: str, new: str) -> bytes:
    assert SOURCE.count(old) == 1
    return SOURCE.replace(old, new).encode()


@pytest.mark.parametrize("name", BODIES)
def test_the_function_with_another_body_is_named(name: str) -> None:
    assert changed_functions(SOURCE.encode(), edited(*BODIES[name])) == {name}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 3", "LIMIT = 4"),
        ("x, y=2", "x, y=3"),
        ("@cache\n", ""),
        ("sides = 4", "sides = 5"),
        ("class Shape:", "class Shape(int):"),
        ("def area(self):", "def surface(self):"),
        ("import cache,", "import cache, partial,"),
        ("return x + y", "return x + y\n\n\ndef more():\n    return 1"),
        ("return x + y", "return (x + y"),
    ],
)
def test_other_edits_are_refused(old: str, new: str) -> None:
    assert changed_functions(SOURCE.encode(), edited(old, new)) is None


def test_comments_and_layout_do_not_count() -> None:
    new = edited("    return x + y", "    # the sum\n\n    return (x\n            + y)")
    assert changed_functions(SOURCE.encode(), new) == frozenset()


def test_functions_of_the_same_name_are_refused() -> None:
    source = "class A:\n @property\n def x(self): return 1\n @x.setter\n def x(self, v): return 2\n"
    new = source.replace("return 2", "return 3")
    assert changed_functions(source.encode(), source.encode()) == frozenset()
    assert changed_functions(source.encode(), new.encode()) is None


Calls = set[tuple[str, str]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path.resolve() / "edited_module.py"
    path.write_text(SOURCE, encoding="utf-8")
    return path


@pytest.fixture
def calls(file: Path) -> Iterator[Calls]:
    with tracked_imports([file]) as called:
        yield called


@pytest.fixture
def module(file: Path, calls: Calls) -> ModuleType:
    assert calls == set()
    spec = spec_from_file_location("edited_module", file)
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_functions_that_were_called_are_noted(
    module: ModuleType, calls: Calls, file: Path
) -> None:
    assert calls == set()
    shape = module.Shape()
    results = {
        "plain": (lambda: module.plain(1), 3),
        "cached": (module.cached, 1),
        "Shape.area": (shape.area, [0, 1, 2, 3]),
        "Shape.name": (lambda: shape.name, "shape"),
        "Shape.make": (shape.make, 1),
        "Shape.of": (shape.of, 4),
        "Shape.stored": (lambda: shape.stored, 5),
        "Shape.Inner.depth": (module.Shape.Inner().depth, 2),
    }
    for name, (call, result) in results.items():
        assert (str(file), name) not in calls
        assert call() == result
        assert (str(file), name) in calls
    assert calls == {(str(file), name) for name in results}
    assert module.plain.__doc__ == "A function."
    assert str(inspect.signature(module.plain)) == "(x, y=2)"


def test_lines_stay_those_of_the_file(module: ModuleType) -> None:
    line = SOURCE.splitlines().index("    return x + y") + 1
    with pytest.raises(TypeError) as caught:
        module.plain("a")
    assert caught.traceback[-1].lineno + 1 == line


def test_other_modules_are_not_tracked(file: Path, calls: Calls) -> None:
    other = file.with_name("other_module.py")
    other.write_text("def f(): return 1\n", encoding="utf-8")
    spec = spec_from_file_location("other_module", other)
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    assert made.f() == 1
    assert calls == set()


def test_the_new_code_runs_in_objects_that_exist(module: ModuleType) -> None:
    shape, plain = module.Shape(), module.plain
    for name, (old, new) in BODIES.items():
        assert replace_code(module, edited(old, new), frozenset({name}))
        result = {
            "plain": lambda: plain(3) == 6,
            "cached": lambda: module.cached() == 9,
            "Shape.area": lambda: shape.area() == [0, 1],
            "Shape.name": lambda: shape.name == "other",
            "Shape.make": lambda: shape.make() == 8,
            "Shape.of": lambda: shape.of() is module.Shape,
            "Shape.stored": lambda: shape.stored == 6,
            "Shape.__repr__": lambda: repr(shape).startswith("S<"),
            "Shape.Inner.depth": lambda: module.Shape.Inner().depth() == 3,
        }[name]
        assert result(), name


def test_lines_of_errors_are_those_of_the_new_file(module: ModuleType) -> None:
    new = edited("LIMIT = 3", "# a comment\nLIMIT = 3")
    assert replace_code(module, new, frozenset())
    line = new.decode().splitlines().index("    return x + y") + 1
    with pytest.raises(TypeError) as caught:
        module.plain("a")
    assert caught.traceback[-1].lineno + 1 == line


def test_a_function_that_cannot_be_replaced_is_refused(module: ModuleType) -> None:
    new = edited("super().__repr__()", '"no other scope"')
    assert not replace_code(module, new, frozenset({"Shape.__repr__"}))
    assert repr(module.Shape()).startswith("<edited_module.Shape")
    del module.plain
    assert not replace_code(module, edited(*BODIES["plain"]), frozenset({"plain"}))
    assert sys.modules.get("edited_module") is None
