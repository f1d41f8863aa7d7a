"""A lecture of four scenes made with the kit alone: its numbers, table, frames and files."""

from __future__ import annotations

import doctest
import json
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from click.testing import CliRunner, Result
from gradient_descent import LECTURE, descent
from gradient_descent.spec import Bowl, BowlSpec
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from manim import tempconfig
from scipy.optimize import minimize, minimize_scalar

from lecture.cli.main import cli
from lecture.kit.inspection import Snapshot, inspect_scene
from lecture.kit.languages import use_language
from lecture.kit.layout_check import layout_faults
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.numbers import PLAIN

pytestmark = pytest.mark.xdist_group("gradient_descent")

EXAMPLE = Path(__file__).parents[2] / "examples" / "gradient_descent"
NAMES = LECTURE.scene_names()
CONDITIONS = [2.0, 4.0, 9.0, 36.0, 100.0]

CURVATURES = st.tuples(st.floats(0.1, 1.0), st.floats(2.0, 100.0)).map(
    lambda drawn: (drawn[0], drawn[0] * drawn[1])
)


@st.composite
def bowls(draw: st.DrawFn) -> Bowl:
    flat, steep = draw(CURVATURES)
    along = draw(st.floats(0.5, 10.0)) * draw(st.sampled_from([-1, 1]))
    across = along * draw(st.floats(0.1, 1.0)) * draw(st.sampled_from([-1, 1]))
    return Bowl(
        curvatures=(flat, steep),
        rate=draw(st.floats(0.001, min(20.0, 1.949 / steep))),
        momentum=draw(st.floats(0.1, 0.95)),
        start=(along, across if abs(across) >= abs(along) / 10 else along / 10),
    )


# ---- numbers


def test_the_examples_of_the_numbers_hold() -> None:
    found = doctest.testmod(descent)
    assert (found.failed, found.attempted > 5) == (0, True)


