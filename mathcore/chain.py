"""A chain of neurons, one a layer, and batches of such chains."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mathcore import costs
from mathcore.activations import Activation, activation
from mathcore.traces import BackwardTrace, ForwardTrace, NudgeTrace
from mathcore.validation import (
    FloatArray,
    as_count,
    as_finite,
    as_number,
    broadcast,
    read_only,
)

_LN10 = float(np.log(10.0))


@dataclass(frozen=True, init=False, eq=False)
class Chain:
    """A network of one neuron a layer: h_j = w_j a_{j-1} + b_j, a_j = σ(h_j), a_0 = x.

    Parameters
    ----------
    weights : array_like
        w_1, ..., w_L along the last axis; a shape (..., L) makes a batch of chains.
    biases : array_like, default 0.0
        b_1, ..., b_L, or anything that broadcasts against `weights` to a last axis of length L.
    activation : str, default "sigmoid"
        One of `mathcore.ACTIVATIONS`, for all layers.

    Attributes
    ----------
    weights, biases : numpy.ndarray
        Read-only float64 arrays of one shape (..., L).
    activation : str
        Name of the activation function.

    Raises
    ------
    ValueError
        If a parameter is not a finite real number, L is 0, the shapes do not fit, or the name
        of the activation is unknown.

    Examples
    --------
    >>> chain = Chain([1.0, -2.0], biases=[0.0, 0.5], activation="identity")
    >>> chain.depth, float(chain.forward(3.0).y)
    (2, -5.5)
    """

    weights: FloatArray
    biases: FloatArray
    activation: str

    def __init__(
        self, weights: ArrayLike, biases: ArrayLike = 0.0, activation: str = "sigmoid"
    ) -> None:
        w, b = _checked_parameters(weights, biases)
        object.__setattr__(self, "weights", w)
        object.__setattr__(self, "biases", b)
        object.__setattr__(self, "activation", _act(activation).name)

    @property
    def depth(self) -> int:
        """Number of layers L."""
        return int(self.weights.shape[-1])

    def forward(self, x: ArrayLike) -> ForwardTrace:
        """Return the forward pass of input `x`.

        Parameters
        ----------
        x : array_like
            Input, broadcast against the leading shape of the chain.

        Raises
        ------
        ValueError
            If `x` is not finite or does not broadcast.

        Examples
        --------
        >>> Chain([1.0, 2.0], activation="relu").forward(3.0).a.tolist()
        [3.0, 6.0]
        """
        x0 = as_finite("x", x)
        lead = broadcast({"weights": self.weights.shape[:-1], "x": x0.shape})
        with np.errstate(all="ignore"):
            h, a = _forward(_act(self.activation), *self._layers_first(lead), x0)
        return ForwardTrace(_spread(x0, lead), _layers_last(h), _layers_last(a))

    def backward(self, x: ArrayLike, target: ArrayLike, cost: str = "squared") -> BackwardTrace:
        """Return all gradients of the cost by one backward recursion.

        delta_L = dC/dy σ'(h_L), delta_j = w_{j+1} σ'(h_j) delta_{j+1}, dC/dw_j = delta_j a_{j-1}.

        Parameters
        ----------
        x, target : array_like
            Input and target, broadcast against the leading shape of the chain.
        cost : str, default "squared"
            One of `mathcore.COSTS`; ``cross_entropy`` needs a sigmoid output and 0 <= target <= 1.

        Raises
        ------
        ValueError
            If an argument is not finite, does not broadcast or is unknown, or the cost does
            not suit the activation or the target.

        Examples
        --------
        >>> trace = Chain([2.0, 3.0], activation="identity").backward(x=1.0, target=5.0)
        >>> float(trace.cost), trace.grad_w.tolist()
        (1.0, [6.0, 4.0])
        """
        act = _act(self.activation)
        x0, t = as_finite("x", x), as_finite("target", target)
        shapes = {"weights": self.weights.shape[:-1], "x": x0.shape, "target": t.shape}
        lead = broadcast(shapes)
        costs.check_pairing(cost, act, t)
        with np.errstate(all="ignore"):
            return _backward(
                act, cost, *self._layers_first(lead), _spread(x0, lead), _spread(t, lead)
            )

    def nudge(
        self,
        x: ArrayLike,
        target: ArrayLike,
        layer: int = 1,
        dw: float = 1e-3,
        *,
        cost: str = "squared",
    ) -> NudgeTrace:
        """Return what changing one weight by `dw` does along the chain, beside the first order.

        Parameters
        ----------
        x, target : array_like
            Input and target, broadcast against the leading shape of the chain.
        layer : int, default 1
            Layer of the weight, from 1 to L.
        dw : float, default 0.001
            Change of the weight.
        cost : str, default "squared"
            One of `mathcore.COSTS`.

        Raises
        ------
        ValueError
            As `backward`, or if `layer` or `dw` is not what is said above.

        Examples
        --------
        >>> trace = Chain([2.0, 3.0], activation="identity").nudge(1.0, 5.0, layer=1, dw=0.5)
        >>> trace.dh.tolist(), float(trace.dcost), float(trace.dcost_linear)
        ([0.5, 1.5], 5.25, 3.0)
        """
        first = as_count("layer", layer, maximum=self.depth) - 1
        step = as_number("dw", dw)
        trace = self.backward(x, target, cost)
        with np.errstate(all="ignore"):
            return _nudge(_act(self.activation), cost, trace, first, step)

    def _layers_first(self, lead: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
        shape = (*lead, self.depth)
        w, b = np.broadcast_to(self.weights, shape), np.broadcast_to(self.biases, shape)
        return np.moveaxis(w, -1, 0), np.moveaxis(b, -1, 0)


def _act(name: str) -> Activation:
    return activation(name)


def _checked_parameters(weights: ArrayLike, biases: ArrayLike) -> tuple[FloatArray, FloatArray]:
    w, b = as_finite("weights", weights), as_finite("biases", biases)
    if w.ndim == 0 or w.shape[-1] == 0:
        raise ValueError(
            f"weights: given shape {w.shape}; allowed: (..., L) with at least one layer, L >= 1"
        )
    if b.ndim and b.shape[-1] not in {1, w.shape[-1]}:
        raise ValueError(
            f"biases: given shape {b.shape}; the last axis must have length 1 or "
            f"{w.shape[-1]}, the number of layers in weights {w.shape}"
        )
    shape = broadcast({"weights": w.shape, "biases": b.shape})
    return _own(w, shape), _own(b, shape)


def _own(array: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Copy `array` to `shape`, so that a later change of the caller's array does not show."""
    return read_only(np.broadcast_to(array, shape).copy())


