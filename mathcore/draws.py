"""Chains drawn at random."""

import numpy as np

from mathcore.chain import Chain
from mathcore.validation import as_count, as_generator, as_number


def draw_chain(
    depth: int,
    rng: np.random.Generator | int,
    weight_std: float = 1.0,
    bias_std: float = 0.0,
    activation: str = "sigmoid",
    size: int | tuple[int, ...] | None = None,
) -> Chain:
    """Draw a chain, or a batch, with weights N(0, weight_std^2) and biases N(0, bias_std^2).

    Parameters
    ----------
    depth : int
        Number of layers L, at least 1.
    rng : numpy.random.Generator or int
        Source of randomness, or a seed for a fresh one. All weights are drawn first, then (if
        `bias_std` is not 0) all biases.
    weight_std, bias_std : float
        Standard deviations, at least 0.
    activation : str, default "sigmoid"
        One of `mathcore.ACTIVATIONS`.
    size : int or tuple of int, optional
        Leading shape of a batch; without it, a single chain.

    Returns
    -------
    Chain
        With weights of shape (*size, depth).

    Raises
    ------
    ValueError
        If an argument is not what is said above.

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
