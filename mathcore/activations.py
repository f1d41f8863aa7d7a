"""The activation functions by name: values, slopes, and logarithms of slopes."""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from mathcore import gelu, piecewise, smooth
from mathcore.activation_type import Activation
from mathcore.validation import FloatArray, one_of

__all__ = ["ACTIVATIONS", "Activation", "activation", "sigmoid", "sigmoid_prime"]


def _leaky(name: str, leak: float) -> Activation:
    """Return an activation of slope 1 above 0 and `leak` below."""
    return Activation(
        name,
        1.0,
        partial(piecewise.leaky, leak),
        partial(piecewise.leaky_slope, leak),
        partial(piecewise.leaky_log_slope, leak),
        partial(piecewise.log_leaky, leak),
        special_increment=partial(piecewise.leaky_increment, leak),
    )


_TABLE = {
    act.name: act
    for act in (
        Activation(
            "sigmoid",
            0.25,
            smooth.sigmoid,
            smooth.sigmoid_slope,
            smooth.sigmoid_log_slope,
            smooth.log_sigmoid,
            smooth.sigmoid_residual,
            smooth.sigmoid_log_residual,
            smooth.sigmoid_increment,
        ),
        Activation(
            "tanh",
            1.0,
            np.tanh,
            smooth.tanh_slope,
            smooth.tanh_log_slope,
            lambda h: piecewise.log_abs(np.tanh(h)),
            smooth.tanh_residual,
            smooth.tanh_log_residual,
            smooth.tanh_increment,
        ),
        _leaky("relu", 0.0),
        _leaky("leaky_relu", piecewise.LEAK),
        Activation(
            "elu",
            1.0,
            piecewise.elu,
            piecewise.elu_slope,
            piecewise.elu_log_slope,
            piecewise.log_elu,
            piecewise.elu_residual,
            piecewise.elu_log_residual,
            piecewise.elu_increment,
        ),
        # The slope of gelu has its maximum at h = √2: Φ(√2) + √2 φ(√2).
        Activation(
            "gelu",
            1.1289041451851856,
            gelu.gelu,
            gelu.gelu_slope,
            gelu.gelu_log_slope,
            gelu.log_gelu,
            partial(piecewise.reflected_residual, gelu.gelu),
            partial(piecewise.reflected_log_residual, gelu.gelu, gelu.log_gelu),
        ),
        # The slope of silu has its maximum at h = 2.39935728051547 (mpmath: findroot of silu'').
        Activation(
            "silu",
            1.099839320128867,
            smooth.silu,
            smooth.silu_slope,
            smooth.silu_log_slope,
            smooth.log_silu,
            partial(piecewise.reflected_residual, smooth.silu),
            partial(piecewise.reflected_log_residual, smooth.silu, smooth.log_silu),
        ),
        Activation(
            "softplus",
            1.0,
            smooth.softplus,
            smooth.sigmoid,
            smooth.log_sigmoid,
            smooth.log_softplus,
            partial(piecewise.reflected_residual, smooth.softplus),
            partial(piecewise.reflected_log_residual, smooth.softplus, smooth.log_softplus),
            special_increment=smooth.softplus_increment,
        ),
        _leaky("identity", 1.0),
    )
}

ACTIVATIONS: tuple[str, ...] = tuple(_TABLE)


def activation(name: str) -> Activation:
    """Return the activation function of a name.

    Parameters
    ----------
    name : str
        One of `mathcore.ACTIVATIONS`.

    Returns
    -------
    Activation
        The function, with methods for its value, its slope and the logarithm of its slope.

    Raises
    ------
    ValueError
        If the name is unknown; the message lists the known names and suggests the nearest.

    Notes
    -----
    With s(h) = 1 / (1 + exp(-h)), and Φ and φ the normal distribution function and density:

    ============ ============================== ======================= ==================
    name         σ(h)                           σ'(h)                   range of σ
    ============ ============================== ======================= ==================
    sigmoid      s(h)                           s(h) s(-h)              (0, 1)
    tanh         tanh h                         sech² h                 (-1, 1)
    relu         max(h, 0)                      1 if h > 0, else 0      [0, ∞)
    leaky_relu   h if h > 0, else 0.01 h        1 if h > 0, else 0.01   (-∞, ∞)
    elu          h if h >= 0, else exp(h) - 1   1 if h >= 0, else exp h (-1, ∞)
    gelu         h Φ(h)                         Φ(h) + h φ(h)           [-0.16997, ∞)
    silu         h s(h)                         s(h) (1 + h s(-h))      [-0.27846, ∞)
    softplus     ln(1 + exp h)                  s(h)                    (0, ∞)
    identity     h                              1                       (-∞, ∞)
    ============ ============================== ======================= ==================

    References
    ----------
    relu: Nair and Hinton, ICML 2010. leaky_relu: Maas, Hannun and Ng, ICML 2013. elu: Clevert,
    Unterthiner and Hochreiter, ICLR 2016. gelu: Hendrycks and Gimpel, arXiv:1606.08415. silu:
    Elfwing, Uchibe and Doya, Neural Networks 107, 2018. softplus: Dugas et al., NIPS 2000.

    Examples
    --------
    >>> activation("sigmoid").max_slope
    0.25
    """
    return _TABLE[one_of("activation", name, ACTIVATIONS)]


def sigmoid(h: ArrayLike) -> FloatArray:
    """Return σ(h) = 1 / (1 + exp(-h)).

    Parameters
    ----------
    h : array_like
        Weighted inputs, of any shape.

    Returns
    -------
    numpy.ndarray
        Values in [0, 1], of the shape of `h`, read-only.

    Raises
    ------
    ValueError
        If `h` holds anything but real numbers.

    Examples
    --------
    >>> float(sigmoid(0.0))
    0.5
    """
    return _TABLE["sigmoid"].value(h)


def sigmoid_prime(h: ArrayLike) -> FloatArray:
    """Return σ'(h) = σ(h) σ(-h), the slope of the sigmoid.

    Parameters
    ----------
    h : array_like
        Weighted inputs, of any shape.

    Returns
    -------
    numpy.ndarray
        Values in [0, 1/4], of the shape of `h`, read-only; accurate in both tails, unlike
        σ(h) (1 - σ(h)), which is 0 from h = 37 on.

    Raises
    ------
    ValueError
        If `h` holds anything but real numbers.

    Examples
    --------
    >>> float(sigmoid_prime(0.0))
    0.25
    """
    return _TABLE["sigmoid"].slope(h)
