"""The notebook, run from top to bottom with a chain that the test sets."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from PIL import Image

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "lecture.ipynb"
WEIGHTS = [0.9, -1.2, 2.5]
# What is changed in cells before they run: the chain, and what would draw more than is looked at.
CHANGES = {
    "chain": (r"weights = .*", f"weights = {WEIGHTS}"),
    "preview": ("-ql", "-ql --fps 2"),
    "clips": ('"--no-voice"', '"--no-voice", "--workers", "1"'),
}

# One process runs the notebook, for all tests.
pytestmark = pytest.mark.xdist_group("notebook")


def test_it_is_committed_without_outputs() -> None:
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.fixture(scope="module")
def cells(
    tmp_path_factory: pytest.TempPathFactory, environment: Mapping[str, str]
) -> dict[str, NotebookNode]:
    """The notebook's cells, run, by their names."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    by_name = {cell.id: cell for cell in notebook.cells}
    assert "parameters" in by_name["chain"].metadata["tags"]
    for name, (pattern, replacement) in CHANGES.items():
        by_name[name].source, changes = re.subn(pattern, replacement, by_name[name].source)
        assert changes == 1
    folder = tmp_path_factory.mktemp("notebook")
    client = NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env=dict(environment))
    return by_name


def printed(cell: NotebookNode) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def shown(cell: NotebookNode) -> dict[str, str]:
    """What a cell displays, by its kind."""
    return {kind: data for output in cell.outputs for kind, data in output.get("data", {}).items()}


def test_the_numbers_are_those_of_the_chain(cells: Mapping[str, NotebookNode]) -> None:
    def cost(weights: list[float]) -> float:
        a = 0.8
        for weight in weights:
            a = 1 / (1 + np.exp(-weight * a))
        return float((a - 1.0) ** 2)

    rows = [line.split() for line in printed(cells["numbers"]).splitlines()[3:]]
    assert [int(row[0]) for row in rows] == [1, 2, 3]
    for place, row in enumerate(rows):
        step = np.eye(3)[place] * 1e-5
        ends = [cost(list(np.array(WEIGHTS) + sign * step)) for sign in (1, -1)]
        assert float(row[-1]) == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-3)
    decades = np.log10(abs(float(rows[0][-1]) / float(rows[-1][-1])))
    assert f"{decades:+.1f}" in printed(cells["decades"])


def test_the_scene_is_shown(cells: Mapping[str, NotebookNode]) -> None:
    html = shown(cells["preview"])["text/html"]
    video = re.search(r"data:video/mp4;base64,([A-Za-z0-9+/=]+)", html.replace("\n", ""))
    assert video is not None
    assert b"ftyp" in base64.b64decode(video[1])[:12]


def test_the_clip_is_shown(cells: Mapping[str, NotebookNode]) -> None:
    gif = base64.b64decode(shown(cells["clips"])["image/gif"])
    with Image.open(io.BytesIO(gif)) as picture:
        assert picture.width == 640
        assert getattr(picture, "n_frames", 1) > 10
