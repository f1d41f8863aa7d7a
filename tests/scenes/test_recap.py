"""The numbers of the recap are computed again in plain NumPy; its frames all stay on the screen."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from manim import Dot, Line
from numpy.typing import NDArray

from lecture.kit.inspection import Snapshot
from lecture.kit.languages import LANGUAGES
from lecture.kit.theme import theme
from mathcore import Network, mnist
from scenes.data.recap import RecapNumbers, recap_numbers
from scenes.mobjects.recap import drawings, picture_frame, recap_layout
from tests.stepping import SceneStepper

pytestmark = pytest.mark.xdist_group("Recap")

FRAMES = ["speeds", "product", "slope", "factor", "balance"]
SOURCES = ["follows", "read_on"]
NAMES = ["ratio", "peak", "factor", "share"]
PRODUCT = "product_(j=2)^L w_j sigma'(h_j)"


@pytest.fixture(scope="module")
def numbers() -> RecapNumbers:
    return recap_numbers()


@pytest.fixture
def snapshots(inspected: SceneStepper) -> list[Snapshot]:
    return inspected("Recap", "default", "dark")[1]


def sigma(h: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-h)))


def speeds_by_hand(seed: int) -> list[float]:
    """Backpropagate through a random network; return the norms of its hidden layers' deltas."""
    images, _ = mnist().split(rng=0, training=1000)
    net = Network.random((784, 30, 30, 30, 30, 10), rng=seed, initializer="lecun_normal")
    activations = [images.X]
    for weights, bias in zip(net.weights, net.biases, strict=True):
        activations.append(sigma(activations[-1] @ weights + bias))
    delta, speeds = activations[-1] - images.Y, []
    for weights, a in zip(net.weights[:0:-1], activations[-2:0:-1], strict=True):
        delta = (delta @ weights.T) * a * (1 - a)
        speeds.append(float(np.linalg.norm(delta.mean(axis=0))))
    return speeds[::-1]


def test_the_ratio_is_the_median_over_random_networks(numbers: RecapNumbers) -> None:
    ratios = [speeds[-1] / speeds[0] for speeds in map(speeds_by_hand, range(20))]
    assert numbers.ratio == pytest.approx(np.median(ratios), rel=0.01)
    assert round(numbers.ratio) == 126
    assert (np.diff(numbers.speeds) > 0).all()


def test_a_layer_costs_the_factor_of_long_chains(numbers: RecapNumbers) -> None:
    rng = np.random.default_rng(123)
    a, lost = np.ones(100_000), []
    for layer in range(12):
        weights, biases = rng.standard_normal((2, a.size))
        h = weights * a + biases
        a = sigma(h)
        if layer > 2:  # the distribution of a_j has settled
            lost.append(-np.log10(np.abs(weights * a * (1 - a))).mean())
    assert numbers.decades == pytest.approx(np.mean(lost), abs=0.005)


def test_the_share_in_balance_is_that_of_other_draws(numbers: RecapNumbers) -> None:
    # Each factor is w / 4; its mean logarithm is zero for this standard deviation.
    std = 4 * np.exp((np.euler_gamma + np.log(2)) / 2)
    factors = np.random.default_rng(99).normal(0.0, std, (100_000, numbers.layers - 1)) / 4
    walks = np.cumsum(np.log10(np.abs(factors)), axis=1)
    walks = np.hstack([np.zeros((len(walks), 1)), walks])
    share = (np.ptp(walks, axis=1) <= 1).mean()
    assert numbers.share == pytest.approx(share, abs=0.008)
    assert f"{100 * numbers.share:.0f}" == "12"


def test_the_peak_is_the_largest_slope_by_complex_steps(numbers: RecapNumbers) -> None:
    slopes = (1 / (1 + np.exp(-(np.linspace(-5, 5, 1001) + 1e-30j)))).imag / 1e-30
    assert numbers.peak == pytest.approx(slopes.max(), rel=1e-12)


