"""Results of the passes through a chain: frozen dataclasses of read-only arrays.

The last axis has length L, and its index 0 is layer 1. The leading shape is that of the batch, ()
for a single chain. A quantity of the whole chain, such as the cost, has the leading shape alone.
"""

from dataclasses import dataclass

import numpy as np

from mathcore.validation import FloatArray, as_count, read_only


@dataclass(frozen=True, eq=False)
class ForwardTrace:
    """A forward pass: h_j = w_j a_{j-1} + b_j and a_j = σ(h_j), with a_0 = x.

    Attributes
    ----------
    x : numpy.ndarray
        Input, of the leading shape.
    h, a : numpy.ndarray
        Weighted inputs and activations, of shape (..., L).
    log10_abs_h, log10_abs_a : numpy.ndarray
        log10 of their magnitudes, also where they underflow or overflow; -inf for an exact zero.
    """

    x: FloatArray
    h: FloatArray
    a: FloatArray
    log10_abs_h: FloatArray
    log10_abs_a: FloatArray

    @property
    def y(self) -> FloatArray:
        """Output y = a_L, of the leading shape."""
        return read_only(self.a[..., -1])

    @property
    def sign_h(self) -> FloatArray:
        """Signs of h_j, -1, 0 or 1, also where it underflows."""
        return read_only(_signs(self.h, self.log10_abs_h))

    @property
    def sign_a(self) -> FloatArray:
        """Signs of a_j, -1, 0 or 1, also where it underflows."""
        return read_only(_signs(self.a, self.log10_abs_a))


@dataclass(frozen=True, eq=False)
class Gradients:
    """The gradients of the cost by the parameters of a chain.

    Attributes
    ----------
    grad_w, grad_b : numpy.ndarray
        dC/dw_j and dC/db_j, of shape (..., L).
    log10_abs_grad_w, log10_abs_grad_b : numpy.ndarray
        log10 of their magnitudes, sums of logarithms and so correct for a gradient that underflows
        or overflows; -inf for an exact zero.
    """

    grad_w: FloatArray
    grad_b: FloatArray
    log10_abs_grad_w: FloatArray
    log10_abs_grad_b: FloatArray

    @property
    def sign_grad_w(self) -> FloatArray:
        """Signs of dC/dw_j, -1, 0 or 1, also of a gradient that underflows."""
        return read_only(_signs(self.grad_w, self.log10_abs_grad_w))

    @property
    def sign_grad_b(self) -> FloatArray:
        """Signs of dC/db_j, -1, 0 or 1, also of a gradient that underflows."""
        return read_only(_signs(self.grad_b, self.log10_abs_grad_b))


def _signs(value: FloatArray, log10_abs: FloatArray) -> FloatArray:
    """Return the signs of values, from the sign bit of a zero where the value underflows."""
    return np.where(np.isneginf(log10_abs), 0.0, np.copysign(1.0, value))


@dataclass(frozen=True, eq=False)
class BackwardTrace(ForwardTrace, Gradients):
    """A backward pass: the signals of a chain, its gradients, and the factors of the chain rule.

    The attributes of `ForwardTrace` and `Gradients` belong to it too.

    Attributes
    ----------
    target : numpy.ndarray
        Target t, of the leading shape.
    weights, biases : numpy.ndarray
        Parameters of the chain, of shape (..., L).
    slope : numpy.ndarray
        σ'(h_j), of shape (..., L).
    factors : numpy.ndarray
        w_j σ'(h_j), of shape (..., L).
    cost, dcost_dy : numpy.ndarray
        C and dC/dy, of the leading shape.
    log10_cost, log10_abs_dcost_dy : numpy.ndarray
        log10 of C and of the magnitude of dC/dy, also where they underflow or overflow; -inf for
        an exact zero.

    Notes
    -----
    For the cost ``cross_entropy`` dC/dh_L is y - t, computed directly, while `dcost_dy` is
    (y - t) / (y (1 - y)), which overflows for an output saturated on the wrong side (|h| > 709).
    """

    target: FloatArray
    weights: FloatArray
    biases: FloatArray
    slope: FloatArray
    factors: FloatArray
    cost: FloatArray
    dcost_dy: FloatArray
    log10_cost: FloatArray
    log10_abs_dcost_dy: FloatArray

    @property
    def sign_dcost_dy(self) -> FloatArray:
        """Sign of dC/dy, -1, 0 or 1, also where it underflows."""
        return read_only(_signs(self.dcost_dy, self.log10_abs_dcost_dy))

    @property
    def delta(self) -> FloatArray:
        """dC/dh_j, equal to dC/db_j since dh_j/db_j = 1."""
        return self.grad_b

    def terms(self, j: int = 1) -> FloatArray:
        """Return the factors of dC/dw_j, from the input of layer j to the cost.

        These are a_{j-1} (x for j = 1), σ'(h_j), w_{j+1}, σ'(h_{j+1}), ..., w_L, σ'(h_L), dC/dy.

        Parameters
        ----------
        j : int
            Layer, from 1 to L.

        Returns
        -------
        numpy.ndarray
            Factors, of shape (..., 2 (L - j) + 3). Their product is ``grad_w[..., j - 1]`` unless
            a partial product leaves the range of float64 or dC/dy is infinite (cross-entropy).

        Raises
        ------
        ValueError
            If `j` is no integer from 1 to L.

        Examples
        --------
        >>> from mathcore import Chain
        >>> Chain([2.0, 3.0], activation="identity").backward(1.0, 5.0).terms(1).tolist()
        [1.0, 1.0, 3.0, 1.0, 2.0]
        """
        depth = self.h.shape[-1]
        first = as_count("j", j, maximum=depth) - 1
        before = self.x if first == 0 else self.a[..., first - 1]
        out = np.empty((*self.x.shape, 2 * (depth - first) + 1))
        out[..., 0] = before
        out[..., 1::2] = self.slope[..., first:]
        out[..., 2:-1:2] = self.weights[..., first + 1 :]
        out[..., -1] = self.dcost_dy
        return read_only(out)


@dataclass(frozen=True, eq=False)
class NudgeTrace:
    """The changes along a chain after a change of one weight, exact and to first order.

    Attributes
    ----------
    layer : int
        Layer of the changed weight, from 1 to L.
    dw : float
        Change of that weight.
    dh, da : numpy.ndarray
        Finite changes of h_j and a_j, of shape (..., L); zero before `layer`.
    dcost : numpy.ndarray
        Finite change of the cost, of the leading shape.
    dh_linear, da_linear, dcost_linear : numpy.ndarray
        First-order changes, each the previous change times one factor of the chain rule.

    Notes
    -----
    Finite changes are not differences of two passes: dh_{j+1} is w_{j+1} da_j, and da_j is
    σ(h_j + dh_j) - σ(h_j) without cancellation. A change of 1e-12 is as accurate as a change of 1.
    """

    layer: int
    dw: float
    dh: FloatArray
    da: FloatArray
    dcost: FloatArray
    dh_linear: FloatArray
    da_linear: FloatArray
    dcost_linear: FloatArray
