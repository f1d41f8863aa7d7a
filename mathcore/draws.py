"""Random parameters: chains, and weight matrices of networks."""

import math
from dataclasses import dataclass

import numpy as np

from mathcore.chain import Chain
from mathcore.validation import FloatArray, as_count, as_generator, as_number, one_of, read_only

INITIALIZERS: tuple[str, ...] = (
    "gaussian",
    "lecun_normal",
    "xavier_normal",
    "xavier_uniform",
    "he_normal",
)


def draw_chain(
    depth: int,
    rng: np.random.Generator | int,
    weight_std: float = 1.0,
    bias_std: float = 0.0,
    activation: str = "sigmoid",
    size: int | tuple[int, ...] | None = None,
) -> Chain:
    """Return a random chain or batch, weights N(0, weight_std^2), biases N(0, bias_std^2).

    Parameters
    ----------
    depth : int
        Number of layers L, at least 1.
    rng : numpy.random.Generator or int
        Source of randomness, or a seed. All weights are drawn first, then all biases unless
        `bias_std` is 0.
    weight_std, bias_std : float
        Standard deviations, at least 0.
    activation : str, default "sigmoid"
        One of `mathcore.ACTIVATIONS`.
    size : int or tuple of int, optional
        Leading shape of a batch; by default a single chain.

    Returns
    -------
    Chain
        Chain with weights of shape (*size, depth).

    Raises
    ------
    ValueError
        If a count, a standard deviation, `rng` or the name is outside the range above.

    Examples
    --------
    >>> draw_chain(3, rng=1, size=5).weights.shape
    (5, 3)
    """
    layers = as_count("depth", depth)
    generator = as_generator("rng", rng)
    w_std = as_number("weight_std", weight_std, minimum=0.0)
    b_std = as_number("bias_std", bias_std, minimum=0.0)
    given = () if size is None else size if isinstance(size, tuple) else (size,)
    shape = (*(as_count("size", n, minimum=0) for n in given), layers)
    weights = w_std * generator.standard_normal(shape)
    biases = b_std * generator.standard_normal(shape) if b_std else 0.0
    return Chain(weights, biases, activation)


@dataclass(frozen=True)
class Initializer:
    """A rule for the standard deviation of a weight matrix.

    Attributes
    ----------
    name : str
        ``gaussian``: standard deviation 1. ``lecun_normal``: 1/√fan_in (LeCun et al. 1998).
        ``xavier_normal`` and ``xavier_uniform``: √(2/(fan_in + fan_out)) (Glorot and Bengio 2010).
        ``he_normal``: √(2/fan_in) (He et al. 2015).
    """

    name: str

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return the standard deviation of the weights from `fan_in` to `fan_out` neurons.

        Parameters
        ----------
        fan_in, fan_out : int
            Numbers of inputs and outputs, at least 1.

        Returns
        -------
        float
            Standard deviation, by the formula of `name` in `Initializer`.

        Raises
        ------
        ValueError
            If a number is no integer of at least 1.

        Examples
        --------
        >>> initializer("he_normal").std(8, 3)
        0.5
        """
        inputs, outputs = as_count("fan_in", fan_in), as_count("fan_out", fan_out)
        if self.name == "gaussian":
            return 1.0
        if self.name == "lecun_normal":
            return math.sqrt(1.0 / inputs)
        if self.name == "he_normal":
            return math.sqrt(2.0 / inputs)
        return math.sqrt(2.0 / (inputs + outputs))

    def sample(self, fan_in: int, fan_out: int, rng: np.random.Generator | int) -> FloatArray:
        """Return a random weight matrix of shape (fan_in, fan_out).

        Parameters
        ----------
        fan_in, fan_out : int
            Numbers of inputs and outputs, at least 1.
        rng : numpy.random.Generator or int
            Source of randomness, or a seed.

        Returns
        -------
        numpy.ndarray
            Weights of mean 0 and standard deviation `std`, read-only; normal, or uniform in
            ±√3 std for ``xavier_uniform``.

        Raises
        ------
        ValueError
            If a number is no integer of at least 1, or `rng` is neither generator nor seed.

        Examples
        --------
        >>> initializer("xavier_uniform").sample(4, 2, rng=0).shape
        (4, 2)
        """
        std = self.std(fan_in, fan_out)
        generator = as_generator("rng", rng)
        if self.name == "xavier_uniform":
            bound = math.sqrt(3.0) * std
            return read_only(generator.uniform(-bound, bound, (fan_in, fan_out)))
        return read_only(std * generator.standard_normal((fan_in, fan_out)))


def initializer(name: str) -> Initializer:
    """Return the initializer of a name.

    Parameters
    ----------
    name : str
        One of `mathcore.INITIALIZERS`.

    Returns
    -------
    Initializer
        The rule, with methods for its standard deviation and for random matrices.

    Raises
    ------
    ValueError
        If the name is unknown; the message lists the known names and suggests the nearest.

    Examples
    --------
    >>> initializer("lecun_normal").std(16, 1)
    0.25
    """
    return Initializer(one_of("initializer", name, INITIALIZERS))
