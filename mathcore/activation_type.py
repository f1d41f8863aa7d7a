"""The type of activation functions: kernels on float64 arrays, and methods with checks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from mathcore import piecewise
from mathcore.validation import FloatArray, as_floats, read_only

Kernel: TypeAlias = Callable[[FloatArray], FloatArray]
PairKernel: TypeAlias = Callable[[FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True)
class Activation:
    """An activation function a = σ(h) and its slope σ'(h).

    Attributes
    ----------
    name : str
        One of `mathcore.ACTIVATIONS`.
    max_slope : float
        Least upper bound of |σ'(h)| over all real h.

    Notes
    -----
    The methods take a number or an array of weighted inputs h (dimensionless, any shape) and return
    a read-only float64 array of the same shape (a scalar for a number). They return the limits at
    ±inf, nan for nan, and raise no floating-point warning. The attributes `kernel_*` and
    `special_*` are the same formulas without checks, for use inside the package.
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

        Returns
        -------
        numpy.ndarray
            Values, of the shape of `h`, read-only; `mathcore.activation` lists the range of each
            activation.

        Raises
        ------
        ValueError
            If `h` holds anything but real numbers.

        Examples
        --------
        >>> from mathcore import activation
        >>> activation("relu").value([-1.0, 2.0])
        array([0., 2.])
        """
        return self._apply(self.kernel_value, h)

    def slope(self, h: ArrayLike) -> FloatArray:
        """Return σ'(h), to a relative error of 8 eps unless it is subnormal.

        Parameters
        ----------
        h : array_like
            Weighted inputs.

        Returns
        -------
        numpy.ndarray
            Slopes, of the shape of `h`, read-only; at most `max_slope` in magnitude.

        Raises
        ------
        ValueError
            If `h` holds anything but real numbers.

        Examples
        --------
        >>> from mathcore import activation
        >>> float(activation("tanh").slope(0.0))
        1.0
        """
        return self._apply(self.kernel_slope, h)

    def log_abs_slope(self, h: ArrayLike) -> FloatArray:
        """Return ln|σ'(h)|, also for a slope that underflows; -inf for a slope of exactly 0.

        Parameters
        ----------
        h : array_like
            Weighted inputs.

        Returns
        -------
        numpy.ndarray
            Natural logarithms, of the shape of `h`, read-only; to a relative error of 1e-13.

        Raises
        ------
        ValueError
            If `h` holds anything but real numbers.

        Examples
        --------
        >>> from mathcore import activation
        >>> float(activation("sigmoid").log_abs_slope(-10000.0))
        -10000.0
        """
        return self._apply(self.kernel_log_slope, h)

    def log_abs_value(self, h: ArrayLike) -> FloatArray:
        """Return ln|σ(h)|, also for a value that underflows; -inf for a value of exactly 0.

        Parameters
        ----------
        h : array_like
            Weighted inputs.

        Returns
        -------
        numpy.ndarray
            Natural logarithms, of the shape of `h`, read-only.

        Raises
        ------
        ValueError
            If `h` holds anything but real numbers.

        Examples
        --------
        >>> from mathcore import activation
        >>> float(activation("sigmoid").log_abs_value(-10000.0))
        -10000.0
        """
        return self._apply(self.kernel_log_value, h)

    def kernel_residual(self, h: FloatArray, target: FloatArray) -> FloatArray:
        """Return σ(h) - target, without cancellation at a saturated σ."""
        if self.special_residual is not None:
            return self.special_residual(h, target)
        return self.kernel_value(h) - target

    def kernel_log_residual(self, h: FloatArray, target: FloatArray) -> FloatArray:
        """Return ln|σ(h) - target|, also for a difference that underflows."""
        if self.special_log_residual is not None:
            return self.special_log_residual(h, target)
        direct = piecewise.log_abs_difference(
            self.kernel_residual(h, target), self.kernel_value(h), target
        )
        return np.where(target == 0.0, self.kernel_log_value(h), direct)

    def kernel_increment(self, h: FloatArray, d: FloatArray) -> FloatArray:
        """Return σ(h + d) - σ(h), without cancellation for a small d."""
        if self.special_increment is not None:
            return self.special_increment(h, d)
        return _integrated_slope(self, h, d)

    @staticmethod
    def _apply(kernel: Kernel, h: ArrayLike) -> FloatArray:
        array = as_floats("h", h)
        with np.errstate(all="ignore"):
            return read_only(np.asarray(kernel(array)))


# Gauss-Legendre nodes and weights on [0, 1], for steps that change gelu or silu by less than a
# quarter. Such a step is shorter than about 2, or far out, where the slope is constant; the nearest
# pole of silu is at distance pi, so ten nodes are exact to rounding.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)
_NODES, _WEIGHTS = 0.5 * (1.0 + _NODES), 0.5 * _WEIGHTS


def _integrated_slope(act: Activation, h: FloatArray, d: FloatArray) -> FloatArray:
    """Return σ(h + d) - σ(h), as the integral of the slope where the difference cancels."""
    before, after = act.kernel_value(h), act.kernel_value(h + d)
    whole = after - before
    mean_slope = np.zeros(np.shape(whole))
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        mean_slope += weight * act.kernel_slope(h + node * d)
    cancels = np.abs(whole) < 0.25 * np.maximum(np.abs(before), np.abs(after))
    return np.where(cancels, d * mean_slope, whole)
