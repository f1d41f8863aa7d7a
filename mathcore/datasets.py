"""The handwritten digits of scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mathcore.validation import FloatArray, as_generator, as_number, read_only


@dataclass(frozen=True, eq=False)
class Digits:
    """Images of handwritten digits with their labels.

    Attributes
    ----------
    X : numpy.ndarray
        Grey levels from 0 to 1, of shape (n, 64).
    Y : numpy.ndarray
        One-hot targets, of shape (n, 10).
    """

    X: FloatArray
    Y: FloatArray

    @property
    def images(self) -> FloatArray:
        """Grey levels as images, of shape (n, 8, 8)."""
        return read_only(self.X.reshape(-1, 8, 8))

    @property
    def labels(self) -> tuple[int, ...]:
        """Digit of each image, from 0 to 9."""
        return tuple(int(label) for label in self.Y.argmax(axis=1))

    def split(
        self, rng: np.random.Generator | int, test_share: float = 0.2
    ) -> tuple[Digits, Digits]:
        """Return a training set and a test set of shuffled images.

        Parameters
        ----------
        rng : numpy.random.Generator or int
            Source of the shuffle, or a seed.
        test_share : float
            Share of the test set, between 0 and 1; each set has at least one image.

        Returns
        -------
        tuple of Digits
            The training set and the test set, without a common image.

        Raises
        ------
        ValueError
            If `rng` is neither generator nor seed, or `test_share` is not between 0 and 1.

        Examples
        --------
        >>> training, test = digits().split(rng=0)
        >>> len(training.X), len(test.X)
        (1438, 359)
        """
        share = as_number("test_share", test_share, minimum=0.0, strict=True)
        if share >= 1.0:
            raise ValueError(f"test_share: given {share:g}; must be less than 1")
        order = as_generator("rng", rng).permutation(len(self.X))
        count = min(max(round(share * len(order)), 1), len(order) - 1)
        return self._rows(order[count:]), self._rows(order[:count])

    def _rows(self, rows: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Digits:
        return Digits(read_only(self.X[rows]), read_only(self.Y[rows]))


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
