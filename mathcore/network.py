"""Fully connected networks: forward pass, backpropagation and layer speeds."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from mathcore import costs
from mathcore.activations import activation as _activation
from mathcore.backprop import backward_pass, forward_pass, mean_cost, speeds
from mathcore.draws import initializer as _initializer
from mathcore.validation import FloatArray, as_count, as_finite, as_generator, as_number, read_only


@dataclass(frozen=True, eq=False)
class NetworkTrace:
    """A forward pass of n examples.

    Attributes
    ----------
    h, a : tuple of numpy.ndarray
        Weighted inputs and activations of each layer, of shape (n, neurons).
    """

    h: tuple[FloatArray, ...]
    a: tuple[FloatArray, ...]

    @property
    def y(self) -> FloatArray:
        """Outputs, of shape (n, outputs)."""
        return self.a[-1]


@dataclass(frozen=True, eq=False)
class NetworkGradients:
    """The gradients of the mean cost of n examples.

    Attributes
    ----------
    cost : float
        Cost summed over the outputs, as a mean over the examples.
    weights, biases : tuple of numpy.ndarray
        dC/dW and dC/db of each layer, of the shapes of W and b.
    """

    cost: float
    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray, ...]


@dataclass(frozen=True, init=False, eq=False)
class Network:
    """A fully connected network: H_l = A_{l-1} W_l + b_l, A_l = σ(H_l), A_0 = X.

    Parameters
    ----------
    weights : sequence of array_like
        W_l of shape (fan_in, fan_out), one a layer; consecutive shapes must match.
    biases : sequence of array_like
        b_l of shape (fan_out,).
    activation : str, default "sigmoid"
        One of `mathcore.ACTIVATIONS`, for all layers, the output included.

    Attributes
    ----------
    weights, biases : tuple of numpy.ndarray
        Read-only float64 arrays.
    activation : str
        Name of the activation function.

    Raises
    ------
    ValueError
        If a parameter is not finite, the shapes do not match, or the name is unknown.

    Examples
    --------
    >>> net = Network([[[1.0], [2.0]]], [[0.5]], activation="identity")
    >>> net.sizes, net.forward([[1.0, 1.0]]).y.tolist()
    ((2, 1), [[3.5]])
    """

    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray, ...]
    activation: str

    def __init__(
        self,
        weights: Sequence[ArrayLike],
        biases: Sequence[ArrayLike],
        activation: str = "sigmoid",
    ) -> None:
        w = tuple(as_finite(f"weights[{i}]", layer) for i, layer in enumerate(weights))
        b = tuple(as_finite(f"biases[{i}]", layer) for i, layer in enumerate(biases))
        _check_layers(w, b)
        object.__setattr__(self, "weights", tuple(read_only(layer.copy()) for layer in w))
        object.__setattr__(self, "biases", tuple(read_only(layer.copy()) for layer in b))
        object.__setattr__(self, "activation", _activation(activation).name)

    @classmethod
    def random(
        cls,
        sizes: Sequence[int],
        rng: np.random.Generator | int,
        initializer: str = "gaussian",
        activation: str = "sigmoid",
        *,
        bias_std: float = 1.0,
    ) -> Self:
        """Return a random network of given layer sizes.

        Parameters
        ----------
        sizes : sequence of int
            Number of inputs, then number of neurons in each layer; at least two numbers.
        rng : numpy.random.Generator or int
            Source of randomness, or a seed. Weights and biases are drawn layer by layer.
        initializer : str
            One of `mathcore.INITIALIZERS`, for the weights.
        activation : str
            One of `mathcore.ACTIVATIONS`.
        bias_std : float
            Standard deviation of the normal biases, at least 0.

        Returns
        -------
        Network
            Network of ``len(sizes) - 1`` layers.

        Raises
        ------
        ValueError
            If an argument is outside the range above, or a name is unknown.

        Examples
        --------
        >>> Network.random((64, 30, 10), rng=0, initializer="lecun_normal").sizes
        (64, 30, 10)
        """
        counts = [as_count("sizes", size) for size in sizes]
        if len(counts) < 2:
            raise ValueError(f"sizes: given {counts}; allowed: at least an input and an output")
        rule, generator = _initializer(initializer), as_generator("rng", rng)
        std = as_number("bias_std", bias_std, minimum=0.0)
        weights, biases = [], []
        for fan_in, fan_out in itertools.pairwise(counts):
            weights.append(rule.sample(fan_in, fan_out, generator))
            biases.append(std * generator.standard_normal(fan_out))
        return cls(weights, biases, activation)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of inputs, then number of neurons in each layer."""
        return (self.weights[0].shape[0], *(w.shape[1] for w in self.weights))

    def forward(self, X: ArrayLike) -> NetworkTrace:  # noqa: N803 - the design matrix
        """Return the forward pass of n examples.

        Parameters
        ----------
        X : array_like
            Inputs, of shape (n, inputs), n >= 1.

        Returns
        -------
        NetworkTrace
            Weighted inputs and activations of each layer, and the outputs.

        Raises
        ------
        ValueError
            If `X` is not finite or has another shape.

        Examples
        --------
        >>> Network.random((3, 2), rng=0).forward([[0.0, 1.0, 2.0]]).y.shape
        (1, 2)
        """
        inputs = check_rows("X", X, self.sizes[0])
        with np.errstate(all="ignore"):
            h, a = forward_pass(_activation(self.activation), self.weights, self.biases, inputs)
        return NetworkTrace(tuple(map(read_only, h)), tuple(map(read_only, a[1:])))

    def gradients(
        self,
        X: ArrayLike,  # noqa: N803 - the design matrix
        Y: ArrayLike,  # noqa: N803 - the target matrix
        cost: str = "squared",
    ) -> NetworkGradients:
        """Return the gradients of the mean cost of n examples, by backpropagation.

        Parameters
        ----------
        X, Y : array_like
            Inputs of shape (n, inputs) and targets of shape (n, outputs), n >= 1.
        cost : str
            One of `mathcore.COSTS`, summed over the outputs; ``cross_entropy`` needs a sigmoid
            output and targets from 0 to 1.

        Returns
        -------
        NetworkGradients
            dC/dW and dC/db of every layer, and the cost.

        Raises
        ------
        ValueError
            If an array is not finite or has another shape, or if the cost is unknown or does not
            fit the activation or the targets.

        Examples
        --------
        >>> net = Network([[[2.0]]], [[0.0]], activation="identity")
        >>> float(net.gradients([[1.0], [3.0]], [[0.0], [6.0]]).weights[0][0, 0])
        2.0
        """
        act = _activation(self.activation)
        inputs, targets = check_examples(self, X, Y)
        costs.check_pairing(cost, act, targets)
        with np.errstate(all="ignore"):
            h, a = forward_pass(act, self.weights, self.biases, inputs)
            value = mean_cost(cost, act, h[-1], targets)
            delta = backward_pass(act, cost, self.weights, h, targets)
            count = len(inputs)
            grad_w = [a_in.T @ d / count for a_in, d in zip(a[:-1], delta, strict=True)]
            grad_b = [d.mean(axis=0) for d in delta]
        return NetworkGradients(value, tuple(map(read_only, grad_w)), tuple(map(read_only, grad_b)))

    def layer_speeds(
        self,
        X: ArrayLike,  # noqa: N803 - the design matrix
        Y: ArrayLike,  # noqa: N803 - the target matrix
        cost: str = "squared",
    ) -> FloatArray:
        """Return the speed of each layer: the norm of the gradient dC/db of its biases.

        Parameters
        ----------
        X, Y, cost
            As for `gradients`.

        Returns
        -------
        numpy.ndarray
            Speeds, of shape (layers,), the output layer last.

        Raises
        ------
        ValueError
            As `gradients`.

        Examples
        --------
        >>> net = Network([[[2.0]]], [[0.0]], activation="identity")
        >>> net.layer_speeds([[1.0], [3.0]], [[0.0], [6.0]]).tolist()
        [2.0]
        """
        return speeds(self.gradients(X, Y, cost).biases)


