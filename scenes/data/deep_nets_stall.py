"""Accuracies and layer speeds of networks with one to four hidden layers, trained on MNIST.

The first call trains the networks, for some seconds each; later calls read the trainings from disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
from filelock import FileLock
from joblib import Memory
from numpy.typing import NDArray

import mathcore
from mathcore import Digits, Network, mnist, train

__all__ = [
    "DEPTHS",
    "GUESS",
    "PUBLISHED_SPEEDS",
    "RATE",
    "SETUPS",
    "WIDTH",
    "StallStudy",
    "code_version",
    "stall_study",
    "start_speeds",
    "starting_net",
]

FloatArray = NDArray[np.float64]

DEPTHS = (1, 2, 3, 4)
"""Hidden layers of the networks."""

WIDTH = 30
"""Neurons in each hidden layer."""

RATE = 0.2
"""Learning rate of the trainings."""

GUESS = 0.1
"""Accuracy of guessing among ten digits, which are about equally frequent."""

PUBLISHED_SPEEDS = {
    2: (0.07, 0.31),
    3: (0.012, 0.060, 0.283),
    4: (0.003, 0.017, 0.070, 0.285),
}
"""Speeds of hidden layers before training, in M. Nielsen, Neural Networks and Deep Learning, ch. 5.

They are those of other random networks of the same kind: `WIDTH` sigmoid neurons in a layer,
weights N(0, 1/fan_in) and biases N(0, 1), on 1,000 images of MNIST.
"""

_LECUN, _GAUSSIAN = "lecun_normal", "gaussian"

SETUPS = (*((depth, _LECUN) for depth in DEPTHS), (DEPTHS[-1], _GAUSSIAN))
"""Hidden layers and initializer of the weights of each training."""

_SEED = 0
_TRAINING_IMAGES = 1000
_EPOCHS = 120
_BATCH = 20
_SAMPLES = 15


@dataclass(frozen=True, eq=False)
class StallStudy:
    """Measurements on the networks, before training and after each epoch.

    Attributes
    ----------
    accuracy, test_accuracy : numpy.ndarray
        Share of images classified correctly, of shape (networks, epochs + 1).
    speeds : numpy.ndarray
        Speed of each hidden layer of the deepest network, of shape (epochs + 1, hidden layers).
    weight_stds : numpy.ndarray
        Standard deviation of the weights of each of these layers, of the same shape.
    wide_accuracy, wide_test_accuracy : numpy.ndarray
        Accuracy of a network as deep with weights N(0, 1), of shape (epochs + 1,).
    samples : numpy.ndarray
        The first images of the training set, of shape (samples, 28, 28).
    examples, tests : int
        Number of images in the training set and in the test set.
    """

    accuracy: FloatArray
    test_accuracy: FloatArray
    speeds: FloatArray
    weight_stds: FloatArray
    wide_accuracy: FloatArray
    wide_test_accuracy: FloatArray
    samples: FloatArray
    examples: int
    tests: int

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
        """Speed of the first hidden layer over that of the last, after training."""
        return float(self.speeds[-1, 0] / self.speeds[-1, -1])

    @property
    def stalled(self) -> int:
        """Last epoch before the deepest network is right twice as often as a guess."""
        return int(np.argmax(self.accuracy[-1] >= 2 * GUESS)) - 1

    @property
    def level(self) -> int:
        """First epoch after which the first hidden layer is at least as fast as the last."""
        return int(np.argmax(self.speeds[:, 0] >= self.speeds[:, -1]))


def starting_net(depth: int, initializer: str = _LECUN, seed: int = _SEED) -> Network:
    """Return a network of `depth` hidden layers, by default with weights N(0, 1/fan_in).

    The biases are N(0, 1).

    Examples
    --------
    >>> starting_net(2).sizes
    (784, 30, 30, 10)
    """
    return Network.random((784, *[WIDTH] * depth, 10), rng=seed, initializer=initializer)


@cache
def _images() -> tuple[Digits, Digits]:
    """Return the training set and the test set."""
    return mnist().split(rng=_SEED, training=_TRAINING_IMAGES)


def start_speeds(depth: int, seeds: Iterable[int]) -> FloatArray:
    """Return the speeds before training of networks that differ in their random weights.

    Returns
    -------
    numpy.ndarray
        Speeds of shape (seeds, hidden layers).
    """
    images, _ = _images()
    nets = (starting_net(depth, seed=seed) for seed in seeds)
    return np.array([net.layer_speeds(images.X, images.Y, "cross_entropy")[:-1] for net in nets])


def _train(depth: int, initializer: str, code: str) -> tuple[FloatArray, ...]:  # noqa: ARG001
    """Return training accuracy, test accuracy, speeds and weights' spread of hidden layers."""
    # `code` is part of the cache key: joblib itself compares the code of this function alone.
    training, test = _images()
    start = starting_net(depth, initializer)
    stds = [_weight_stds(start)]
    history = train(
        start,
        training.X,
        training.Y,
        epochs=_EPOCHS,
        batch_size=_BATCH,
        learning_rate=RATE,
        rng=_SEED,
        validation=(test.X, test.Y),
        on_epoch=lambda _, net: stds.append(_weight_stds(net)),
    )
    speeds = history.layer_speeds[:, :-1]
    return history.accuracy, history.validation_accuracy, speeds, np.array(stds)


def _weight_stds(net: Network) -> FloatArray:
    return np.array([weights.std() for weights in net.weights[:-1]])


def code_version() -> str:
    """Return a digest of the code of trainings, and the versions of NumPy and of the images."""
    files = [Path(__file__), *sorted(Path(mathcore.__file__).parent.glob("*.py"))]
    content = b"".join(file.read_bytes() for file in files)
    return f"{hashlib.sha256(content).hexdigest()} {np.__version__} {version('mlxtend')}"


@cache
def stall_study(folder: Path) -> StallStudy:
    """Return the measurements on the networks, trained now or read from `folder`.

    Processes that share the folder train each network once.

    Parameters
    ----------
    folder
        Cache of trainings. A damaged file is replaced by a new training.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # The checksum of a compressed file shows damage.
    trained = Memory(folder, compress=True, verbose=0).cache(_train)
    with FileLock(folder / "deep_nets_stall.lock"):
        *histories, wide = [trained(*setup, code_version()) for setup in SETUPS]
    training, test = _images()
    return StallStudy(
        accuracy=np.array([accuracy for accuracy, *_ in histories]),
        test_accuracy=np.array([accuracy for _, accuracy, *_ in histories]),
        speeds=histories[-1][2],
        weight_stds=histories[-1][3],
        wide_accuracy=wide[0],
        wide_test_accuracy=wide[1],
        samples=training.images[:_SAMPLES],
        examples=len(training.X),
        tests=len(test.X),
    )