def test_the_numbers_shown_are_those_of_the_data(
    snapshots: list[Snapshot], numbers: RecapNumbers, inspected: SceneStepper
) -> None:
    shown = snapshots[-1].numbers()
    assert shown["ratio"] == [f"{numbers.ratio:.0f} ×"]
    assert shown["peak"] == ["≤ 1/4"]
    assert shown["factor"] == [f"÷ {10**numbers.decades:.0f}"]
    assert [re.sub(r"\s", " ", text) for text in shown["share"]] == [f"{100 * numbers.share:.0f} %"]
    said = {line.key: line.caption for line in inspected("Recap")[0].lines}
    assert f"{numbers.ratio:.0f} times slower" in said["speeds"]
    assert f"factor of about {10**numbers.decades:.0f}." in said["factor"]
    assert f"{100 * numbers.share:.0f} %" in said["balance"]


def test_the_frames_come_in_the_order_of_the_lecture_and_all_stay(
    inspected: SceneStepper, snapshots: list[Snapshot]
) -> None:
    lines = inspected("Recap", "default", "dark")[0].lines
    assert [line.key for line in lines] == [*FRAMES, *SOURCES]
    for before, after in pairwise(snapshots):
        assert before.numbers().keys() <= after.numbers().keys()
    firsts = [next(i for i, s in enumerate(snapshots) if n in s.numbers()) for n in NAMES]
    assert firsts == sorted(firsts)
    product = [any(PRODUCT in t.content for t in s.texts) for s in snapshots]
    assert firsts[0] < product.index(True) < firsts[1]
    assert all(product[product.index(True) :])
    assert list(snapshots[-1].numbers()) == NAMES


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_last_cards_name_the_sources_and_the_licence_of_the_images(
    code: str, inspected: SceneStepper
) -> None:
    _, snapshots = inspected("Recap", language=code)
    shown = " ".join(t.content for s in snapshots if s.beat == "sources" for t in s.texts)
    for name in (
        *("Data Science and Machine Learning", "Geoscientists", "14"),
        *("Nielsen", "Neural Networks", "Deep Learning"),
        *("Telgarsky", "Glorot, Bengio", "He et al.", "Ioffe, Szegedy"),
    ):
        assert name in shown
    last = " ".join(t.content for t in snapshots[-1].texts)
    assert all(part in last for part in ("MNIST", "LeCun, Cortes, Burges", "CC BY-SA 3.0"))


def test_runners_are_as_far_as_their_speeds(numbers: RecapNumbers) -> None:
    speeds, *_ = drawings(numbers)
    lanes = [part for part in speeds if isinstance(part, Line)][::2]
    heads = [part for part in speeds if isinstance(part, Dot)]
    reached = [
        (head.get_center()[0] - lane.get_left()[0]) / lane.width
        for lane, head in zip(lanes, heads, strict=True)
    ]
    np.testing.assert_allclose(reached, numbers.speeds, atol=1e-9)


def test_as_many_dots_are_bright_as_chains_are_in_balance(numbers: RecapNumbers) -> None:
    dots = drawings(numbers)[-1]
    bright = sum(dot.get_fill_color().to_hex() == theme().ink for dot in dots)
    assert bright / len(dots) == pytest.approx(numbers.share, abs=0.5 / len(dots))


def test_the_mean_line_falls_as_the_products_do(numbers: RecapNumbers) -> None:
    lines, mean = drawings(numbers)[3]
    ends = np.mean([line.get_end()[1] for line in lines])
    start = mean.get_start()[1]
    # Over ten factors of sixty chains, the mean loss differs by a few per cent.
    assert (start - ends) / (start - mean.get_end()[1]) == pytest.approx(1.0, abs=0.15)


def test_every_picture_is_inside_its_frame_and_the_frames_do_not_touch(
    numbers: RecapNumbers,
) -> None:
    card, centers = picture_frame(), recap_layout().frames
    for drawing in drawings(numbers):
        assert drawing.width < card.width - 0.2
        assert drawing.height < card.height - 0.2
    steps = [after[0] - before[0] for before, after in pairwise(centers)]
    assert min(steps) > card.width + 0.2
