import dataclasses
import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import mathcore
from mathcore import validation


def test_public_names() -> None:
    assert all(hasattr(mathcore, name) for name in mathcore.__all__)
    assert len(set(mathcore.__all__)) == len(mathcore.__all__)
    for module in (mathcore.reference, mathcore.stability):
        assert all(hasattr(module, name) for name in module.__all__)
    assert Path(mathcore.__file__).with_name("py.typed").exists()


def test_importing_it_is_light() -> None:
    code = (
        "import sys, mathcore; "
        "print([m for m in ('manim', 'sklearn', 'scipy', 'torch') if m in sys.modules])"
    )
    root = Path(mathcore.__file__).parents[1]
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    assert found.stdout.strip() == "[]"


def test_numbers() -> None:
    assert validation.as_number("n", 2, minimum=2.0) == 2.0
    with pytest.raises(ValueError, match="n: given 2; must be greater than 2"):
        validation.as_number("n", 2.0, minimum=2.0, strict=True)
    with pytest.raises(ValueError, match=r"n: given 1\.9; must be at least 2"):
        validation.as_number("n", 1.9, minimum=2.0)
    assert validation.as_count("n", 3, maximum=3) == 3
    with pytest.raises(ValueError, match="n: given 4; allowed: an integer from 1 to 3"):
        validation.as_count("n", 4, maximum=3)
    assert validation.as_finite("n", []).shape == (0,)
    assert validation.as_floats("n", [True, False]).tolist() == [1.0, 0.0]
    assert validation.as_finite("n", [1.7e308, -1.7e308]).tolist() == [1.7e308, -1.7e308]


def test_long_values_are_cut_in_messages() -> None:
    text = validation.format_value("x" * 100)
    assert text == "'" + "x" * 59 + "..."
    assert validation.format_value("x" * 58) == "'" + "x" * 58 + "'"
    assert validation.format_value("a") == "'a'"


def documented() -> Iterator[tuple[str, Callable[..., object]]]:
    """Yield every public function, class, method and property of the package with its name."""
    for module in (mathcore, mathcore.reference, mathcore.stability):
        for name in module.__all__:
            thing = getattr(module, name)
            if not (inspect.isfunction(thing) or inspect.isclass(thing)):
                continue
            yield name, thing
            if not inspect.isclass(thing):
                continue
            for attribute, value in vars(thing).items():
                if isinstance(value, property):
                    value = value.fget  # noqa: PLW2901
                if isinstance(value, classmethod):
                    value = value.__func__  # noqa: PLW2901
                if inspect.isfunction(value) and not attribute.startswith(("_", "kernel_")):
                    yield f"{name}.{attribute}", value


PUBLIC = dict(documented())


@pytest.mark.parametrize("thing", PUBLIC.values(), ids=PUBLIC)
def test_every_public_name_says_what_it_takes_returns_and_refuses(
    thing: Callable[..., object],
) -> None:
    text = inspect.getdoc(thing) or ""
    assert text.splitlines()[0].endswith("."), "a summary of one line"
    if inspect.isclass(thing):
        listed = re.findall(r"^([\w, ]+) : ", text, re.MULTILINE)
        names = {part.strip() for line in listed for part in line.split(",")}
        hidden = re.compile("kernel_|special_")
        fields = {field.name for field in dataclasses.fields(thing) if not hidden.match(field.name)}
        bases = filter(dataclasses.is_dataclass, thing.__mro__[1:])
        inherited = {field.name for base in bases for field in dataclasses.fields(base)}
        assert fields <= names | inherited
        return
    taken = [p for p in inspect.signature(thing).parameters if p not in {"self", "cls"}]
    if not taken:
        return
    for section in ("Parameters", "Returns", "Examples"):
        assert f"\n{section}\n{'-' * len(section)}\n" in text, section
    listed = re.findall(r"^([\w, ]+)(?: : .*)?$", text, re.MULTILINE)
    names = {part.strip() for line in listed for part in line.split(",")}
    assert set(taken) <= names
