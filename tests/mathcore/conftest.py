from collections.abc import Iterator

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _floating_point_flags_raise() -> Iterator[None]:
    with np.errstate(all="raise"):
        yield
