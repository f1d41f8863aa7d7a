"""Training by stochastic gradient descent, with a history of costs and layer speeds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from threadpoolctl import ThreadpoolController

from mathcore import costs
from mathcore.activations import Activation, activation
from mathcore.backprop import backward_pass, forward_pass, mean_cost, speeds
from mathcore.network import Network, check_examples
from mathcore.validation import FloatArray, as_count, as_generator, as_number, read_only


@dataclass(frozen=True, eq=False)
class History:
    """Measurements on the training set, before training (index 0) and after each epoch.

    Attributes
    ----------
    network : Network
        The trained network.
    cost : numpy.ndarray
        Mean cost, of shape (epochs + 1,).
    accuracy : numpy.ndarray
        Share of examples with the correct largest output, of shape (epochs + 1,); for a single
        output, share of outputs on the correct side of 1/2.
    layer_speeds : numpy.ndarray
        Speeds as `Network.layer_speeds` returns them, of shape (epochs + 1, layers).
    validation_accuracy : numpy.ndarray
        Accuracy on the validation set, of shape (epochs + 1,); empty without a validation set.
    """

    network: Network
    cost: FloatArray
    accuracy: FloatArray
    layer_speeds: FloatArray
    validation_accuracy: FloatArray


def train(  # noqa: PLR0913 - the settings of a training are many; all but three by name
    net: Network,
    X: ArrayLike,  # noqa: N803 - the design matrix
    Y: ArrayLike,  # noqa: N803 - the target matrix
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    rng: np.random.Generator | int,
    cost: str = "cross_entropy",
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    on_epoch: Callable[[int, Network], None] | None = None,
) -> History:
    """Return the history of training a copy of `net` by stochastic gradient descent.

    Each epoch shuffles the examples and splits them into batches, of which the last may be smaller.
    Each batch changes every parameter by -learning_rate times the gradient of its mean cost.

    Parameters
    ----------
    net : Network
        Network before training, not changed.
    X, Y : array_like
        Inputs of shape (n, inputs) and targets of shape (n, outputs).
    epochs : int
        Passes over the examples, at least 0.
    batch_size : int
        Examples per step, at least 1.
    learning_rate : float
        Learning rate, greater than 0.
    rng : numpy.random.Generator or int
        Source of the shuffles, or a seed.
    cost : str
        One of `mathcore.COSTS`, as for `Network.gradients`.
    validation : pair of array_like, optional
        Inputs and targets of the validation set.
    on_epoch : callable, optional
        Called after each epoch with its number, from 1, and the network.

    Returns
    -------
    History
        The trained network, and the measurements before training and after each epoch.

    Raises
    ------
    ValueError
        If an argument is outside the range above, or does not fit the network.

    Examples
    --------
    >>> net = Network.random((2, 1), rng=0)
    >>> X, Y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[0], [1], [1], [1]]
    >>> history = train(net, X, Y, epochs=100, batch_size=4, learning_rate=5.0, rng=0)
    >>> float(history.accuracy[-1])
    1.0
    """
    act = activation(net.activation)
    x, y = check_examples(net, X, Y)
    held_out = None if validation is None else check_examples(net, *validation)
    costs.check_pairing(cost, act, y)
    count, size = as_count("epochs", epochs, minimum=0), as_count("batch_size", batch_size)
    rate = as_number("learning_rate", learning_rate, minimum=0.0, strict=True)
    generator = as_generator("rng", rng)
    weights, biases = [w.copy() for w in net.weights], [b.copy() for b in net.biases]
    rows = []
    threads = ThreadpoolController()  # once, since it searches all loaded libraries
    for epoch in range(count + 1):
        # For matrices of this size a second thread takes longer to start than to multiply.
        with np.errstate(all="ignore"), threads.limit(limits=1, user_api="blas"):
            if epoch:
                order = generator.permutation(len(x))
                _run_epoch(act, cost, weights, biases, (x[order], y[order]), size, rate)
            rows.append(_measure(act, cost, weights, biases, (x, y), held_out))
        if epoch and on_epoch is not None:
            on_epoch(epoch, Network(weights, biases, net.activation))
    table = [read_only(np.array(column)) for column in zip(*rows, strict=True)]
    trained = Network(weights, biases, net.activation)
    return History(trained, table[0], table[1], table[2], table[3].reshape(-1))


Examples: TypeAlias = tuple[FloatArray, FloatArray]


def _run_epoch(
    act: Activation,
    cost: str,
    weights: list[FloatArray],
    biases: list[FloatArray],
    examples: Examples,
    size: int,
    rate: float,
) -> None:
    """Change `weights` and `biases` in place by one step per batch."""
    x, y = examples
    for start in range(0, len(x), size):
        batch, target = x[start : start + size], y[start : start + size]
        h, a = forward_pass(act, weights, biases, batch)
        delta = backward_pass(act, cost, weights, h, target)
        step = rate / len(batch)
        for layer, d in enumerate(delta):
            weights[layer] -= step * (a[layer].T @ d)
            biases[layer] -= step * d.sum(axis=0)


def _measure(
    act: Activation,
    cost: str,
    weights: list[FloatArray],
    biases: list[FloatArray],
    examples: Examples,
    held_out: Examples | None,
) -> tuple[float, float, FloatArray, FloatArray]:
    """Return cost, accuracy, layer speeds, and validation accuracy or an empty array."""
    x, y = examples
    h, a = forward_pass(act, weights, biases, x)
    delta = backward_pass(act, cost, weights, h, y)
    validation = []
    if held_out is not None:
        output = forward_pass(act, weights, biases, held_out[0])[1][-1]
        validation.append(_accuracy(output, held_out[1]))
    return (
        mean_cost(cost, act, h[-1], y),
        _accuracy(a[-1], y),
        speeds([d.mean(axis=0) for d in delta]),
        np.array(validation, dtype=np.float64),
    )


def _accuracy(output: FloatArray, target: FloatArray) -> float:
    if output.shape[1] == 1:
        return float(np.mean((output > 0.5) == (target > 0.5)))
    return float(np.mean(output.argmax(axis=1) == target.argmax(axis=1)))
