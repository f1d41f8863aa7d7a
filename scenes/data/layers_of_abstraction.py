"""Edges of a digit by four filters, and the tent map as a deep network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from mathcore import Network, mnist

__all__ = [
    "ANGLES",
    "FIELDS",
    "KERNELS",
    "EdgeStudy",
    "Field",
    "Tent",
    "edge_responses",
    "edge_study",
    "tent",
]

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
"""Four Prewitt filters, for changes of brightness across four directions."""

ANGLES = (0.0, np.pi / 4, np.pi / 2, 3 * np.pi / 4)
"""Direction of the edges of each filter, anticlockwise from the horizontal."""

# Row and column from a pixel to the next one across an edge in each direction.
_ACROSS = ((1, 0), (1, 1), (0, 1), (1, -1))

_SHOWN = 2170  # a four with a closed top
_THRESHOLD = 0.4


@dataclass(frozen=True)
class Field:
    """The part of the image that a neuron of the second layer receives.

    Attributes
    ----------
    rows, columns : tuple of int
        First index and the index after the last.
    """

    rows: tuple[int, int]
    columns: tuple[int, int]

    @property
    def center(self) -> tuple[float, float]:
        """Row and column of the centre."""
        return (sum(self.rows) - 1) / 2, (sum(self.columns) - 1) / 2

    @property
    def size(self) -> int:
        """The larger of the numbers of rows and columns."""
        return max(self.rows[1] - self.rows[0], self.columns[1] - self.columns[0])

    def holds(self, pixels: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which pixels, of shape (n, 2), are inside.

        Examples
        --------
        >>> Field((2, 4), (0, 1)).holds(np.array([[3, 0], [4, 0]])).tolist()
        [True, False]
        """
        low = np.array([self.rows[0], self.columns[0]])
        high = np.array([self.rows[1], self.columns[1]])
        return np.asarray(np.all((pixels >= low) & (pixels < high), axis=-1))


FIELDS = {
    "corner": Field((5, 18), (18, 26)),
    "triangle": Field((4, 17), (4, 18)),
    "rectangle": Field((17, 27), (15, 20)),
}
"""Parts of the image, named by the shape of the edges in them; together they hold all edges."""


def edge_responses(image: ArrayLike) -> FloatArray:
    """Return the response of each filter at each pixel, from 0 to 1, shape (4, rows, columns).

    The image is padded with zeros and convolved with each filter. Responses are magnitudes, since
    the sign is the side of the brighter pixels alone, and all filters have one scale.

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
        Grey levels from 0 to 1, shape (28, 28).
    label : int
        Label of the image.
    responses : numpy.ndarray
        Responses of the four filters, shape (4, 28, 28).
    images : int
        Number of images in the data set.
    """

    image: FloatArray
    label: int
    responses: FloatArray
    images: int

    def edges(self, direction: int) -> NDArray[np.int64]:
        """Return row and column of the pixels with an edge in `direction`.

        The response in this direction is strong, the strongest of the four, and not weaker than
        those of both neighbours across the edge; of equal neighbours, one is an edge.
        """
        answers = self.responses[direction]
        padded, axes = np.pad(answers, 1), (0, 1)
        down, right = _ACROSS[direction]
        before = np.roll(padded, (down, right), axes)[1:-1, 1:-1]
        after = np.roll(padded, (-down, -right), axes)[1:-1, 1:-1]
        strongest = self.responses.argmax(axis=0) == direction
        peak = (answers > before) & (answers >= after)
        return np.argwhere(strongest & peak & (answers >= _THRESHOLD))

    def edges_in(self, field: Field, direction: int) -> NDArray[np.int64]:
        """Return row and column of the pixels of a field with an edge in `direction`."""
        pixels = self.edges(direction)
        return pixels[field.holds(pixels)]


def edge_study() -> EdgeStudy:
    """Return an image of the digit 4 with its filter responses.

    Examples
    --------
    >>> study = edge_study()
    >>> study.label, study.responses.shape
    (4, (4, 28, 28))
    """
    data = mnist()
    image = np.asarray(data.images[_SHOWN])
    return EdgeStudy(image, data.labels[_SHOWN], edge_responses(image), len(data.X))


@dataclass(frozen=True, eq=False)
class Tent:
    """The tent map applied `layers` times, as a network of ReLU neurons.

    Attributes
    ----------
    layers : int
        Hidden layers.
    network : mathcore.Network
        ``2 relu(x) - 4 relu(x - 1/2)`` applied `layers` times, two neurons a hidden layer.
    x, y : numpy.ndarray
        Inputs from 0 to 1, among them every corner of the output, and outputs.
    """

    layers: int
    network: Network
    x: FloatArray
    y: FloatArray

    @property
    def neurons(self) -> int:
        """Number of hidden neurons."""
        return sum(self.network.sizes[1:-1])

    @property
    def teeth(self) -> int:
        """Number of peaks of the output, each a rise and a fall."""
        rising = np.diff(self.y) > 0
        return int(np.count_nonzero(rising[:-1] & ~rising[1:]))

    @property
    def single_layer_neurons(self) -> int:
        """Number of ReLU neurons in one hidden layer with the same output.

        Every corner inside needs one neuron. These alone cannot give the slopes: the slope at the
        left end would be a sum of some changes of slope at the corners, each of which is plus or
        minus twice that slope. One more neuron is enough.
        """
        slopes = np.diff(self.y) / np.diff(self.x)
        return int(np.count_nonzero(np.diff(slopes))) + 1


def tent(layers: int, points: int = 129) -> Tent:
    """Return the tent map as a network, with its output at `points` inputs from 0 to 1.

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