@given(CURVATURES, st.floats(0.0, 1.0))
def test_weights_are_powers_of_their_factors(curvatures: tuple[float, float], share: float) -> None:
    rate = 1.95 * share / curvatures[1]
    path = descent.descend(curvatures, rate, (-3.0, 1.0), 12).path
    for weight, (curvature, start) in enumerate(zip(curvatures, (-3, 1), strict=True)):
        factor = 1 - Fraction(rate) * Fraction(curvature)
        exact = [float(start * factor**step) for step in range(13)]
        np.testing.assert_allclose(path[:, weight], exact, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_best_rate_has_the_least_largest_factor(condition: float) -> None:
    rate = descent.best_rate(0.5, 0.5 * condition)
    curvatures = np.array([0.5, 0.5 * condition])
    found = minimize_scalar(
        lambda r: np.abs(1 - r * curvatures).max(), bounds=(0, 2 / curvatures[1]), method="bounded"
    )
    assert rate == pytest.approx(found.x, rel=1e-4)
    sizes = np.abs(descent.factors(curvatures, rate))
    assert sizes == pytest.approx([(condition - 1) / (condition + 1)] * 2, rel=1e-12)
    run = descent.descend(curvatures, rate, (2.0, -1.0), 30)
    assert run.distances == pytest.approx(sizes[0] ** np.arange(31), rel=1e-10)


def eigenvalue(curvature: float, rate: float, momentum: float) -> float:
    """Return the largest eigenvalue, in size, of the map from (w, step) to the next."""
    matrix = [[1 - rate * curvature, momentum], [-rate * curvature, momentum]]
    return float(np.abs(np.linalg.eigvals(matrix)).max())


@given(CURVATURES, st.floats(0.0, 0.97), st.floats(0.01, 1.0))
def test_the_long_run_factor_is_the_largest_eigenvalue(
    curvatures: tuple[float, float], momentum: float, share: float
) -> None:
    rate = 1.95 * share / curvatures[1]
    expected = max(eigenvalue(curvature, rate, momentum) for curvature in curvatures)
    # Near a double root, the eigenvalues of a matrix are known to half of the digits only.
    assert descent.long_run_factor(curvatures, rate, momentum) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_best_momentum_has_the_least_long_run_factor(condition: float) -> None:
    rate, momentum = descent.best_heavy(1.0, condition)
    root = np.sqrt(condition)
    factor = (root - 1) / (root + 1)
    found = descent.long_run_factor([1.0, condition], rate, momentum)
    assert found == pytest.approx(factor, rel=1e-6)

    def worst(settings: np.ndarray) -> float:
        return max(eigenvalue(curvature, *settings) for curvature in (1.0, condition))

    start = [descent.best_rate(1.0, condition), 0.1]
    options = {"xatol": 1e-9, "fatol": 1e-9, "maxiter": 4000}
    searched = minimize(worst, start, method="Nelder-Mead", options=options)
    assert searched.fun >= factor - 1e-6


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_best_heavy_ball_follows_its_closed_form(condition: float) -> None:
    # With the double roots ρ and -ρ, w_n = (1 + n (1 ∓ ρ)) (±ρ)^n w_0.
    rate, momentum = descent.best_heavy(1.0, condition)
    rho = (np.sqrt(condition) - 1) / (np.sqrt(condition) + 1)
    n = np.arange(20)
    path = descent.descend((1.0, condition), rate, (-3.0, 1.0), 19, momentum).path
    np.testing.assert_allclose(path[:, 0], -3 * (1 + n * (1 - rho)) * rho**n, rtol=1e-6)
    np.testing.assert_allclose(path[:, 1], (1 + n * (1 + rho)) * (-rho) ** n, rtol=1e-6)


@given(bowls())
def test_the_heavy_ball_wins_every_race_that_can_be_shown(bowl: Bowl) -> None:
    flat, steep = bowl.curvatures
    rate, momentum = descent.best_heavy(flat, steep)
    start = descent.descend(bowl.curvatures, descent.best_rate(flat, steep), bowl.start, 1)
    plain = descent.descend_until(0.01, start)
    expected = np.ceil(np.log(0.01) / np.log((steep - flat) / (steep + flat)) - 1e-9)
    assert plain.steps == expected
    heavy = descent.descend_until(
        0.01, descent.descend(bowl.curvatures, rate, bowl.start, 1, momentum)
    )
    assert heavy.steps < plain.steps
    assert heavy.distances[-1] <= 0.01 < heavy.distances[-2]
    assert heavy.distances[-1] > 0.001  # the lower edge of the plot


def test_a_descent_that_never_ends_is_refused() -> None:
    with pytest.raises(ValueError, match=r"rate: 2 leaves more than 0\.01 of the distance"):
        descent.descend_until(0.01, descent.descend([1.0], 2.0, [1.0], 1))


# ---- the table


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("rate = 0.3", r"bowl\.rate: 0\.3 was given with the curvature 9\.0, .*0\.001 to 0\.2166"),
        ("rate = 0.0", r"bowl\.rate: 0\.0 was given; allowed: a number from 0\.001 to 1\.95 "),
        ("curvatures = [3.0, 4.0]", r"bowl\.curvatures: \[3\.0, 4\.0\] was given; .* 2 to 100 t"),
        ("curvatures = [3.0]", r"bowl\.curvatures \(number 2\): nothing was given; allowed: two n"),
        ("start = [1.0, 2.0]", r"bowl\.start: \[1\.0, 2\.0\] was given; .*no larger than it$"),
        ("momentum = 1.0", r"bowl\.momentum: 1\.0 was given; allowed: a number from 0\.1 to 0\.9"),
        ("speed = 1", r"bowl\.speed: no such field; allowed: curvatures, rate, momentum, start"),
    ],
)
def test_an_invalid_table_is_refused_with_a_hint(
    run: Callable[..., Result], tmp_path: Path, table: str, message: str
) -> None:
    (tmp_path / "lecture.toml").write_text(f"[bowl]\n{table}\n", encoding="utf-8")
    ended = run("show", "--lecture", EXAMPLE)
    assert ended.exit_code == 2
    assert re.search(rf"^lecture\.toml:2: {message}", ended.stderr, re.MULTILINE)


@given(st.floats(0.2, 100.0))
def test_the_rate_that_a_message_allows_is_allowed(steep: float) -> None:
    with pytest.raises(ValueError, match="allowed") as refused:
        Bowl(curvatures=(max(0.1, steep / 50), steep), rate=20.0)
    most = float(re.findall(r"0\.001 to ([\d.]+)", str(refused.value))[0])
    assert Bowl(curvatures=(max(0.1, steep / 50), steep), rate=most).rate == most
    assert most * steep > 1.9


def test_show_prints_the_numbers_of_the_table(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "lecture.toml").write_text("[bowl]\nrate = 0.1\n", encoding="utf-8")
    shown = json.loads(run("show", "--json", "--lecture", EXAMPLE).stdout)
    assert shown["rate of the table"]["factor"] == pytest.approx(0.9)
    assert shown["best rate"] == pytest.approx(
        {"rate": 0.2, "momentum": 0.0, "factor": 0.8, "steps": 21}
    )
    assert shown["best rate and momentum"]["factor"] == pytest.approx(0.5)


