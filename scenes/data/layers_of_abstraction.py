"""What the scene on layers of abstraction computes: edges of a digit, and teeth of a deep net."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from mathcore import Network, digits

__all__ = ["ANGLES", "KERNELS", "EdgeStudy", "Tent", "edge_responses", "edge_study", "tent"]

FloatArray = NDArray[np.float64]

KERNELS: FloatArray = np.array(
    [
        [[1, 1, 1], [0, 0, 0], [-1, -1, -1]],
        [[1, 1, 0], [1, 0, -1], [0, -1, -1]],
        [[1, 0, -1], [1, 0, -1], [1, 0, -1]],
        [[0, -1, -1], [1, 0, -1], [1, 1, 0]],
    ],
    dtype=np.float64,
)
"""Four filters of Prewitt's kind: each answers where brightness changes across its direction."""

ANGLES = (0.0, np.pi / 4, np.pi / 2, 3 * np.pi / 4)
"""Direction of the edges that each filter answers to, anticlockwise from the horizontal."""

_SHOWN_DIGIT = 4
_THRESHOLD = 0.45


def edge_responses(image: ArrayLike) -> FloatArray:
    """Return how strongly each filter answers at each pixel, from 0 to 1, shape (4, rows, columns).

    The image is convolved with each filter, with empty pixels around it. The sign, which says
    from which side the edge gets brighter, is dropped, and one scale serves all filters.

    Examples
    --------
    >>> bar = np.zeros((5, 5))
    >>> bar[2] = 1.0
    >>> edge_responses(bar)[:, 1, 2].round(2).tolist()
    [1.0, 0.67, 0.0, 0.67]
    """
    padded = np.pad(np.asarray(image, dtype=np.float64), 1)
    windows = sliding_window_view(padded, KERNELS.shape[1:])
    answers = np.abs(np.einsum("rcij,kij->krc", windows, KERNELS))
    return np.asarray(answers / max(float(answers.max()), 1e-12))


@dataclass(frozen=True, eq=False)
class EdgeStudy:
    """A handwritten digit and its edges.

    Attributes
    ----------
    image : numpy.ndarray
        Grey levels from 0 to 1, shape (8, 8).
    label : int
        The digit that it shows.
    responses : numpy.ndarray
        The answers of the four filters, shape (4, 8, 8).
    images : int
        How many digits it was taken from.
    """

    image: FloatArray
    label: int
    responses: FloatArray
    images: int

    def edges(self, direction: int) -> NDArray[np.int64]:
        """Return row and column of each pixel whose strongest answer is the one of `direction`."""
        strongest = self.responses.argmax(axis=0) == direction
        return np.argwhere(strongest & (self.responses[direction] >= _THRESHOLD))


def edge_study() -> EdgeStudy:
    """Take the first four of the digits, and apply the filters to it.

    Examples
    --------
    >>> study = edge_study()
    >>> study.label, study.responses.shape
    (4, (4, 8, 8))
    """
    data = digits()
    index = data.labels.index(_SHOWN_DIGIT)
    image = np.asarray(data.images[index])
    return EdgeStudy(image, data.labels[index], edge_responses(image), len(data.X))


@dataclass(frozen=True, eq=False)
class Tent:
    """The tent map applied `layers` times, as a network of ReLU neurons.

    Attributes
    ----------
    layers : int
        Hidden layers.
    network : mathcore.Network
        Two neurons a hidden layer: ``2 relu(x) - 4 relu(x - 1/2)``, applied again and again.
    x, y : numpy.ndarray
        Inputs from 0 to 1, at which every corner of the output lies, and outputs.
    """

    layers: int
    network: Network
    x: FloatArray
    y: FloatArray

    @property
    def neurons(self) -> int:
        """Hidden neurons of the network."""
        return sum(self.network.sizes[1:-1])

    @property
    def teeth(self) -> int:
        """Peaks of the output: a rise, then a fall."""
        rising = np.diff(self.y) > 0
        return int(np.count_nonzero(rising[:-1] & ~rising[1:]))

    @property
    def single_layer_neurons(self) -> int:
        """ReLU neurons that one hidden layer needs for the same output.

        Each corner inside takes one. With no more than these the slopes cannot come out right:
        the slope at the left end is a sum of some of the changes at the corners, all of which are
        plus or minus twice that slope. One more neuron is enough.
        """
        slopes = np.diff(self.y) / np.diff(self.x)
        return int(np.count_nonzero(np.diff(slopes))) + 1


def tent(layers: int, points: int = 129) -> Tent:
    """Build the network and measure its output at `points` inputs from 0 to 1.

    Examples
    --------
    >>> found = tent(3)
    >>> found.teeth, found.neurons, found.single_layer_neurons
    (4, 6, 8)
    """
    between = np.array([[2.0, 2.0], [-4.0, -4.0]])
    weights = [np.ones((1, 2)), *[between] * (layers - 1), between[:, :1]]
    biases = [*[np.array([0.0, -0.5])] * layers, np.zeros(1)]
    network = Network(weights, biases, "relu")
    x = np.linspace(0.0, 1.0, points)
    return Tent(layers, network, x, np.asarray(network.forward(x[:, None]).y[:, 0]))
