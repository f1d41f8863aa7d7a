"""Invariants of lecture files with any content: a valid spec, or clear issues."""

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

Outcome = Literal["spec", "issues"]

LONGEST_LINE = 1200  # the names of all scenes and the given value


def check_file(path: Path) -> Outcome:
    """Load a file as the commands do, and check the spec or the issues."""
    try:
        spec = load_spec(GradientSpec, path)
    except SpecError as error:
        _check_issues(error, path)
        return "issues"
    _check_spec(spec)
    return "spec"


def _check_issues(error: SpecError, path: Path) -> None:
    assert error.issues
    lines = path.read_bytes().count(b"\n") + 1
    for issue in error.issues:
        text = str(issue)
        assert text.isprintable(), text
        assert len(text) < LONGEST_LINE, text
        assert issue.file == str(path)
        assert issue.problem
        assert issue.line is None or 1 <= issue.line <= lines
        # Only issues of the whole file have no line number.
        of_the_file = ("too long", "and ", "cannot be read")
        assert issue.line is not None or issue.problem.startswith(of_the_file), text
    numbers = [issue.line for issue in error.issues if issue.line is not None]
    assert numbers == sorted(numbers)


def _check_spec(spec: GradientSpec) -> None:
    entries = LECTURE.entries(spec.scenes)
    assert entries
    assert len({entry.name for entry in entries}) == len(entries)
    assert all(spec.aspect in entry.aspects for entry in entries)
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
    # The template of the spec loads as the same spec.
    assert GradientSpec.model_validate(tomllib.loads(spec_template(spec))) == spec
    json.dumps(spec.model_dump(mode="json"), allow_nan=False)
