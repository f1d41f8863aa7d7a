import subprocess
import sys
from pathlib import Path

import pytest

import mathcore
from mathcore import validation


def test_public_names() -> None:
    assert all(hasattr(mathcore, name) for name in mathcore.__all__)
    assert len(set(mathcore.__all__)) == len(mathcore.__all__)
    assert all(hasattr(mathcore.stability, name) for name in mathcore.stability.__all__)
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
    text = validation.shown("x" * 100)
    assert text == "'" + "x" * 59 + "..."
    assert validation.shown("x" * 58) == "'" + "x" * 58 + "'"
    assert validation.shown("a") == "'a'"
