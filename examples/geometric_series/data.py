"""Terms and partial sums of a geometric series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from lecture.config.contract import SpecSummary
from lecture.kit.numbers import NumberFormat

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geometric_series.spec import SeriesSpec
    from lecture.config.spec import LectureSpec

__all__ = ["SUM", "PartialSums", "partial_sums", "summarize"]

SUM = NumberFormat(decimals=4, notation="fixed")
"""Format of the sums."""


@dataclass(frozen=True)
class PartialSums:
    """The terms r^k for k = 0..n-1, the sums of the first terms, and the limit 1/(1 - r)."""

    terms: NDArray[np.float64]
    sums: NDArray[np.float64]
    limit: float


def partial_sums(ratio: float, count: int) -> PartialSums:
    """Return the first terms of the series 1 + r + r² + ... and their sums.

    Examples
    --------
    >>> partial_sums(0.5, 3).sums.tolist()
    [1.0, 1.5, 1.75]
    """
    terms = ratio ** np.arange(count, dtype=np.float64)
    return PartialSums(terms, np.cumsum(terms), 1 / (1 - ratio))


def summarize(spec: LectureSpec) -> SpecSummary:
    """Return the output of `lecture show`: the partial sums."""
    series = cast("SeriesSpec", spec).series
    found = partial_sums(series.ratio, series.terms)
    rows = list(zip(found.terms.tolist(), found.sums.tolist(), strict=True))
    return SpecSummary(
        head=f"{series.terms} terms, ratio {series.ratio}",
        headings=("term", "value", "sum"),
        rows=tuple((str(k), SUM(term), SUM(total)) for k, (term, total) in enumerate(rows, 1)),
        verdict=f"The limit is {SUM(found.limit)}.",
        data={"ratio": series.ratio, "sums": found.sums.tolist(), "limit": found.limit},
    )
