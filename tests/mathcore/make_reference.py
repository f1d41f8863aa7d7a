"""Compute reference.json with mpmath at 60 digits and more; run by hand, the tests read the file.

Arguments are exact floats (stored by repr). Chains use the deterministic parameters of
`chain_parameters`, which the tests repeat.
"""

import json
from itertools import product
from pathlib import Path

import mpmath as mp


def s(h):  # noqa: ANN001, ANN201
    return 1 / (1 + mp.exp(-h))


def phi(h):  # noqa: ANN001, ANN201
    return mp.exp(-h * h / 2) / mp.sqrt(2 * mp.pi)


def cdf(h):  # noqa: ANN001, ANN201
    return mp.erfc(-h / mp.sqrt(2)) / 2


LEAK = mp.mpf(0.01)
FUNCTIONS = {
    "sigmoid": (s, lambda h: s(h) * s(-h)),
    "tanh": (mp.tanh, lambda h: mp.sech(h) ** 2),
    "relu": (lambda h: max(h, mp.mpf(0)), lambda h: mp.mpf(h > 0)),
    "leaky_relu": (lambda h: h if h > 0 else LEAK * h, lambda h: mp.mpf(1) if h > 0 else LEAK),
    "elu": (lambda h: h if h >= 0 else mp.expm1(h), lambda h: mp.exp(min(h, mp.mpf(0)))),
    "gelu": (lambda h: h * cdf(h), lambda h: cdf(h) + h * phi(h)),
    "silu": (lambda h: h * s(h), lambda h: s(h) * (1 + h * s(-h))),
    "softplus": (lambda h: mp.log1p(mp.exp(h)), s),
    "identity": (lambda h: h, lambda _: mp.mpf(1)),
}
POINTS = [0.0, 1e-300, 1e-8, 0.3, 0.7, 1.0, 2.5, 6.0, 17.0, 36.5, 100.0, 700.0]
NEGATIVE = [-0.75, -1.25, -20.123456789, -36.87654321, -37.5, -350.0, -354.5, -709.5, -714.0]
# Beside its last normal value, where a subnormal intermediate would cost gelu its digits.
NEGATIVE += [-37.71154236557851, -37.711854418784185]
ROOTS = [-0.7517915246935645, -0.7517915246935644, -1.2784645427610737, -1.278464542761074]
FAR = [-10000.0, -1234.5]
STEPS = [1e-9, -1e-3, 0.4, -0.9, 1.5, -3.0]


def digits(x):  # noqa: ANN001, ANN201
    return mp.nstr(x, 50, min_fixed=1, max_fixed=0)


def activations():  # noqa: ANN201
    table = {}
    for name, (value, slope) in FUNCTIONS.items():
        rows = []
        for h in [*POINTS, *(-p for p in POINTS[1:]), *NEGATIVE, *ROOTS, *FAR]:
            # ln of a slope beside 1 needs as many digits as exp(-|h|) or exp(-h^2/2) has zeros.
            mp.mp.dps = 60 + int(min(abs(h) * 0.45 + h * h * 0.22, 900))
            mp.mp.dps += 320 if abs(h) < 1e-200 else 0  # exp(h) is 1 + h there
            x = mp.mpf(h)
            v, d = value(x), slope(x)
            log = digits(mp.log(abs(d))) if d else "-inf"
            rows.append([repr(h), digits(v), digits(d), log])
        table[name] = rows
    mp.mp.dps = 60
    return table


def increments():  # noqa: ANN201
    return {
        name: [
            [repr(h), repr(d), digits(value(mp.mpf(h) + mp.mpf(d)) - value(mp.mpf(h)))]
            for h, d in [
                *product((0.05, 1.3, 20.0, 1e6, -0.05, -2.0, -20.0), STEPS),
                *product((-30.0, 30.0), (-20.0, 20.0)),
            ]
        ]
        for name, (value, _) in FUNCTIONS.items()
    }


def chain_parameters(depth: int, scale: float) -> tuple[list[float], list[float]]:
    weights = [scale * ((7919 * j) % 2003 - 1000.5) / 400.0 for j in range(1, depth + 1)]
    biases = [((104729 * j) % 1009 - 504) / 300.0 for j in range(1, depth + 1)]
    return weights, biases


def chains():  # noqa: ANN201
    table = []
    for name, scale, cost, target in [
        ("sigmoid", 1.0, "squared", 1.0),
        ("sigmoid", 1.0, "cross_entropy", 1.0),
        ("sigmoid", 100.0, "squared", 0.0),
        ("sigmoid", 100.0, "squared", 1.0),
        ("sigmoid", 300.0, "cross_entropy", 0.0),
        ("sigmoid", 1000.0, "half_squared", 1.0),
        ("tanh", 0.25, "squared", 1.0),
        ("elu", 0.3, "half_squared", -1.0),
        ("gelu", 0.5, "squared", 0.25),
        ("silu", 0.5, "squared", 0.25),
        ("softplus", 0.25, "squared", 0.0),
        ("leaky_relu", 0.5, "squared", 0.0),
    ]:
        table.append([name, scale, cost, target, gradients(name, scale, cost, target)])
    return table


def gradients(name: str, scale: float, cost: str, target: float):  # noqa: ANN201
    # A sum near 0 of terms up to the size of the weights must keep its digits in exp(-h).
    mp.mp.dps = 1500 if scale >= 100 else 80
    value, slope = FUNCTIONS[name]
    weights, biases = chain_parameters(1000, scale)
    h, a = [], [mp.mpf(0.75)]
    for w, b in zip(weights, biases, strict=True):
        h.append(mp.mpf(w) * a[-1] + mp.mpf(b))
        a.append(value(h[-1]))
    t = mp.mpf(target)
    error = {"squared": 2, "half_squared": 1, "cross_entropy": 1}[cost] * (a[-1] - t)
    delta = error if cost == "cross_entropy" else error * slope(h[-1])
    rows = []
    for j in range(1000, 0, -1):
        if j in {1, 2, 500, 990, 999, 1000}:
            g = delta * a[j - 1]
            sign = int(mp.sign(g))
            rows.append([j, digits(mp.log10(abs(g))), sign, digits(mp.log10(abs(delta)))])
        if j > 1:
            delta *= mp.mpf(weights[j - 1]) * slope(h[j - 2])
    mp.mp.dps = 60
    return rows


if __name__ == "__main__":
    mp.mp.dps = 60
    reference = {"activations": activations(), "increments": increments(), "chains": chains()}
    path = Path(__file__).with_name("reference.json")
    path.write_text(json.dumps(reference, indent=0) + "\n", encoding="utf-8")