def _check_layers(w: tuple[FloatArray, ...], b: tuple[FloatArray, ...]) -> None:
    if not w or len(w) != len(b):
        raise ValueError(
            f"weights and biases: given {len(w)} and {len(b)} layers; "
            "allowed: the same number, at least 1"
        )
    for i, (matrix, vector) in enumerate(zip(w, b, strict=True)):
        if matrix.ndim != 2 or 0 in matrix.shape or vector.shape != matrix.shape[1:]:
            raise ValueError(
                f"weights[{i}] and biases[{i}]: given shapes {matrix.shape} and {vector.shape}; "
                "allowed: (fan_in, fan_out) and (fan_out,)"
            )
        if i and matrix.shape[0] != w[i - 1].shape[1]:
            raise ValueError(
                f"weights[{i}]: given shape {matrix.shape}; must have {w[i - 1].shape[1]} rows, "
                "one for each neuron of the layer before"
            )


def check_rows(name: str, values: ArrayLike, columns: int) -> FloatArray:
    """Return `values` as a finite array of shape (n, columns) with n >= 1."""
    array = as_finite(name, values)
    if array.ndim != 2 or array.shape[1] != columns or not len(array):
        raise ValueError(f"{name}: given shape {array.shape}; allowed: (n, {columns}) with n >= 1")
    return array


def check_examples(
    net: Network, inputs: ArrayLike, targets: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return inputs and targets as arrays of equal length with the columns of `net`."""
    x, y = check_rows("X", inputs, net.sizes[0]), check_rows("Y", targets, net.sizes[-1])
    if len(x) != len(y):
        raise ValueError(f"Y: given {len(y)} rows; must have {len(x)}, one for each row of X")
    return x, y
