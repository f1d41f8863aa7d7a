"""Changes along a chain after a nudge of the first weight, as numbers and as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lecture.kit.numbers import NumberFormat, power_of_ten
from mathcore import BackwardTrace, Chain
from scenes.data.chain_readings import factors_in_logs

__all__ = ["BELOW_FLOATS", "CHANGE", "Ripple", "ripple"]

Fate = Literal["falling", "rising", "level", "stopped", "kink"]

CHANGE = NumberFormat(notation="scientific", significant=3)
"""Format of changes: with two digits, an error of 1 % may look like one of 6 %."""

_LEVEL_DECADES = float(np.log10(2.0))
_LEAST_EXPONENT = -300

BELOW_FLOATS = f"<{power_of_ten(_LEAST_EXPONENT)}"
"""Text of a change that is not zero, but too small for a float."""


@dataclass(frozen=True)
class Ripple:
    """Changes of every activation and of the cost after a nudge of the first weight.

    Parameters
    ----------
    dw
        Change of the first weight.
    exact
        Finite changes of a_1, ..., a_L and of the cost, of shape (L + 1,).
    sign, log10_abs
        First-order predictions of these changes, as sign and common logarithm of the magnitude.
    nudged
        The passes after the nudge.
    """

    dw: float
    exact: NDArray[np.float64]
    sign: NDArray[np.float64]
    log10_abs: NDArray[np.float64]
    nudged: BackwardTrace

    @property
    def log10_exact(self) -> NDArray[np.float64]:
        """Common logarithms of the magnitudes of the exact changes; ``-inf`` for zero."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log10(np.abs(self.exact)))

    def exact_text(self, index: int) -> str:
        """Return the text of the finite change at `index`, 0 for a_1 and L for the cost."""
        return BELOW_FLOATS if self._hidden(index) else CHANGE(float(self.exact[index]))

    def value_key(self) -> str:
        """Return the key of the line that compares the changes of the cost."""
        return "value_hidden" if self._hidden(-1) else "value"

    def predicted_text(self, index: int) -> str:
        """Return the text of the first-order change at `index`."""
        return CHANGE.from_log10(float(self.sign[index]), float(self.log10_abs[index]))

    @property
    def log10_ratio(self) -> float:
        """Common logarithm of the change of a_1 over that of the output."""
        return self._log10_or_predicted(0) - self._log10_or_predicted(-2)

    @property
    def fate(self) -> Fate:
        """Fate of the changes from a_1 to the output, which selects a sentence."""
        if self.exact[-2] == 0 and self.log10_abs[-2] == -np.inf:
            return "stopped"
        if self.log10_abs[-2] == -np.inf:
            return "kink"
        if abs(self.log10_ratio) <= _LEVEL_DECADES:
            return "level"
        return "falling" if self.log10_ratio > 0 else "rising"

    def _hidden(self, index: int) -> bool:
        return bool(self.exact[index] == 0 and np.isfinite(self.log10_abs[index]))

    def _log10_or_predicted(self, index: int) -> float:
        log10 = float(self.log10_exact[index])
        return log10 if np.isfinite(log10) else float(self.log10_abs[index])


def ripple(chain: Chain, trace: BackwardTrace, cost: str, dw: float) -> Ripple:
    """Return the changes after a nudge of the first weight by `dw`, exact and predicted.

    Examples
    --------
    >>> chain = Chain([2.0, 3.0], activation="identity")
    >>> found = ripple(chain, chain.backward(1.0, 5.0), "squared", 0.5)
    >>> found.exact.tolist(), (10**found.log10_abs).round(9).tolist()
    ([0.5, 1.5, 5.25], [0.5, 1.5, 3.0])
    """
    nudge = chain.nudge(trace.x, trace.target, layer=1, dw=dw, cost=cost)
    signs, log10 = factors_in_logs(trace, chain.activation)
    step = np.log10(abs(dw))
    along = np.cumprod(signs) * np.sign(dw), np.cumsum(log10) + step
    ends = np.sign(dw) * trace.sign_grad_w[0], trace.log10_abs_grad_w[0] + step
    weights = np.concatenate([chain.weights[:1] + dw, chain.weights[1:]])
    return Ripple(
        dw=dw,
        exact=np.append(nudge.da, nudge.dcost),
        sign=np.append(along[0], ends[0]),
        log10_abs=np.append(along[1], ends[1]),
        nudged=Chain(weights, chain.biases, chain.activation).backward(trace.x, trace.target, cost),
    )
