"""Cost functions of an output y and its target t."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mathcore import smooth
from mathcore.activations import Activation
from mathcore.validation import FloatArray, as_finite, broadcast, one_of, read_only

COSTS: tuple[str, ...] = ("squared", "half_squared", "cross_entropy")
_SCALE = {"squared": 1.0, "half_squared": 0.5}  # of (y - t)^2


@dataclass(frozen=True)
class Cost:
    """A cost C(y, t) of an output y with target t.

    Attributes
    ----------
    name : str
        ``squared``: (y - t)^2. ``half_squared``: (y - t)^2 / 2.
        ``cross_entropy``: -t ln y - (1 - t) ln(1 - y), for y and t in [0, 1].
    """

    name: str

    def value(self, y: ArrayLike, target: ArrayLike) -> FloatArray:
        """Return C(y, t).

        Parameters
        ----------
        y, target : array_like
            Outputs and targets, broadcast together; for ``cross_entropy`` in [0, 1].

        Returns
        -------
        numpy.ndarray
            Costs, at least 0, of the common shape, read-only; the cross-entropy is inf for y = 0
            with t > 0, and for y = 1 with t < 1.

        Raises
        ------
        ValueError
            If a value is not finite, the shapes do not broadcast, or a value is outside [0, 1]
            for ``cross_entropy``.

        Examples
        --------
        >>> float(cost("squared").value(3.0, 1.0))
        4.0
        """
        output, wanted = as_finite("y", y), as_finite("target", target)
        broadcast({"y": output.shape, "target": wanted.shape})
        with np.errstate(all="ignore"):
            if self.name != "cross_entropy":
                return read_only(np.asarray(_SCALE[self.name] * np.square(output - wanted)))
            _check_unit_interval("y", output)
            _check_unit_interval("target", wanted)
            at_one = np.where(wanted > 0, -wanted * np.log(output), 0.0)
            at_zero = np.where(wanted < 1, -(1.0 - wanted) * np.log1p(-output), 0.0)
            return read_only(np.asarray(at_one + at_zero))


def _check_unit_interval(name: str, values: FloatArray) -> None:
    outside = (values < 0) | (values > 1)
    if outside.any():
        raise ValueError(
            f"{name}: given {float(values[outside][0]):g}; "
            "the cost 'cross_entropy' allows only values from 0 to 1"
        )


def cost(name: str) -> Cost:
    """Return the cost function of a name.

    Parameters
    ----------
    name : str
        One of `mathcore.COSTS`.

    Returns
    -------
    Cost
        The function, with a method for its value.

    Raises
    ------
    ValueError
        If the name is unknown; the message lists the known names and suggests the nearest.

    Examples
    --------
    >>> float(cost("half_squared").value(3.0, 1.0))
    2.0
    """
    return Cost(one_of("cost", name, COSTS))


def check_pairing(name: str, act: Activation, target: FloatArray) -> None:
    """Raise ValueError for an unknown cost, or if it fits neither activation nor target."""
    one_of("cost", name, COSTS)
    if name != "cross_entropy":
        return
    if act.name != "sigmoid":
        raise ValueError(
            f"cost: 'cross_entropy' needs a sigmoid output, given activation '{act.name}'; "
            "allowed here: squared, half_squared (or change the activation to 'sigmoid')"
        )
    _check_unit_interval("target", target)


def output_cost(name: str, act: Activation, h: FloatArray, target: FloatArray) -> FloatArray:
    """Return C at the weighted input h of the output, from y - t without cancellation."""
    if name == "cross_entropy":
        above, below = smooth.softplus(h), smooth.softplus(-h)
        entropy: FloatArray = target * below + (1.0 - target) * above
        return entropy
    residual = act.kernel_residual(h, target)
    return _SCALE[name] * residual * residual


def output_slope(name: str, act: Activation, h: FloatArray, target: FloatArray) -> FloatArray:
    """Return dC/dy at the weighted input h of the output."""
    residual = act.kernel_residual(h, target)
    if name != "cross_entropy":
        return 2.0 * _SCALE[name] * residual
    y, complement = smooth.sigmoid(h), smooth.sigmoid(-h)
    at_zero = np.where(target == 0.0, 1.0 / complement, residual / y / complement)
    return np.where(target == 1.0, -1.0 / y, at_zero)


def log_cost(name: str, h: FloatArray, target: FloatArray, log_residual: FloatArray) -> FloatArray:
    """Return ln C at the output from h and ln|y - t|."""
    if name == "cross_entropy":
        at_one = np.log(target) + smooth.log_softplus(-h)
        return np.logaddexp(at_one, np.log1p(-target) + smooth.log_softplus(h))
    return 2.0 * log_residual + math.log(_SCALE[name])


def log_slope(name: str, h: FloatArray, target: FloatArray, log_residual: FloatArray) -> FloatArray:
    """Return ln|dC/dy| at the output from h and ln|y - t|."""
    if name != "cross_entropy":
        return log_residual + math.log(2.0 * _SCALE[name])
    log_y, log_complement = smooth.log_sigmoid(h), smooth.log_sigmoid(-h)
    at_zero = np.where(target == 0.0, -log_complement, log_residual - log_y - log_complement)
    return np.where(target == 1.0, -log_y, at_zero)


def output_delta(name: str, act: Activation, h: FloatArray, target: FloatArray) -> FloatArray:
    """Return dC/dh at the output."""
    if name == "cross_entropy":  # y - t directly: dC/dy may overflow while σ' underflows
        return act.kernel_residual(h, target)
    return output_slope(name, act, h, target) * act.kernel_slope(h)


def output_log_delta(name: str, act: Activation, h: FloatArray, target: FloatArray) -> FloatArray:
    """Return ln|dC/dh| at the output, also if dC/dh underflows."""
    return log_delta(name, act.kernel_log_residual(h, target), act.kernel_log_slope(h))


def log_delta(name: str, log_residual: FloatArray, log_slope: FloatArray) -> FloatArray:
    """Return ln|dC/dh| at the output from ln|y - t| and ln|σ'(h)|."""
    if name == "cross_entropy":
        return log_residual
    return log_residual + math.log(2.0 * _SCALE[name]) + log_slope


def cost_increment(
    name: str, act: Activation, h: FloatArray, target: FloatArray, dh: FloatArray, dy: FloatArray
) -> FloatArray:
    """Return the change of C from h to h + dh and from y to y + dy, without cancellation."""
    if name == "cross_entropy":
        from_one = smooth.softplus_increment(-h, -dh)
        from_zero = smooth.softplus_increment(h, dh)
        return target * from_one + (1.0 - target) * from_zero
    residual = act.kernel_residual(h, target)
    return _SCALE[name] * dy * (2.0 * residual + dy)
