"""Four networks of one to four hidden layers, trained on digits, and how fast their layers learn.

The networks are trained when they are first asked for, in a few seconds, and cached on disk.
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
"""What the weights between hidden layers are multiplied by, to make gradients grow."""

WIDTH = 30
"""Neurons in each hidden layer."""

_SEED = 0
_EPOCHS = 40
_BATCH, _RATE = 20, 0.2
_QUIET_INPUT = 0.01
_SAMPLES = 15


@dataclass(frozen=True, eq=False)
class StallStudy:
    """What was measured on the four networks.

    Attributes
    ----------
    accuracy, test_accuracy : numpy.ndarray
        Share of examples read correctly, of shape (networks, epochs + 1).
    speeds : numpy.ndarray
        Speed of each hidden layer of the deepest network, of shape (epochs + 1, hidden layers).
    amplified_speeds : numpy.ndarray
        The same at the start, for the network whose factors exceed 1.
    samples : numpy.ndarray
        Some of the images that the networks are trained on, of shape (samples, 8, 8).
    examples : int
        Number of those images.
    """

    accuracy: NDArray[np.float64]
    test_accuracy: NDArray[np.float64]
    speeds: NDArray[np.float64]
    amplified_speeds: NDArray[np.float64]
    samples: NDArray[np.float64]
    examples: int

    @property
    def epochs(self) -> int:
        """How often each network has seen the training examples."""
        return len(self.speeds) - 1

    @property
    def lag(self) -> float:
        """How many times slower the first hidden layer is than the last, at the start."""
        return float(self.speeds[0, -1] / self.speeds[0, 0])

    @property
    def lag_of_a_layer(self) -> float:
        """How many times slower a hidden layer is than the next, in the geometric mean."""
        return float(self.lag ** (1 / (self.speeds.shape[1] - 1)))

    @property
    def lead(self) -> float:
        """How many times faster the first hidden layer is in the amplified network."""
        return float(self.amplified_speeds[0] / self.amplified_speeds[-1])

    @property
    def first_is_always_slowest(self) -> bool:
        """Whether no other hidden layer was slower than the first one after any epoch."""
        return bool((self.speeds.argmin(axis=1) == 0).all())


def starting_net(depth: int) -> Network:
    """Draw the network with `depth` hidden layers, weights N(0, 1/fan_in) and biases N(0, 1).

    Examples
    --------
    >>> starting_net(2).sizes
    (64, 30, 30, 10)
    """
    sizes = (64, *[WIDTH] * depth, 10)
    return Network.random(sizes, rng=_SEED, initializer="lecun_normal")


def amplified(net: Network, examples: NDArray[np.float64]) -> Network:
    """Return `net` with larger weights between its hidden layers, and biases that centre them.

    The first weights become so small, and each bias such, that all weighted inputs of hidden
    layers stay near 0, where the slope of the sigmoid is one quarter. Large weights then make
    the gradient grow on its way back, which they would not if the neurons were saturated.
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
    """Train the network of a depth; return its accuracies and the speeds of its layers.

    joblib hashes the code of this function alone; `code` separates trainings by other code.
    """
    training, test = digits().split(rng=_SEED)
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
    """Return a digest of all code that decides on a training, and the version of NumPy."""
    files = [Path(__file__), *sorted(Path(mathcore.__file__).parent.glob("*.py"))]
    content = b"".join(file.read_bytes() for file in files)
    return f"{hashlib.sha256(content).hexdigest()} {np.__version__}"


@cache
def stall_study(folder: Path) -> StallStudy:
    """Train the four networks, or read their trainings from `folder`, and measure them.

    Parameters
    ----------
    folder
        Cache of finished trainings. A damaged file is computed anew.
    """
    # Compressed files hold a checksum.
    trained = Memory(folder, compress=True, verbose=0).cache(_train)
    histories = [trained(depth, _code()) for depth in DEPTHS]
    training, _ = digits().split(rng=_SEED)
    turned = amplified(starting_net(DEPTHS[-1]), training.X)
    return StallStudy(
        accuracy=np.array([accuracy for accuracy, _, _ in histories]),
        test_accuracy=np.array([accuracy for _, accuracy, _ in histories]),
        speeds=histories[-1][2][:, :-1],
        amplified_speeds=turned.layer_speeds(training.X, training.Y, "cross_entropy")[:-1],
        samples=training.images[:_SAMPLES],
        examples=len(training.X),
    )
