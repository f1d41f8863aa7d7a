"""The forward and the backward pass of a chain on plain floats: the idea of the package.

A chain has one neuron a layer. Its input is a_0 = x and its output y = a_L, with

    h_j = w_j a_{j-1} + b_j    and    a_j = σ(h_j)    for j = 1..L.

The chain rule carries the derivative of a cost C(y) back from the output to layer 1:

    dC/da_L = dC/dy,    dC/dh_j = σ'(h_j) dC/da_j,    dC/da_{j-1} = w_j dC/dh_j,

so every layer multiplies the derivative by one factor w_j σ'(h_j). On its way to layer 1 it
vanishes if most factors are small, and explodes if most are large. The gradients are
dC/db_j = dC/dh_j and dC/dw_j = dC/dh_j a_{j-1}.

All other code of the package computes the same numbers: for batches of chains, for networks, and
with logarithms beyond the range of float64. Its tests compare it with the two functions below.
"""

from collections.abc import Callable, Sequence

__all__ = ["backward", "forward"]


def forward(
    weights: Sequence[float], biases: Sequence[float], x: float, sigma: Callable[[float], float]
) -> tuple[list[float], list[float]]:
    """Return the weighted inputs h_1, ..., h_L and the activations a_0, ..., a_L.

    Parameters
    ----------
    weights, biases : sequence of float
        w_1, ..., w_L and b_1, ..., b_L.
    x : float
        Input a_0.
    sigma : callable
        Activation function σ.

    Returns
    -------
    h, a : list of float
        L weighted inputs, and L + 1 activations, the input first.

    Raises
    ------
    ValueError
        If the numbers of weights and biases differ.

    Examples
    --------
    >>> forward([0.5, -2.0], [0.0, 1.0], 3.0, sigma=lambda h: h**2)
    ([1.5, -3.5], [3.0, 2.25, 12.25])
    """
    h, a = [], [x]
    for w, b in zip(weights, biases, strict=True):
        h.append(w * a[-1] + b)
        a.append(sigma(h[-1]))
    return h, a


def backward(
    weights: Sequence[float],
    h: Sequence[float],
    a: Sequence[float],
    sigma_prime: Callable[[float], float],
    dcost_dy: float,
) -> tuple[list[float], list[float]]:
    """Return the gradients dC/dw_1, ..., dC/dw_L and dC/db_1, ..., dC/db_L.

    Parameters
    ----------
    weights : sequence of float
        w_1, ..., w_L.
    h, a : sequence of float
        Weighted inputs and activations, as `forward` returns them.
    sigma_prime : callable
        Slope σ' of the activation function.
    dcost_dy : float
        Derivative dC/dy of the cost by the output.

    Returns
    -------
    grad_w, grad_b : list of float
        Gradients by the weights and by the biases, layer 1 first.

    Examples
    --------
    >>> h, a = forward([0.5, -2.0], [0.0, 1.0], 3.0, sigma=lambda h: h**2)
    >>> backward([0.5, -2.0], h, a, sigma_prime=lambda h: 2.0 * h, dcost_dy=1.0)
    ([126.0, -15.75], [42.0, -7.0])
    """
    grad_w, grad_b, dcost_da = [0.0] * len(h), [0.0] * len(h), dcost_dy
    for j in reversed(range(len(h))):  # index j is layer j + 1, with the input a[j]
        grad_b[j] = dcost_da * sigma_prime(h[j])
        grad_w[j] = grad_b[j] * a[j]
        dcost_da = grad_b[j] * weights[j]
    return grad_w, grad_b
