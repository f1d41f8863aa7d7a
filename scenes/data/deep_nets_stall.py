"""Accuracies and layer speeds of four networks, with one to four hidden layers, trained on digits.

The first call trains the networks, in a few seconds; later calls read the trainings from disk.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from joblib import Memory
from numpy.typing import NDArray

import mathcore
from mathcore import Network, digits, train

__all__ = [
    "AMPLIFIED_WEIGHTS",
    "DEPTHS",
    "WIDTH",
    "StallStudy",
    "amplified",
    "stall_study",
    "starting_net",
]

DEPTHS = (1, 2, 3, 4)
"""Hidden layers of the networks."""

AMPLIFIED_WEIGHTS = 20.0
"""Factor of the weights between hidden layers, for growing gradients."""

WIDTH = 30
"""Neurons in each hidden layer."""

_SEED = 0
_EPOCHS = 40
_BATCH, _RATE = 20, 0.2
_QUIET_INPUT = 0.01
_SAMPLES = 15


@dataclass(frozen=True, eq=False)
class StallStudy:
    """Measurements on the four networks.

    Attributes
    ----------
    accuracy, test_accuracy : numpy.ndarray
        Share of images classified correctly, of shape (networks, epochs + 1).
    speeds : numpy.ndarray
        Speed of each hidden layer of the deepest network, of shape (epochs + 1, hidden layers).
    amplified_speeds : numpy.ndarray
        Speeds before training of the amplified network, of shape (hidden layers,).
    samples : numpy.ndarray
        The first images of the training set, of shape (samples, 8, 8).
    examples : int
        Number of images in the training set.
    """

    accuracy: NDArray[np.float64]
    test_accuracy: NDArray[np.float64]
    speeds: NDArray[np.float64]
    amplified_speeds: NDArray[np.float64]
    samples: NDArray[np.float64]
    examples: int

    @property
    def epochs(self) -> int:
        """Number of passes over the training set."""
        return len(self.speeds) - 1

    @property
    def lag(self) -> float:
        """Speed of the last hidden layer over that of the first, before training."""
        return float(self.speeds[0, -1] / self.speeds[0, 0])

    @property
    def lag_of_a_layer(self) -> float:
        """Speed of a hidden layer over that of the layer before, as a geometric mean."""
        return float(self.lag ** (1 / (self.speeds.shape[1] - 1)))

    @property
    def lead(self) -> float:
        """Speed of the first hidden layer over that of the last, in the amplified network."""
        return float(self.amplified_speeds[0] / self.amplified_speeds[-1])

    @property
    def first_is_always_slowest(self) -> bool:
        """True if the first hidden layer was the slowest after every epoch."""
        return bool((self.speeds.argmin(axis=1) == 0).all())


def starting_net(depth: int) -> Network:
    """Return a network of `depth` hidden layers, weights N(0, 1/fan_in) and biases N(0, 1).

    Examples
    --------
    >>> starting_net(2).sizes
    (64, 30, 30, 10)
    """
    sizes = (64, *[WIDTH] * depth, 10)
    return Network.random(sizes, rng=_SEED, initializer="lecun_normal")


def amplified(net: Network, examples: NDArray[np.float64]) -> Network:
    """Return `net` with large weights between hidden layers, and weighted inputs near 0.

    Small first weights and centring biases hold the weighted inputs of all hidden layers near 0,
    where the slope of the sigmoid is one quarter. Large weights then make the gradient grow on its
    way back, unlike in saturated neurons.
    """
    first, *inner, last = net.weights
    first = _QUIET_INPUT * first
    inner = [AMPLIFIED_WEIGHTS * weights for weights in inner]
    biases = [
        -examples.mean(axis=0) @ first,
        *(-0.5 * weights.sum(axis=0) for weights in inner),
        net.biases[-1],
    ]
    return Network([first, *inner, last], biases, net.activation)


def _train(depth: int, code: str) -> tuple[NDArray[np.float64], ...]:  # noqa: ARG001  (see below)
    """Return training accuracy, test accuracy and layer speeds of the network of a depth."""
    # `code` is part of the cache key: joblib itself compares the code of this function alone.
    training, test = digits().split(rng=_SEED, training=1438)
    history = train(
        starting_net(depth),
        training.X,
        training.Y,
        epochs=_EPOCHS,
        batch_size=_BATCH,
        learning_rate=_RATE,
        rng=_SEED,
        validation=(test.X, test.Y),
    )
    return history.accuracy, history.validation_accuracy, history.layer_speeds


def _code() -> str:
    """Return a digest of the code of a training, and the version of NumPy."""
    files = [Path(__file__), *sorted(Path(mathcore.__file__).parent.glob("*.py"))]
    content = b"".join(file.read_bytes() for file in files)
    return f"{hashlib.sha256(content).hexdigest()} {np.__version__}"


@cache
def stall_study(folder: Path) -> StallStudy:
    """Return the measurements on the four networks, trained now or read from `folder`.

    Parameters
    ----------
    folder
        Cache of trainings. A damaged file is replaced by a new training.
    """
    # The checksum of a compressed file shows damage.
    trained = Memory(folder, compress=True, verbose=0).cache(_train)
    histories = [trained(depth, _code()) for depth in DEPTHS]
    training, _ = digits().split(rng=_SEED, training=1438)
    turned = amplified(starting_net(DEPTHS[-1]), training.X)
    return StallStudy(
        accuracy=np.array([accuracy for accuracy, _, _ in histories]),
        test_accuracy=np.array([accuracy for _, accuracy, _ in histories]),
        speeds=histories[-1][2][:, :-1],
        amplified_speeds=turned.layer_speeds(training.X, training.Y, "cross_entropy")[:-1],
        samples=training.images[:_SAMPLES],
        examples=len(training.X),
    )