# ---- frames


@pytest.fixture(scope="module", autouse=True)
def _one_folder_of_texts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with tempconfig({"media_dir": str(tmp_path_factory.mktemp("media"))}):
        yield


def scene_class(name: str) -> type[LectureScene]:
    (entry,) = LECTURE.entries([name])
    found: type[LectureScene] = getattr(import_module(entry.module), name)
    return found


@cache
def stepped(
    name: str, theme: str, language: str, aspect: str
) -> tuple[LectureScene, list[Snapshot]]:
    fields = {"theme": theme, "language": language, "aspect": aspect}
    return inspect_scene(scene_class(name), spec=BowlSpec.model_validate(fields))


# Positions depend on language and aspect, contrasts on the theme alone.
LOOKS = [
    ("dark", "en", "16:9"),
    ("light", "en", "9:16"),
    ("light", "de", "16:9"),
    ("dark", "de", "9:16"),
]


@pytest.mark.parametrize(("name", "look"), list(product(NAMES, LOOKS)))
def test_the_layout_has_no_faults(name: str, look: tuple[str, str, str]) -> None:
    _, snapshots = stepped(name, *look)
    assert len(snapshots) > 10
    assert [fault for snapshot in snapshots for fault in layout_faults(snapshot)] == []


@pytest.mark.parametrize("name", NAMES)
def test_both_formats_and_themes_say_the_same(name: str) -> None:
    (dark, _), (light, _) = stepped(name, *LOOKS[0]), stepped(name, *LOOKS[1])
    assert dark.recorded_lines == light.recorded_lines
    assert 30 <= dark.time <= 60


def expected_numbers(bowl: Bowl) -> dict[str, set[str]]:
    """Return the texts of the numbers that never count, computed without the lecture's module."""
    flat, steep = (Fraction(curvature) for curvature in bowl.curvatures)
    rate, heavy = Fraction(bowl.rate), 4 / (np.sqrt(float(flat)) + np.sqrt(float(steep))) ** 2
    best, root = 2 / (flat + steep), float(np.sqrt(float(steep / flat)))
    long_run = max(eigenvalue(c, bowl.rate, bowl.momentum) for c in bowl.curvatures)
    plain = max(abs(1 - rate * c) for c in (flat, steep))

    def written(*values: Any) -> set[str]:
        return {PLAIN(round(float(value), 12)) for value in values}

    return {
        "curvature": written(steep),
        "curvature_1": written(flat),
        "curvature_2": written(steep),
        "condition": written(steep / flat),
        "rate": written(rate, best, heavy),
        "momentum": written(bowl.momentum, ((root - 1) / (root + 1)) ** 2),
        "factor": written(1 - rate * steep),
        "factor_1": written(1 - rate * flat, 1 - best * flat),
        "factor_2": written(1 - rate * steep, 1 - best * steep),
        "factor_without": written(plain, (steep - flat) / (steep + flat)),
        "factor_with": written(long_run, (root - 1) / (root + 1)),
        "rate_small": written(1 / steep / 10),
        "rate_right": written(1 / steep),
        "rate_large": written(Fraction(21, 10) / steep),
        "factor_small": written(0.9),
        "factor_right": written(0),
        "factor_large": written(-1.1),
    }


def check_numbers(name: str, bowl: Bowl, snapshots: list[Snapshot]) -> set[str]:
    """Compare the numbers on the screen after each animation; return their names."""
    expected, seen = expected_numbers(bowl), set()
    for snapshot in snapshots:
        for number, texts in snapshot.numbers().items():
            seen.add(number)
            if number in expected:
                assert set(texts) <= expected[number], (name, snapshot.beat, number)
    return seen


DEFAULTS = {
    "OneStep": {"curvature", "w", "slope", "rate", "factor"},
    "ThreeRates": {
        f"{q}_{n}" for q in ("rate", "factor", "w") for n in ("small", "right", "large")
    },
    "LongValley": {"curvature_1", "curvature_2", "condition", "rate", "factor_1", "factor_2"},
    "Momentum": {
        "rate",
        "momentum",
        "factor_without",
        "factor_with",
        "steps_without",
        "steps_with",
    },
}


