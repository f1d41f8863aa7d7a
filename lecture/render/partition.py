"""Cut scenes into slices, so that all workers have work until the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MissingRange", "missing_ranges", "partition"]


@dataclass(frozen=True, slots=True)
class MissingRange:
    """Neighbouring beats of a scene whose films are missing.

    Parameters
    ----------
    first, end
        Which beats, counted from 0, the end left out; ``None`` for all to the last.
    costs
        An estimate of the work for each of the beats that are known to be in it.
    """

    first: int
    end: int | None
    costs: tuple[float, ...]

    @property
    def cost(self) -> float:
        """An estimate of the work for all of it."""
        return sum(self.costs)


def missing_ranges(
    missing: Sequence[int] | None, present: int, costs: Sequence[float]
) -> list[MissingRange]:
    """Group missing beats that are neighbours.

    Parameters
    ----------
    missing
        The beats that are missing; ``None`` where the number of beats is not known.
    present
        How many beats are there from the first on.
    costs
        An estimate of the work for each beat, as far as known.

    Examples
    --------
    >>> missing_ranges([1, 2, 4], 1, [1.0] * 5)
    [MissingRange(first=1, end=3, costs=(1.0, 1.0)), MissingRange(first=4, end=5, costs=(1.0,))]
    >>> missing_ranges(None, 2, [1.0, 2.0, 3.0])
    [MissingRange(first=2, end=None, costs=(3.0,))]
    """
    if missing is None:
        return [MissingRange(present, None, tuple(costs[present:]) or (1.0,))]
    found: list[MissingRange] = []
    for beat in missing:
        cost = costs[beat] if beat < len(costs) else 1.0
        if found and found[-1].end == beat:
            last = found.pop()
            found.append(MissingRange(last.first, beat + 1, (*last.costs, cost)))
        else:
            found.append(MissingRange(beat, beat + 1, (cost,)))
    return found


def partition(whole: Sequence[MissingRange], workers: int) -> list[list[MissingRange]]:
    """Cut what costs more than a worker's share, and what is begun last, between beats.

    There should be few slices: each goes through the beats before it, undrawn.

    Parameters
    ----------
    whole
        What there is to do.
    workers
        How many processes there are for it.

    Returns
    -------
    list of list of MissingRange
        The slices of each.

    Examples
    --------
    >>> (ranges,) = partition([MissingRange(0, None, (2.0, 2.0, 2.0))], 2)
    >>> [(part.first, part.end) for part in ranges]
    [(0, 1), (1, 2), (2, None)]
    >>> [len(slices) for slices in partition([MissingRange(0, None, (2.0, 2.0))] * 5, 2)]
    [2, 1, 1, 1, 1]
    """
    if workers == 1 or not whole:
        return [[gap] for gap in whole]
    share = sum(gap.cost for gap in whole) / workers
    slices = [_cut_one(gap, share) for gap in whole]
    if len(whole) > workers:
        # What is begun last decides how long the others have nothing to do at the end.
        last = min(range(len(whole)), key=lambda place: whole[place].cost)
        slices[last] = _cut_one(whole[last], whole[last].cost / workers)
    return slices


def _cut_one(gap: MissingRange, share: float) -> list[MissingRange]:
    """Cut a gap so that no slice costs more than the share, but for single beats that do."""
    slices: list[MissingRange] = []
    first = gap.first
    costs: list[float] = []
    for beat, cost in enumerate(gap.costs, start=gap.first):
        if costs and sum(costs) + cost > share * 1.001:
            slices.append(MissingRange(first, beat, tuple(costs)))
            first, costs = beat, []
        costs.append(cost)
    slices.append(MissingRange(first, gap.end, tuple(costs)))
    return slices
