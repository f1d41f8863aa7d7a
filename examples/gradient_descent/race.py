"""The plot of a race: distances from the bottom over the steps, down to a share of the first."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from manim import LEFT, RIGHT, DashedLine, VGroup

from gradient_descent.descent import Descent
from lecture.kit.layout import Region, at
from lecture.kit.mobjects.decade_plot import DecadePlot, Polylines
from lecture.kit.mobjects.text_at import text_at
from lecture.kit.theme import theme

__all__ = ["RacePlot"]

_LOWEST = -3  # exponent at the lower edge


class RacePlot(VGroup):
    """Axes with a dashed goal, and a line for each descent, which is added on its own."""

    def __init__(
        self, races: Sequence[Descent], goal: float, colors: Sequence[str], room: Region
    ) -> None:
        most = max(race.steps for race in races)
        top = max(0, math.ceil(np.log10(max(race.distances.max() for race in races))))
        self.region = Region(room.left + 1.1, room.right - 0.3, room.bottom + 0.75, room.top - 0.5)
        plot = DecadePlot(most, _LOWEST, top, self.region)
        level = DashedLine(*(plot.point(x, math.log10(goal)) for x in (0, most)))
        self.lines = [
            Polylines(
                plot.places(np.arange(race.steps + 1.0), np.log10(race.distances))[None], color
            )
            for race, color in zip(races, colors, strict=True)
        ]
        super().__init__(plot, level.set_color(theme().ink))

    def names(self, distance: str, steps: str) -> VGroup:
        """Return the names of the axes."""
        region = self.region
        return VGroup(
            text_at(distance, at(region.left, region.top + 0.4), edge=LEFT),
            text_at(steps, at(region.right, region.bottom - 0.75), edge=RIGHT),
        )
