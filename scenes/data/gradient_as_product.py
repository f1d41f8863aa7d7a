"""What a nudge of the first weight does along a chain, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lecture.kit.numbers import GRADIENT, power_of_ten
from mathcore import BackwardTrace, Chain
from scenes.data.chain_readings import factors_in_logs

__all__ = ["BELOW_FLOATS", "Ripple", "ripple"]

Fate = Literal["falling", "rising", "level", "stopped", "kink"]

_LEVEL_DECADES = float(np.log10(2.0))
_LEAST_EXPONENT = -300

BELOW_FLOATS = f"<{power_of_ten(_LEAST_EXPONENT)}"
"""What is shown for a change that is not zero, but too small for a float."""


@dataclass(frozen=True)
class Ripple:
    """The change of every activation and of the cost after a nudge of the first weight.

    Parameters
    ----------
    dw
        Change of the first weight.
    exact
        Finite changes of a_1, ..., a_L and of the cost, shape (L + 1,).
    sign, log10_abs
        Their first-order predictions, as sign and common logarithm of the magnitude.
    """

    dw: float
    exact: NDArray[np.float64]
    sign: NDArray[np.float64]
    log10_abs: NDArray[np.float64]

    @property
    def predicted(self) -> NDArray[np.float64]:
        """The predictions as floats, 0 where they underflow."""
        return np.asarray(self.sign * 10.0 ** np.maximum(self.log10_abs, -400.0))

    def exact_text(self, place: int) -> str:
        """Return the finite change at `place` (0 for a_1, L for the cost) as it is shown."""
        return BELOW_FLOATS if self._hidden(place) else GRADIENT(float(self.exact[place]))

    def key(self, line: str, place: int) -> str:
        """Return the name of a line, or of its variant for a change that no float can hold."""
        return f"{line}_hidden" if self._hidden(place) else line

    def predicted_text(self, place: int) -> str:
        """Return the first-order change at `place` as it is shown."""
        return GRADIENT.from_log10(float(self.sign[place]), float(self.log10_abs[place]))

    @property
    def log10_ratio(self) -> float:
        """Common logarithm of how many times more a_1 moves than the output does."""
        return self._log10_exact(0) - self._log10_exact(-2)

    @property
    def fate(self) -> Fate:
        """Which sentence about the ripple is true when it reaches the output."""
        if self.exact[-2] == 0 and self.log10_abs[-2] == -np.inf:
            return "stopped"
        if self.log10_abs[-2] == -np.inf:
            return "kink"
        if abs(self.log10_ratio) <= _LEVEL_DECADES:
            return "level"
        return "falling" if self.log10_ratio > 0 else "rising"

    def _hidden(self, place: int) -> bool:
        return bool(self.exact[place] == 0 and np.isfinite(self.log10_abs[place]))

    def _log10_exact(self, place: int) -> float:
        value = abs(float(self.exact[place]))
        return float(np.log10(value)) if value > 0 else float(self.log10_abs[place])


def ripple(chain: Chain, trace: BackwardTrace, cost: str, dw: float) -> Ripple:
    """Nudge the first weight of a chain by `dw`, and compare what moves with the chain rule.

    Examples
    --------
    >>> chain = Chain([2.0, 3.0], activation="identity")
    >>> found = ripple(chain, chain.backward(1.0, 5.0), "squared", 0.5)
    >>> found.exact.tolist(), found.predicted.round(9).tolist()
    ([0.5, 1.5, 5.25], [0.5, 1.5, 3.0])
    """
    nudge = chain.nudge(trace.x, trace.target, layer=1, dw=dw, cost=cost)
    signs, log10 = factors_in_logs(trace, chain.activation)
    step = np.log10(abs(dw))
    along = np.cumprod(signs) * np.sign(dw), np.cumsum(log10) + step
    ends = np.sign(dw) * trace.sign_grad_w[0], trace.log10_abs_grad_w[0] + step
    return Ripple(
        dw=dw,
        exact=np.append(nudge.da, nudge.dcost),
        sign=np.append(along[0], ends[0]),
        log10_abs=np.append(along[1], ends[1]),
    )
