import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mathcore import draw_chain, ensembles, sigmoid_prime, stability

# pytest adds an absolute 1e-12, which would hide any error in a tiny number.
approx = partial(pytest.approx, abs=0.0)

# mpmath at 50 digits: mean of ln|w/4| for w ~ N(0, 1) is -(euler + ln 2)/2 - ln 4
MEAN_LOG_AT_ZERO = -2.0214757838506297
LN10 = math.log(10.0)


def test_the_probability_of_a_small_weight() -> None:
    assert stability.prob_weight_below() == approx(0.682689492137086, rel=1e-14)
    assert stability.prob_weight_below(2.0) == approx(0.954499736103642, rel=1e-14)
    assert stability.prob_weight_below(2.0, 2.0) == stability.prob_weight_below()
    assert stability.prob_weight_below(1.0, 10.0) == approx(0.0796556745540579, rel=1e-13)
    assert stability.prob_weight_below(0.0) == 0.0
    with pytest.raises(ValueError, match="weight_std: given 0; must be greater than 0"):
        stability.prob_weight_below(1.0, 0.0)
    with pytest.raises(ValueError, match="bound: given -1; must be at least 0"):
        stability.prob_weight_below(-1.0)


def test_factors_at_h_zero_have_the_closed_form() -> None:
    # With no weight before it and no bias, layer 2 of a chain with input 0 would be at h = 0; the
    # same spread is reached in the limit of small weights, whose logarithm only shifts.
    stats = stability.factor_stats(1e-6, 0.0, depth=2, rng=1, draws=100_000)
    assert stats.mean_log - math.log(1e-6) == pytest.approx(MEAN_LOG_AT_ZERO, abs=0.02)
    assert stats.std_log**2 == approx(math.pi**2 / 8, rel=0.02)
    assert stats.count == 100_000
    assert stats.share_below_quarter == 1.0
    assert stats.share_above_one == 0.0


def test_factor_statistics_are_those_of_the_chain() -> None:
    chain = draw_chain(4, 5, weight_std=9.0, bias_std=2.0, size=1000)
    factors = np.abs(chain.weights * sigmoid_prime(chain.forward(1.0).h))[:, 1:]
    stats = stability.factor_stats(9.0, 2.0, depth=4, rng=5, draws=1000)
    assert stats.share_below_quarter == np.mean(factors < 0.25)
    assert stats.share_above_one == np.mean(factors > 1.0)
    assert 0.0 < stats.share_above_one < stats.share_below_quarter < 1.0
    assert stats.mean_log == approx(float(np.log(factors).mean()), rel=1e-12)
    assert stats.std_log == approx(float(np.log(factors).std()), rel=1e-12)
    assert stats.count == 3000
    identity = stability.factor_stats(1.0, 0.0, 2, rng=5, draws=4000, activation="identity")
    assert identity.share_above_one == pytest.approx(0.3173, abs=0.03)


def test_factors_that_are_exactly_zero() -> None:
    stats = stability.factor_stats(1.0, 1.0, depth=3, rng=0, draws=100, activation="relu")
    assert stats.mean_log == -math.inf
    assert math.isnan(stats.std_log)


