"""Checks of the arguments of public functions.

A failed check raises ValueError with the name of the argument, its value and the allowed values.
"""

import difflib
import math
import operator
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]

_LONGEST = 60


def read_only(array: FloatArray) -> FloatArray:
    """Return `array` itself, read-only, or a scalar for an array of shape ()."""
    array.setflags(write=False)
    scalar_or_array: FloatArray = array[()]
    return scalar_or_array


def format_value(value: object) -> str:
    """Return the shortened repr of `value` for an error message."""
    text = " ".join(repr(value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def as_floats(name: str, value: ArrayLike) -> FloatArray:
    """Return `value` as a float64 array; raise ValueError unless it holds real numbers."""
    try:
        raw = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: rows of unequal length; give a rectangular array") from None
    if raw.dtype.kind not in "biuf":
        raise ValueError(
            f"{name}: given {format_value(value)} (dtype {raw.dtype}); allowed: real numbers"
        )
    return raw.astype(np.float64, copy=False)


def as_finite(name: str, value: ArrayLike) -> FloatArray:
    """Return `value` as a float64 array; raise ValueError for nan and infinities."""
    array = as_floats(name, value)
    # A nan or an infinity is an extreme, and extremes are cheaper than a mask.
    if array.size and not (np.isfinite(array.max()) and np.isfinite(array.min())):
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        where = f" at index {index}" if index else ""
        raise ValueError(f"{name}: given {array[index]}{where}; every value must be finite")
    return array


def as_number(
    name: str, value: float, *, minimum: float = -math.inf, strict: bool = False
) -> float:
    """Return `value` as a finite float of at least `minimum`, or above it if `strict`."""
    array = as_finite(name, value)
    if array.ndim:
        raise ValueError(f"{name}: given an array of shape {array.shape}; allowed: one number")
    number = float(array)
    if number < minimum or (strict and number == minimum):
        relation = "greater than" if strict else "at least"
        raise ValueError(f"{name}: given {number:g}; must be {relation} {minimum:g}")
    return number


def as_count(name: str, value: Any, *, minimum: int = 1, maximum: int | None = None) -> int:
    """Return `value` as an int from `minimum` to `maximum`; a bool or a float is an error."""
    allowed = f"an integer of at least {minimum}"
    if maximum is not None:
        allowed = f"an integer from {minimum} to {maximum}"
    try:
        count = operator.index(value)
    except TypeError:
        raise ValueError(f"{name}: given {format_value(value)}; allowed: {allowed}") from None
    too_large = maximum is not None and count > maximum
    if isinstance(value, bool) or count < minimum or too_large:
        raise ValueError(f"{name}: given {format_value(value)}; allowed: {allowed}")
    return count


def as_generator(name: str, rng: np.random.Generator | int) -> np.random.Generator:
    """Return `rng`, or a new generator from an integer seed."""
    if isinstance(rng, np.random.Generator):
        return rng
    try:
        seed = as_count(name, rng, minimum=0)
    except ValueError:
        raise ValueError(
            f"{name}: given {format_value(rng)}; allowed: a numpy.random.Generator "
            "or an integer seed of at least 0"
        ) from None
    return np.random.default_rng(seed)


def one_of(name: str, value: object, allowed: Sequence[str]) -> str:
    """Return `value` if it is in `allowed`; else raise ValueError with the nearest name."""
    if isinstance(value, str) and value in allowed:
        return value
    message = f"{name}: unknown name {format_value(value)}; allowed: {', '.join(allowed)}"
    near = difflib.get_close_matches(str(value), allowed, n=1)
    raise ValueError(f"{message}; did you mean '{near[0]}'?" if near else message)


def broadcast(shapes: dict[str, tuple[int, ...]]) -> tuple[int, ...]:
    """Return the common shape of named shapes; raise ValueError if they do not broadcast."""
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        given = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(
            f"{' and '.join(shapes)}: shapes do not broadcast together: {given}"
        ) from None
