"""Chains of neurons, one neuron a layer, and batches of chains."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from mathcore import batch, costs, recursion
from mathcore.activation_type import Activation
from mathcore.activations import activation as _activation
from mathcore.traces import BackwardTrace, ForwardTrace, Gradients, NudgeTrace
from mathcore.validation import FloatArray, as_count, as_finite, as_number, broadcast, read_only

_TILE = 512  # chains transposed at a time, few enough for the cache


@dataclass(frozen=True, init=False, eq=False)
class Chain:
    """A network of one neuron a layer: h_j = w_j a_{j-1} + b_j, a_j = σ(h_j), a_0 = x.

    Parameters
    ----------
    weights : array_like
        w_1, ..., w_L along the last axis; the shape (..., L) is a batch of chains.
    biases : array_like, default 0.0
        b_1, ..., b_L; broadcast against `weights`, with a last axis of length 1 or L.
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
        If a parameter is not a finite real number, L is 0, the shapes do not broadcast, or the
        name of the activation is unknown.

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
        object.__setattr__(self, "activation", _activation(activation).name)

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

        Returns
        -------
        ForwardTrace
            Weighted inputs and activations of every layer, and the output.

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
            x0 = _spread(x0, lead)
            act = _activation(self.activation)
            h, a, extended = recursion.forward(act, *self._layers_first(lead), x0)
            logs = recursion.log_signals(act, h, extended)
        return ForwardTrace(x0, *(_layers_last(array) for array in (h, a, *logs)))

    def backward(self, x: ArrayLike, target: ArrayLike, cost: str = "squared") -> BackwardTrace:
        """Return the backward pass of input `x` and a target: the gradients and their factors.

        dC/dh_L = dC/dy σ'(h_L), dC/dh_j = w_{j+1} σ'(h_j) dC/dh_{j+1}, dC/dw_j = dC/dh_j a_{j-1}.

        Parameters
        ----------
        x, target : array_like
            Input and target, broadcast against the leading shape of the chain.
        cost : str, default "squared"
            One of `mathcore.COSTS`; ``cross_entropy`` needs a sigmoid output and 0 <= target <= 1.

        Returns
        -------
        BackwardTrace
            Gradients of every layer with signs and logarithms, the signals, and the factors of the
            chain rule.

        Raises
        ------
        ValueError
            If an argument is not finite, does not broadcast or is unknown, or if the cost does
            not fit the activation or the target.

        Examples
        --------
        >>> trace = Chain([2.0, 3.0], activation="identity").backward(x=1.0, target=5.0)
        >>> float(trace.cost), trace.grad_w.tolist()
        (1.0, [6.0, 4.0])
        """
        act, x0, t = self._checked(x, target, cost)
        w, b = self._layers_first(x0.shape)
        with np.errstate(all="ignore"):
            run = recursion.backward(act, cost, w, b, x0, t)
            log_h, log_a = recursion.log_signals(act, run.h, run.extended)
            arrays = {
                "weights": w,
                "biases": b,
                "h": run.h,
                "a": run.a,
                "log10_abs_h": log_h,
                "log10_abs_a": log_a,
                "slope": run.slope,
                "factors": w * run.slope,
                "grad_w": run.grad_w,
                "grad_b": run.delta,
                "log10_abs_grad_w": run.log_grad_w,
                "log10_abs_grad_b": run.log_delta,
            }
            value = costs.output_cost(cost, act, run.h[-1], t)
            slope = costs.output_slope(cost, act, run.h[-1], t)
            slope = np.where(np.isneginf(run.log_cost_slope), 0.0, slope)  # a zero without a sign
        return BackwardTrace(
            x=x0,
            target=t,
            cost=read_only(np.asarray(value)),
            dcost_dy=read_only(slope),
            log10_cost=read_only(np.asarray(run.log_cost)),
            log10_abs_dcost_dy=read_only(np.asarray(run.log_cost_slope)),
            **{name: _layers_last(array) for name, array in arrays.items()},
        )

    def gradients(self, x: ArrayLike, target: ArrayLike, cost: str = "squared") -> Gradients:
        """Return the gradients of `backward` alone, for large batches in a fraction of its time.

        A large batch is computed in chunks on all cores, in the memory of the result.

        Parameters
        ----------
        x, target, cost
            As for `backward`.

        Returns
        -------
        Gradients
            dC/dw_j and dC/db_j with log10 of their magnitudes, of shape (..., L).

        Raises
        ------
        ValueError
            As `backward`.

        Examples
        --------
        >>> chain = Chain([1.0] * 1000)
        >>> chain.gradients(1.0, 0.0).log10_abs_grad_w[0].round(1)
        np.float64(-648.3)
        """
        act, x0, t = self._checked(x, target, cost)
        w, b = self._layers_first(x0.shape)
        flat = w.reshape(self.depth, -1), b.reshape(self.depth, -1)
        found = batch.gradients(act, cost, flat, (x0.ravel(), t.ravel()), self._bounds)
        grad_b, grad_w, log_b, log_w = (_layers_last(array.reshape(w.shape)) for array in found)
        return Gradients(grad_w, grad_b, log10_abs_grad_w=log_w, log10_abs_grad_b=log_b)

    def nudge(
        self,
        x: ArrayLike,
        target: ArrayLike,
        layer: int = 1,
        dw: float = 1e-3,
        *,
        cost: str = "squared",
    ) -> NudgeTrace:
        """Return the changes along the chain after a change of one weight, exact and linear.

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

        Returns
        -------
        NudgeTrace
            Finite and first-order changes of every h_j, of every a_j and of the cost.

        Raises
        ------
        ValueError
            As `backward`, or if `layer` is no integer from 1 to L or `dw` no finite number.

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
            return _nudge(_activation(self.activation), cost, trace, first, step)

    @cached_property
    def _bounds(self) -> batch.Bounds:
        return batch.bounds(self.weights, self.biases)

    def _checked(
        self, x: ArrayLike, target: ArrayLike, cost: str
    ) -> tuple[Activation, FloatArray, FloatArray]:
        """Return the activation, and input and target of the common leading shape."""
        act = _activation(self.activation)
        x0, t = as_finite("x", x), as_finite("target", target)
        shapes = {"weights": self.weights.shape[:-1], "x": x0.shape, "target": t.shape}
        lead = broadcast(shapes)
        costs.check_pairing(cost, act, t)
        return act, _spread(x0, lead), _spread(t, lead)

    def _layers_first(self, lead: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
        return _layers_first(self.weights, lead), _layers_first(self.biases, lead)


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
    return _layers_first_copy(w, shape), _layers_first_copy(b, shape)


def _layers_first_copy(array: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Return a copy of the caller's `array`, broadcast to `shape`, with layers first in memory."""
    spread = np.broadcast_to(array, shape)
    if spread.ndim == 1:
        return read_only(spread.copy())
    rows = spread.reshape(-1, shape[-1])
    layers_first = np.empty((shape[-1], len(rows)))
    for start in range(0, len(rows), _TILE):
        layers_first[:, start : start + _TILE] = rows[start : start + _TILE].T
    return _layers_last(layers_first.reshape(shape[-1], *shape[:-1]))