@pytest.mark.parametrize("name", NAMES)
def test_the_numbers_on_the_screen_are_the_exact_ones(name: str) -> None:
    scene, snapshots = stepped(name, *LOOKS[0])
    assert check_numbers(name, Bowl(), snapshots) - {"tick"} == DEFAULTS[name]
    last = {number: texts[0] for number, texts in snapshots[-1].numbers().items()}
    if name == "OneStep":
        w = Fraction(55, 100) ** 5
        assert (last["w"], last["slope"]) == (f"{float(w):.3f}", f"{float(9 * w):.3f}")
    if name == "ThreeRates":
        shown = [last[f"w_{column}"] for column in ("small", "right", "large")]
        assert shown == [f"{0.9**12:.3f}", "0.000", f"{1.1**6:.3f}"]
    if name == "Momentum":
        assert (last["steps_without"], last["steps_with"]) == ("21", "10")
    assert all(beat.notes for beat in scene.recorded_beats)


def test_weight_and_slope_change_together() -> None:
    _, snapshots = stepped("OneStep", *LOOKS[0])
    pairs = {
        (numbers["w"][0], numbers["slope"][0])
        for numbers in (snapshot.numbers() for snapshot in snapshots)
        if "slope" in numbers
    }
    weights = [1.0, 0.55, 0.55**5]
    assert pairs == {(f"{w:.3f}", f"{9 * w:.3f}") for w in weights}


# Without shrinking, as a scene takes half a second.
@settings(max_examples=5, phases=[Phase.explicit, Phase.generate])
@given(st.sampled_from(NAMES), bowls(), st.sampled_from(LOOKS))
def test_any_table_has_a_layout_without_faults_and_its_own_numbers(
    name: str, bowl: Bowl, look: tuple[str, str, str]
) -> None:
    theme, language, aspect = look
    fields = {"theme": theme, "language": language, "aspect": aspect}
    spec = BowlSpec.model_validate({"bowl": bowl, **fields})
    _, snapshots = inspect_scene(scene_class(name), spec=spec)
    assert [fault for snapshot in snapshots for fault in layout_faults(snapshot)] == []
    with use_language(language):
        check_numbers(name, bowl, snapshots)


# ---- files


RENDERED = ("Momentum",)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the longest scene: `lecture site` makes its video, clips and decks, too."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "lecture.toml").write_text(
        f"pace = 40\nscenes = {json.dumps(RENDERED)}\n", encoding="utf-8"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        options = ["-q", "l", "--no-voice", "--lecture", str(EXAMPLE)]
        ended = CliRunner().invoke(cli, ["site", *options])
    assert ended.exit_code == 0, ended.output
    return folder / "media" / "site"


def test_the_page_holds_the_video_and_every_beat(site: Path) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    assert "A ball in a bowl: gradient descent" in page
    assert "takes only 10 steps" in " ".join(re.sub(r"<[^>]+>", " ", page).split())
    (path,) = site.rglob("lecture.mp4")
    with av.open(str(path)) as video:
        assert len(video.chapters()) == len(RENDERED)
        assert video.streams.video[0].width == 854
    assert len(list(site.rglob("01-momentum-*.mp4"))) == 4
    assert len(list(site.rglob("*.pptx"))) == 1


def test_every_frame_of_its_first_scene_passes_the_checks(run: Callable[..., Result]) -> None:
    options = ["-q", "l", "--no-voice", "--language", "de", "--json", "--lecture", str(EXAMPLE)]
    checked = run("check", "--scenes", "OneStep", *options)
    assert checked.exit_code == 0, checked.output
    (found,) = json.loads(checked.stdout)
    assert (found["name"], found["faults"]) == ("OneStep", [])


# ---- the kit alone


def test_it_uses_the_kit_and_no_scene_is_long() -> None:
    modules = {path: path.read_text(encoding="utf-8") for path in EXAMPLE.glob("*.py")}
    used = {
        found
        for text in modules.values()
        for found in re.findall(r"^\s*(?:from|import) ([\w.]+)", text, re.MULTILINE)
    }
    lectures = {name for name in used if name.startswith("lecture.")}
    public = ("lecture.kit.", "lecture.config.contract", "lecture.config.spec", "lecture.model")
    assert all(name.startswith(public) for name in lectures)
    assert not any(name.startswith(("scenes", "mathcore")) for name in used)
    for name in NAMES:
        (entry,) = LECTURE.entries([name])
        assert len(modules[EXAMPLE / f"{entry.stem}.py"].splitlines()) <= 150
    generator = EXAMPLE.parents[1] / "lecture"
    assert not any("gradient_descent" in p.read_text("utf-8") for p in generator.rglob("*.py"))
