"""Activation functions with their slopes, in plain and in logarithmic form."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from mathcore import gelu, piecewise, smooth
from mathcore.validation import FloatArray, as_floats, one_of, read_only

Kernel: TypeAlias = Callable[[FloatArray], FloatArray]
PairKernel: TypeAlias = Callable[[FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True)
class Activation:
    """An activation function a = σ(h) with its slope σ'(h).

    Attributes
    ----------
    name : str
        One of `mathcore.ACTIVATIONS`.
    max_slope : float
        Least upper bound of |σ'(h)| over all real h.

    Notes
    -----
    The methods take a number or an array of weighted inputs h (dimensionless, any shape) and return
    a read-only float64 array of the same shape (a scalar for a number). Limits hold at ±inf, nan
    gives nan, and no floating-point warning is raised. The `kernel_*` attributes are the bare
    formulas for use inside the package.
    """

    name: str
    max_slope: float
    kernel_value: Kernel = field(repr=False)
    kernel_slope: Kernel = field(repr=False)
    kernel_log_slope: Kernel = field(repr=False)
    kernel_log_value: Kernel = field(repr=False)
    special_residual: PairKernel | None = field(default=None, repr=False)
    special_log_residual: PairKernel | None = field(default=None, repr=False)
    special_increment: PairKernel | None = field(default=None, repr=False)

    def value(self, h: ArrayLike) -> FloatArray:
        """Return σ(h).

        Parameters
        ----------
        h : array_like
            Weighted inputs.

        Raises
        ------
        ValueError
            If `h` is not made of real numbers.

        Examples
        --------
        >>> activation("relu").value([-1.0, 2.0])
        array([0., 2.])
        """
        return self._apply(self.kernel_value, h)

    def slope(self, h: ArrayLike) -> FloatArray:
        """Return σ'(h), with a relative error of at most 8 eps wherever it is a normal number.

        Parameters
        ----------
        h : array_like
            Weighted inputs.

        Raises
        ------
        ValueError
            If `h` is not made of real numbers.

        Examples
        --------
        >>> float(activation("tanh").slope(0.0))
        1.0
        """
        return self._apply(self.kernel_slope, h)

    def log_abs_slope(self, h: ArrayLike) -> FloatArray:
        """Return ln|σ'(h)|, also where σ'(h) underflows; -inf where it is exactly 0.

        Parameters
        ----------
        h : array_like
            Weighted inputs.

        Raises
        ------
        ValueError
            If `h` is not made of real numbers.

        Examples
        --------
        >>> float(activation("sigmoid").log_abs_slope(-10000.0))
        -10000.0
        """
        return self._apply(self.kernel_log_slope, h)

    def residual(self, h: FloatArray, target: FloatArray) -> FloatArray:
        """σ(h) - target without cancellation where σ is saturated (a bare formula)."""
        if self.special_residual is not None:
            return self.special_residual(h, target)
        return self.kernel_value(h) - target

    def log_residual(self, h: FloatArray, target: FloatArray) -> FloatArray:
        """ln|σ(h) - target|, right where the difference underflows (a bare formula)."""
        if self.special_log_residual is not None:
            return self.special_log_residual(h, target)
        direct = piecewise.log_abs(self.residual(h, target))
        return np.where(target == 0.0, self.kernel_log_value(h), direct)

    def increment(self, h: FloatArray, d: FloatArray) -> FloatArray:
        """σ(h + d) - σ(h), without needless cancellation (a bare formula)."""
        if self.special_increment is not None:
            return self.special_increment(h, d)
        return _integrated_slope(self, h, d)

    @staticmethod
    def _apply(kernel: Kernel, h: ArrayLike) -> FloatArray:
        array = as_floats("h", h)
        with np.errstate(all="ignore"):
            return read_only(np.asarray(kernel(array)))


# Gauss-Legendre nodes and weights on [0, 1]. Ten nodes integrate a slope over a step of length 1
# to rounding: the nearest pole of any of the smooth activations is at distance pi.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)
_NODES, _WEIGHTS = 0.5 * (1.0 + _NODES), 0.5 * _WEIGHTS


def _integrated_slope(act: Activation, h: FloatArray, d: FloatArray) -> FloatArray:
    """σ(h + d) - σ(h) as the integral of the slope over steps that stay on one side of 0.

    Longer steps, and steps across a kink at 0, are subtracted: their relative error is some
    eps max(|σ(h)|, |σ(h + d)|) / |difference|.
    """
    moved = h + d
    whole = act.kernel_value(moved) - act.kernel_value(h)
    mean_slope = np.zeros(np.shape(moved))
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        mean_slope += weight * act.kernel_slope(h + node * d)
    return np.where((np.abs(d) <= 1.0) & (h * moved > 0), d * mean_slope, whole)


_TABLE = {
    act.name: act
    for act in (
        Activation(
            "sigmoid",
            0.25,
            smooth.sigmoid,
            smooth.sigmoid_slope,
            smooth.sigmoid_log_slope,
            smooth.log_sigmoid,
            smooth.sigmoid_residual,
            smooth.sigmoid_log_residual,
            smooth.sigmoid_increment,
        ),
        Activation(
            "tanh",
            1.0,
            np.tanh,
            smooth.tanh_slope,
            smooth.tanh_log_slope,
            lambda h: piecewise.log_abs(np.tanh(h)),
            smooth.tanh_residual,
            smooth.tanh_log_residual,
            smooth.tanh_increment,
        ),
        Activation(
            "relu",
            1.0,
            piecewise.relu,
            piecewise.relu_slope,
            piecewise.relu_log_slope,
            piecewise.log_relu,
            special_increment=piecewise.relu_increment,
        ),
        Activation(
            "leaky_relu",
            1.0,
            piecewise.leaky_relu,
            piecewise.leaky_relu_slope,
            piecewise.leaky_relu_log_slope,
            piecewise.log_leaky_relu,
            special_increment=piecewise.leaky_relu_increment,
        ),
        Activation(
            "elu",
            1.0,
            piecewise.elu,
            piecewise.elu_slope,
            piecewise.elu_log_slope,
            piecewise.log_elu,
            piecewise.elu_residual,
            piecewise.elu_log_residual,
        ),
        # The slope of gelu is largest at h = sqrt(2): Φ(√2) + √2 φ(√2).
        Activation(
            "gelu",
            1.1289041451851856,
            gelu.gelu,
            gelu.gelu_slope,
            gelu.gelu_log_slope,
            gelu.log_gelu,
        ),
        # The slope of silu is largest at h = 2.39935728051547 (mpmath: findroot of silu'').
        Activation(
            "silu",
            1.099839320128867,
            smooth.silu,
            smooth.silu_slope,
            smooth.silu_log_slope,
            smooth.log_silu,
        ),
        Activation(
            "softplus",
            1.0,
            smooth.softplus,
            smooth.sigmoid,
            smooth.log_sigmoid,
            smooth.log_softplus,
            special_increment=smooth.softplus_increment,
        ),
        Activation(
            "identity",
            1.0,
            piecewise.identity,
            piecewise.identity_slope,
            piecewise.identity_log_slope,
            piecewise.log_abs,
            special_increment=piecewise.identity_increment,
        ),
    )
}

ACTIVATIONS: tuple[str, ...] = tuple(_TABLE)


def activation(name: str) -> Activation:
    """Return the activation function called `name`.

    Parameters
    ----------
    name : str
        One of `mathcore.ACTIVATIONS`.

    Returns
    -------
    Activation
        Its value, slope and logarithmic slope.

    Raises
    ------
    ValueError
        If the name is unknown; the message lists the known ones and suggests the nearest.

    Examples
    --------
    >>> activation("sigmoid").max_slope
    0.25
    """
    return _TABLE[one_of("activation", name, ACTIVATIONS)]


def sigmoid(h: ArrayLike) -> FloatArray:
    """Return σ(h) = 1 / (1 + exp(-h)).

    Parameters
    ----------
    h : array_like
        Weighted inputs, of any shape.

    Returns
    -------
    numpy.ndarray
        Values in [0, 1], of the shape of `h`, read-only.

    Raises
    ------
    ValueError
        If `h` is not made of real numbers.

    Examples
    --------
    >>> float(sigmoid(0.0))
    0.5
    """
    return _TABLE["sigmoid"].value(h)


def sigmoid_prime(h: ArrayLike) -> FloatArray:
    """Return σ'(h) = σ(h) σ(-h), the slope of the sigmoid.

    Parameters
    ----------
    h : array_like
        Weighted inputs, of any shape.

    Returns
    -------
    numpy.ndarray
        Values in [0, 1/4], of the shape of `h`, read-only; accurate in both tails, where
        σ(h) (1 - σ(h)) would be 0.

    Raises
    ------
    ValueError
        If `h` is not made of real numbers.

    Examples
    --------
    >>> float(sigmoid_prime(0.0))
    0.25
    """
    return _TABLE["sigmoid"].slope(h)
