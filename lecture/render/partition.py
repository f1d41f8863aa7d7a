"""Divide the missing beats of scenes into chunks that keep all workers busy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MissingRange", "chunk_limits", "divided", "missing_ranges"]


@dataclass(frozen=True, slots=True)
class MissingRange:
    """Consecutive beats of a scene whose segments are missing.

    Parameters
    ----------
    first, end
        Indices of the first beat and of the beat after the last; ``None`` for the scene's end.
    estimates
        Estimated seconds of work for each beat, as far as the beats are known.
    """

    first: int
    end: int | None
    estimates: tuple[float, ...]

    @property
    def estimate(self) -> float:
        """Estimated seconds of work for all beats."""
        return sum(self.estimates)


def missing_ranges(
    missing: Sequence[int] | None, present: int, estimates: Sequence[float]
) -> list[MissingRange]:
    """Group missing beats into ranges.

    Parameters
    ----------
    missing
        Indices of the missing beats; ``None`` if the number of beats is unknown.
    present
        Number of beats from the first on that are cached; used if `missing` is ``None``.
    estimates
        Estimated seconds of work for each beat, as far as known.

    Examples
    --------
    >>> ranges = missing_ranges([1, 2, 4], 1, [1.0] * 5)
    >>> [(part.first, part.end, part.estimate) for part in ranges]
    [(1, 3, 2.0), (4, 5, 1.0)]
    >>> missing_ranges(None, 2, [1.0, 2.0, 3.0])
    [MissingRange(first=2, end=None, estimates=(3.0,))]
    """
    if missing is None:
        return [MissingRange(present, None, tuple(estimates[present:]) or (1.0,))]
    found: list[MissingRange] = []
    for beat in missing:
        estimate = estimates[beat] if beat < len(estimates) else 1.0
        if found and found[-1].end == beat:
            last = found.pop()
            found.append(MissingRange(last.first, beat + 1, (*last.estimates, estimate)))
        else:
            found.append(MissingRange(beat, beat + 1, (estimate,)))
    return found


def chunk_limits(seconds: Sequence[float], workers: int) -> list[float]:
    """Return the most seconds of work that a chunk of each range may have.

    A range is divided where its work exceeds the share of one worker. If there are more ranges
    than workers, the smallest, which is rendered last, is divided among all workers. Chunks are
    few, because each steps through the beats before it without drawing them.

    Parameters
    ----------
    seconds
        Estimated seconds of work for each range.
    workers
        Number of worker processes.

    Examples
    --------
    >>> chunk_limits([6.0], 2), chunk_limits([4.0, 4.0, 4.0, 4.0, 4.0], 2)
    ([3.0], [2.0, 10.0, 10.0, 10.0, 10.0])
    >>> chunk_limits([6.0], 1)
    [inf]
    """
    if workers == 1 or not seconds:
        return [math.inf] * len(seconds)
    limits = [sum(seconds) / workers] * len(seconds)
    if len(seconds) > workers:
        # The range that is rendered last decides how long the other workers are idle at the end.
        last = min(range(len(seconds)), key=lambda index: seconds[index])
        limits[last] = seconds[last] / workers
    return limits


def divided(whole: MissingRange, limit: float) -> list[MissingRange]:
    """Divide a range, between beats, into chunks of at most `limit` seconds or of a single beat.

    Examples
    --------
    >>> chunks = divided(MissingRange(0, None, (2.0, 2.0, 2.0)), 3.0)
    >>> [(chunk.first, chunk.end) for chunk in chunks]
    [(0, 1), (1, 2), (2, None)]
    """
    chunks: list[MissingRange] = []
    first = whole.first
    estimates: list[float] = []
    for beat, estimate in enumerate(whole.estimates, start=whole.first):
        if estimates and sum(estimates) + estimate > limit * 1.001:
            chunks.append(MissingRange(first, beat, tuple(estimates)))
            first, estimates = beat, []
        estimates.append(estimate)
    chunks.append(MissingRange(first, whole.end, tuple(estimates)))
    return chunks
