import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _floating_point_flags_raise() -> Iterator[None]:
    with np.errstate(all="raise"):
        yield


@pytest.fixture(scope="session")
def reference() -> dict[str, Any]:
    """Values to 50 digits, computed by make_reference.py with mpmath."""
    path = Path(__file__).with_name("reference.json")
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return stored
