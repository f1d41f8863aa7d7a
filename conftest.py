"""What holds for tests and doctests alike."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

# Dozens of processes import manim here; where compiled modules are not kept, each compiles all of
# them again, which takes longer than the rest of the import.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Use a worker more than cores, as many tests wait for other processes."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session", autouse=True)
def _manim_keeps_to_itself(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep manim's files out of the working directory, and its log out of doctests' output.

    Only where something to test has imported manim: the tests of numbers need not wait for it.
    """
    if "manim" not in sys.modules:
        yield
        return
    from manim import tempconfig  # noqa: PLC0415

    folder = str(tmp_path_factory.mktemp("media"))
    with tempconfig({"media_dir": folder, "verbosity": "WARNING"}):
        yield