def test_blocks_of_random_chains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ensembles, "_BLOCK", 100)
    assert ensembles._blocks(25, 10) == [10, 10, 5]
    assert ensembles._blocks(3, 1000) == [1, 1, 1]
    stats = stability.factor_stats(1.0, 1.0, depth=10, rng=3, draws=25)
    assert stats.count == 25 * 9
    whole = stability.balance_probability(10, 1e4, 1.0, 0, 25)
    assert whole in [k / 25 for k in range(26)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1.0, 1.0, 1, 0, 10), "depth: given 1; allowed: an integer of at least 2"),
        ((1.0, 1.0, 2, 0, 0), "draws: given 0"),
        ((-1.0, 1.0, 2, 0, 1), "weight_std: given -1"),
        ((1.0, 1.0, 2, "a", 1), "rng: given 'a'"),
    ],
)
def test_what_factor_stats_refuses(arguments: tuple[float, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        stability.factor_stats(*arguments)  # type: ignore[arg-type]


def test_one_layer_one_decade() -> None:
    decades = stability.decades_per_layer(1.0, 1.0)
    assert decades * LN10 == approx(-2.3075848, rel=2e-8)
    assert decades == approx(-1.002, rel=1e-3)
    assert stability.decades_per_layer() == approx(-0.9056, rel=1e-4)


@pytest.mark.parametrize(
    ("weight_std", "bias_std", "name"),
    [(10.0, 0.0, "sigmoid"), (0.5, 2.0, "sigmoid"), (3.0, 0.1, "tanh"), (1.0, 1.0, "tanh")],
)
def test_quadrature_against_random_chains(weight_std: float, bias_std: float, name: str) -> None:
    chain = draw_chain(120, 11, weight_std, bias_std, name, size=3000)
    found = chain.gradients(1.0, 0.0).log10_abs_grad_b
    # From layer 20, where the law has settled, to layer 100.
    measured = float(np.mean(found[:, 19] - found[:, 99]) / 80)
    error = float(np.std(found[:, 19] - found[:, 99]) / 80 / math.sqrt(3000))
    exact = stability.decades_per_layer(weight_std, bias_std, name)
    assert exact == pytest.approx(measured, abs=4 * error)
    assert error < 0.01 * abs(exact)


def test_decades_of_small_weights_and_of_pieces() -> None:
    at_zero = MEAN_LOG_AT_ZERO / LN10
    assert stability.decades_per_layer(1e-9) == approx(at_zero - 9, rel=1e-12)
    log_w = MEAN_LOG_AT_ZERO + math.log(4.0)
    assert stability.decades_per_layer(1.0, 5.0, "identity") == approx(log_w / LN10, rel=1e-14)
    assert stability.decades_per_layer(10.0, 0.0, "identity") == approx(log_w / LN10 + 1, rel=1e-14)
    assert stability.decades_per_layer(1.0, 1.0, "leaky_relu") == approx(
        log_w / LN10 - 1, rel=1e-14
    )
    assert stability.decades_per_layer(1.0, 0.0, "tanh") == approx(log_w / LN10, rel=1e-14)
    assert stability.decades_per_layer(1.88, 0.0, "tanh") < 0.0
    assert stability.decades_per_layer(1.0, 1.0, "relu") == -math.inf
    assert stability.decades_per_layer(0.0, 1.0) == -math.inf
    assert stability.decades_per_layer(1e-200, 1.0) < -199.0


def test_decades_over_random_chains() -> None:
    one = stability.decades_per_layer(1.0, 1.0, "gelu", rng=4)
    assert one == stability.decades_per_layer(1.0, 1.0, "gelu", rng=np.random.default_rng(4))
    chain = draw_chain(60, 9, 1.0, 1.0, "gelu", size=4000)
    logs = chain.gradients(1.0, 0.0).log10_abs_grad_b
    assert one == pytest.approx(float(np.mean(logs[:, 9] - logs[:, 49]) / 40), abs=0.01)
    # Where quadrature is possible both must agree; here with tanh, whose biases are all but 0.
    sampled = stability.decades_per_layer(3.0, 0.0, "tanh", rng=4, depth=200, draws=4000)
    exact = stability.decades_per_layer(3.0, 0.003, "tanh")
    assert sampled == pytest.approx(exact, abs=0.02)
    with pytest.raises(ValueError, match=r"rng: given None; 'gelu' .* give a numpy.random.Gen"):
        stability.decades_per_layer(1.0, 1.0, "gelu")
    with pytest.raises(ValueError, match="'tanh'"):
        stability.decades_per_layer(2.0, 0.0, "tanh")
    with pytest.raises(ValueError, match="depth: given 1"):
        stability.decades_per_layer(1.0, 1.0, "gelu", rng=0, depth=1)
    with pytest.raises(ValueError, match="draws: given 0"):
        stability.decades_per_layer(1.0, 1.0, "gelu", rng=0, draws=0)


def test_the_second_half_of_the_layers_is_sampled() -> None:
    chain = draw_chain(7, 3, 2.0, 1.0, "silu", size=50)
    from mathcore import activation  # noqa: PLC0415

    logs = activation("silu").log_abs_slope(chain.forward(1.0).h[:, 3:])
    log_w = math.log(2.0) + MEAN_LOG_AT_ZERO + math.log(4.0)
    found = stability.decades_per_layer(2.0, 1.0, "silu", rng=3, depth=7, draws=50)
    assert found == approx((log_w + float(logs.mean())) / LN10, rel=1e-12)


def test_the_widest_set_of_amplifying_activations() -> None:
    w, width = stability.widest_amplifying_weight()
    assert w == approx(6.894151032272928, rel=1e-14)
    assert width == approx(0.447743204694303, rel=1e-14)
    assert float(stability.amplifying_width(w)) == approx(width, rel=1e-14)
    around = stability.amplifying_width([w * 0.99, w * 1.01, -w])
    assert around[0] < width
    assert around[1] < width
    assert around[2] == approx(width, rel=1e-14)


@pytest.mark.parametrize(
    ("w", "width"),
    [
        # mpmath at 50 digits: 2/w ln(w (1 + sqrt(1 - 4/w))/2 - 1)
        (4.0000000001, 5.00000020670508987e-6),
        (4.5, 0.308065413582197915),
        (7.9999999, 0.440686794598939024),
        (8.0000001, 0.440686792420603955),
        (100.0, 0.0916972667824471075),
        (1e20, 9.2103403719761827e-19),
    ],
)
def test_widths_against_50_digits(w: float, width: float) -> None:
    assert float(stability.amplifying_width(w)) == approx(width, rel=1e-13)
    assert float(stability.amplifying_width(-w)) == approx(width, rel=1e-13)


@given(st.floats(4.001, 200.0), st.floats(-20.0, 20.0))
def test_the_width_is_that_of_the_set(w: float, b: float) -> None:
    half = float(stability.amplifying_width(w)) / 2
    for inside, expected in ((0.999, True), (1.001, False)):
        for sign in (-1.0, 1.0):
            h = sign * inside * half * w
            # h = w a + b, so the activations lie symmetrically about -b/w.
            a = h / w - b / w
            assert (w * float(sigmoid_prime(w * a + b)) >= 1.0) == expected


def test_weights_up_to_four_amplify_nothing() -> None:
    widths = stability.amplifying_width([0.0, 3.9, 4.0, -4.0])
    assert widths.tolist() == [0.0] * 4
    assert not widths.flags.writeable
    with pytest.raises(ValueError, match="w: given nan"):
        stability.amplifying_width(math.nan)


def test_balance_of_a_chain_is_a_matter_of_its_speeds() -> None:
    chains = draw_chain(3, 6, 3.0, 0.5, "tanh", size=2000)
    speeds = np.abs(chains.backward(1.0, 0.3).grad_b)
    expected = np.mean(speeds.max(axis=1) <= 20.0 * speeds.min(axis=1))
    found = stability.balance_probability(3, 20.0, 3.0, 6, 2000, bias_std=0.5, activation="tanh")
    assert found == expected
    assert 0.05 < found < 0.95


def test_balance_at_its_ends() -> None:
    assert stability.balance_probability(1, 1.0, 1.0, 0, 10) == 1.0
    assert stability.balance_probability(30, 10.0, 1.0, 0, 200) == 0.0
    assert stability.balance_probability(2, 1e300, 1.0, 0, 200) == 1.0
    assert stability.balance_probability(2, 10.0, 0.0, 0, 5) == 0.0  # layer 1 stands still
    dead = stability.balance_probability(2, 1e300, 1.0, 0, 400, activation="relu")
    alive = draw_chain(2, 0, activation="relu", size=400).backward(1.0, 0.5)
    assert dead == np.mean((alive.grad_b != 0.0).all(axis=1))
    assert 0.1 < dead < 0.5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 2.0, 1.0, 0, 10), "depth: given 0"),
        ((2, 0.5, 1.0, 0, 10), "tolerance: given 0.5; must be at least 1"),
        ((2, 2.0, 1.0, 0, 0), "draws: given 0"),
    ],
)
def test_what_balance_refuses(arguments: tuple[float, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        stability.balance_probability(*arguments)  # type: ignore[arg-type]


def test_large_weights_alone_do_not_explode_a_sigmoid_chain() -> None:
    factors = draw_chain(10, 1, weight_std=10.0, size=50_000).backward(1.0, 0.0).factors
    logs = np.log10(np.abs(factors[:, 1:]))
    assert np.mean(logs[:, :5].sum(axis=1) > 0) == pytest.approx(0.004, abs=0.001)
    assert float(np.median(logs.sum(axis=1))) == pytest.approx(-10.0, abs=0.5)