def _spread(array: FloatArray, lead: tuple[int, ...]) -> FloatArray:
    """Return a copy of `array` of the leading shape, an array also for the shape ()."""
    spread = np.broadcast_to(array, lead).copy()
    spread.setflags(write=False)
    return spread


def _layers_last(array: FloatArray) -> FloatArray:
    return read_only(array if array.ndim == 1 else np.moveaxis(array, 0, -1))


def _layers_first(array: FloatArray, lead: tuple[int, ...]) -> FloatArray:
    shape = (*lead, array.shape[-1])
    if array.shape != shape:
        array = np.broadcast_to(array, shape)
    return array if array.ndim == 1 else np.moveaxis(array, -1, 0)


def _nudge(act: Activation, cost: str, trace: BackwardTrace, first: int, dw: float) -> NudgeTrace:
    h, w = np.moveaxis(trace.h, -1, 0), np.moveaxis(trace.weights, -1, 0)
    slope = np.moveaxis(trace.slope, -1, 0)
    dh, da, dh_linear, da_linear = (np.zeros(h.shape) for _ in range(4))
    before = trace.x if first == 0 else trace.a[..., first - 1]
    dh[first] = dh_linear[first] = dw * before
    for j in range(first, len(h)):
        if j > first:
            dh[j], dh_linear[j] = w[j] * da[j - 1], w[j] * da_linear[j - 1]
        da[j] = act.kernel_increment(h[j], dh[j])
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
