"""What must hold for a lecture's file whatever its bytes: a valid plan, or a clear error."""

from __future__ import annotations

import json
import math
import tomllib
from pathlib import Path
from typing import Literal

from lecture.config.issues import SpecError
from lecture.config.reference import spec_template
from lecture.config.spec import load_spec
from scenes import LECTURE
from scenes.spec import GradientSpec
from scenes.summary import HEADINGS, chain_table

__all__ = ["Outcome", "check_file"]

Outcome = Literal["plan", "mistakes"]

LONGEST_LINE = 1200  # the names of all scenes and what was given


def check_file(path: Path) -> Outcome:
    """Read a file as every command does, and see that what comes of it is sound.

    Raises
    ------
    AssertionError, or anything else
        It is not.
    """
    try:
        spec = load_spec(GradientSpec, path)
    except SpecError as error:
        _check_mistakes(error, path)
        return "mistakes"
    _check_plan(spec)
    return "plan"


def _check_mistakes(error: SpecError, path: Path) -> None:
    assert error.issues
    lines = path.read_bytes().count(b"\n") + 1
    for issue in error.issues:
        text = str(issue)
        assert text.isprintable(), text
        assert len(text) < LONGEST_LINE, text
        assert issue.file == str(path)
        assert issue.what
        assert issue.line is None or 1 <= issue.line <= lines
        # Whatever belongs to a place in the file is said with it.
        whole = ("too long", "and ", "cannot be read")
        assert issue.line is not None or issue.what.startswith(whole), text
    given = [issue.line for issue in error.issues if issue.line is not None]
    assert given == sorted(given)


def _check_plan(spec: GradientSpec) -> None:
    result = LECTURE.entries(spec.scenes)
    assert result
    assert len({entry.name for entry in result}) == len(result)
    assert all(spec.aspect in entry.aspects for entry in result)
    assert 2 <= spec.chain.depth <= 12
    assert spec.title.isprintable() or not set(spec.title) & set("\n\r\x00\x1b")
    table = chain_table(spec.chain)
    assert len(table.rows) == spec.chain.depth
    for row in table.rows:
        cells = row.cells()
        assert len(cells) == len(HEADINGS)
        assert all(cells)
        assert all(math.isfinite(number) for number in (row.w, row.b, row.h))
        assert not math.isnan(row.log10_abs_grad_w)
    # The file that the tool itself would write for this spec says the same.
    assert GradientSpec.model_validate(tomllib.loads(spec_template(spec))) == spec
    json.dumps(spec.model_dump(mode="json"), allow_nan=False)