def _spread(array: FloatArray, lead: tuple[int, ...]) -> FloatArray:
    return read_only(np.broadcast_to(array, lead).copy())


def _layers_last(array: FloatArray) -> FloatArray:
    return read_only(np.moveaxis(array, 0, -1))


def _forward(
    act: Activation, w: FloatArray, b: FloatArray, x: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Run the layers in order; arrays have the layers along axis 0."""
    h, a = np.empty(w.shape), np.empty(w.shape)
    before = x
    for j in range(len(w)):
        h[j] = w[j] * before + b[j]
        a[j] = before = act.kernel_value(h[j])
    return h, a


def _backward(
    act: Activation, cost: str, w: FloatArray, b: FloatArray, x: FloatArray, target: FloatArray
) -> BackwardTrace:
    h, a = _forward(act, w, b, x)
    last_delta = costs.output_delta(cost, act, h[-1], target)
    last_log = costs.output_log_delta(cost, act, h[-1], target)
    slope, log_slope = act.kernel_slope(h), act.kernel_log_slope(h)
    before = np.concatenate([x[None], a[:-1]])
    log_before = np.concatenate([np.log(np.abs(x))[None], act.kernel_log_value(h[:-1])])
    log_w = np.log(np.abs(w))
    delta = _running(np.multiply, last_delta, w[1:] * slope[:-1])
    log_delta = _running(np.add, last_log, log_w[1:] + log_slope[:-1])
    log_grad = log_delta + log_before
    signs = np.copysign(1.0, w[1:]) * np.copysign(1.0, slope[:-1])
    sign_delta = _running(np.multiply, np.copysign(1.0, last_delta), signs)
    sign_grad = sign_delta * np.copysign(1.0, before)
    arrays = {
        "weights": w,
        "biases": b,
        "h": h,
        "a": a,
        "slope": slope,
        "factors": w * slope,
        "delta": delta,
        "grad_w": delta * before,
        "log10_abs_grad_w": log_grad / _LN10,
        "log10_abs_grad_b": log_delta / _LN10,
        "sign_grad_w": np.where(np.isneginf(log_grad), 0.0, sign_grad),
        "sign_grad_b": np.where(np.isneginf(log_delta), 0.0, sign_delta),
    }
    return BackwardTrace(
        x=x,
        target=target,
        cost=read_only(np.asarray(costs.output_cost(cost, act, h[-1], target))),
        dcost_dy=read_only(np.asarray(costs.output_slope(cost, act, h[-1], target))),
        **{name: _layers_last(array) for name, array in arrays.items()},
    )


def _running(op: np.ufunc, last: FloatArray, steps: FloatArray) -> FloatArray:
    """Accumulate `steps` from the last layer to the first, starting from `last`."""
    sequence = np.concatenate([np.asarray(last)[None], steps[::-1]])
    running: FloatArray = op.accumulate(sequence, axis=0)
    return running[::-1]


def _nudge(act: Activation, cost: str, trace: BackwardTrace, first: int, dw: float) -> NudgeTrace:
    h, w = np.moveaxis(trace.h, -1, 0), np.moveaxis(trace.weights, -1, 0)
    slope = np.moveaxis(trace.slope, -1, 0)
    dh, da, dh_linear, da_linear = (np.zeros(h.shape) for _ in range(4))
    before = trace.x if first == 0 else trace.a[..., first - 1]
    dh[first] = dh_linear[first] = dw * before
    for j in range(first, len(h)):
        if j > first:
            dh[j], dh_linear[j] = w[j] * da[j - 1], w[j] * da_linear[j - 1]
        da[j] = act.increment(h[j], dh[j])
        da_linear[j] = slope[j] * dh_linear[j]
    dcost = costs.cost_increment(cost, act, h[-1], trace.target, dh[-1], da[-1])
    return NudgeTrace(
        layer=first + 1,
        dw=dw,
        dh=_layers_last(dh),
        da=_layers_last(da),
        dcost=read_only(np.asarray(dcost)),
        dh_linear=_layers_last(dh_linear),
        da_linear=_layers_last(da_linear),
        dcost_linear=read_only(np.asarray(trace.delta[..., -1] * dh_linear[-1])),
    )
