"""The explorable chain in a real browser: with a keyboard, by touch, and for a screen reader."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from lecture.kit.languages import use_language
from lecture.kit.numbers import FACTOR, GRADIENT, WEIGHT
from lecture.output.site.explorables import load_explorables
from lecture.output.site.make import make_site
from lecture.timeline import RenderedScene
from mathcore import BackwardTrace
from scenes.data.chain_readings import a_text, factors_in_logs, running_products
from scenes.spec import ChainSpec, GradientSpec
from scenes.templates import TEMPLATES
from tests.rendered import site_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.xdist_group("browser")

Opened = Callable[..., "Page"]
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def made(
    rendered: dict[str, list[RenderedScene]], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with a page in English and one in German."""
    folder = tmp_path_factory.mktemp("chain")
    site = site_of(rendered["h264"], folder)
    for code in ("en", "de"):
        spec = GradientSpec.model_validate({"language": code})
        explorables = load_explorables(spec)
        own = replace(site, title=spec.title, language=code, explorables=explorables)
        make_site(own, folder / code)
    return folder


@pytest.fixture
def opened(new_page: Callable[..., Page], made: Path) -> Opened:
    """Open a page at its chain."""

    def open_page(code: str = "en", state: str = "", **options: Any) -> Page:
        page = new_page(**{"viewport": DESKTOP, **options})
        page.add_init_script(
            "window.shift = 0; new PerformanceObserver((list) => { for (const entry of list"
            ".getEntries()) if (!entry.hadRecentInput) window.shift += entry.value; })"
            ".observe({ type: 'layout-shift', buffered: true });"
        )
        page.goto(f"{(made / code / 'index.html').as_uri()}#explore-chain{state}")
        page.locator(".chain-picture").wait_for()
        return page

    return open_page


def texts(page: Page, name: str) -> list[str]:
    return page.locator(f".chain-layer:visible .chain-{name}").all_inner_texts()


def lecture_file(page: Page) -> GradientSpec:
    """Return the spec that the page offers."""
    text = page.locator(".explorable pre").first.text_content()
    assert text is not None
    return GradientSpec.model_validate(tomllib.loads(text))


def trace_of(chain: ChainSpec) -> BackwardTrace:
    return chain.build().backward(chain.input, chain.target, chain.cost)


def assert_shows(page: Page, chain: ChainSpec, code: Any = "en") -> None:
    """Check all numbers of the picture against `mathcore`, in the formats of the video."""
    trace = trace_of(chain)
    factors = zip(*factors_in_logs(trace, chain.activation), strict=True)
    with use_language(code):
        expected = {
            "value": [a_text(trace, layer + 1) for layer in range(chain.depth)],
            "weight": [WEIGHT(w) for w in trace.weights],
            "factor": [FACTOR.from_log10(float(s), float(m)) for s, m in factors],
            "product": [GRADIENT.from_log10(s, m) for s, m in running_products(trace)[:-1]],
            "gradient": [GRADIENT.from_log10(1.0, float(m)) for m in trace.log10_abs_grad_w],
        }
    assert {name: texts(page, name) for name in expected} == expected


def tab_to(page: Page, name: str) -> None:
    """Press Tab until an element has the focus."""
    label = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText"
    seen = []
    while not seen or seen[-1] != name:
        assert len(seen) < 100, seen
        page.keyboard.press("Tab")
        seen.append(page.evaluate(label))


def said(page: Page) -> Locator:
    return page.locator(".explorable [role=status]")


@pytest.mark.parametrize("code", ["en", "de"])
def test_it_begins_with_the_chain_of_the_video(opened: Opened, code: str) -> None:
    page = opened(code)
    assert_shows(page, ChainSpec(), code)
    verdict = {
        "en": "Layer 1 learns 2,052 times slower than layer 6.",
        "de": "Schicht 1 lernt 2052-mal langsamer als Schicht 6.",
    }
    assert page.locator(".chain-verdict").inner_text() == verdict[code]
    layer = {
        "en": "Layer 1: weighted input 0.720, activation 0.673, slope 0.220, factor 0.176, product"
        " so far minus 3.9 times 10 to the minus 5, gradient 3.9 times 10 to the minus 5",
        "de": "Schicht 1: gewichtete Eingabe 0,720, Aktivierung 0,673, Steigung 0,220, Faktor"
        " 0,176, Produkt bis hier minus 3,9 mal 10 hoch minus 5, Gradient 3,9 mal 10 hoch minus 5",
    }
    assert page.locator(".chain-layer > p").first.text_content() == layer[code]
    assert lecture_file(page) == GradientSpec.model_validate({"language": code})
    assert page.evaluate("shift") == 0


def test_a_weight_changes_by_keyboard_alone_and_is_announced(opened: Opened) -> None:
    page = opened()
    tab_to(page, "Weight of layer 1")  # the field, then the slider
    tab_to(page, "Weight of layer 1")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    chain = ChainSpec(weights=(1.0, *ChainSpec().weights[1:]))
    assert lecture_file(page).chain == chain
    assert_shows(page, chain)
    said(page).get_by_text("Weight of layer 1: 1. Output 0.596, cost 0.163, gradient").wait_for()
    assert "times 10 to the minus 5. Layer 1 learns" in said(page).inner_text()
    slider = page.get_by_label("Weight of layer 1", exact=True).last
    assert slider.get_attribute("aria-valuetext") == "1"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Bias of layer 1"


def test_a_field_takes_numbers_of_the_language_and_names_what_is_allowed(opened: Opened) -> None:
    page = opened("de")
    field = page.get_by_label("Gewicht von Schicht 2", exact=True).first
    field.fill("−2,5·10³")
    field.press("Enter")
    weights = ChainSpec().weights
    chain = ChainSpec(weights=(weights[0], -2500.0, *weights[2:]))
    assert lecture_file(page).chain == chain
    assert_shows(page, chain, "de")
    page.locator(".explorable [role=status]", has_text="minus 2500").wait_for()
    for wrong in ("viel", "2000000"):
        field.fill(wrong)
        field.press("Tab")
        page.get_by_role("alert").get_by_text(
            "Gewicht von Schicht 2: Geben Sie eine Zahl von"
        ).wait_for()
        assert field.get_attribute("aria-invalid") == "true"
        assert lecture_file(page).chain == chain
    field.fill("1")
    field.press("Tab")
    assert field.get_attribute("aria-invalid") is None
    assert page.get_by_role("alert").inner_text() == ""


@pytest.mark.parametrize("name", ["exploding", "balanced", "vanishing"])
def test_presets(opened: Opened, name: str) -> None:
    page = opened()
    page.get_by_role("button", name=name).click()
    spec = TEMPLATES[name](0).spec
    assert isinstance(spec, GradientSpec)
    assert_shows(page, spec.chain)
    built = lecture_file(page).chain.build()
    assert built.weights.tolist() == spec.chain.build().weights.tolist()
    assert built.biases.tolist() == spec.chain.build().biases.tolist()
    depth = page.get_by_label("Layers").last
    depth.press("End")
    assert lecture_file(page).chain.depth == 12
    assert_shows(page, lecture_file(page).chain)
    depth.press("Home")
    assert lecture_file(page).chain.depth == 2


def test_a_seed_is_in_the_lecture_file_and_in_the_link(opened: Opened) -> None:
    page = opened("de", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="zufällig").click()
    page.get_by_label("Startwert").last.press("ArrowRight")
    page.get_by_role("button", name="lecture.toml kopieren").click()
    said(page).get_by_text("Kopiert.").wait_for()
    copied = tomllib.loads(page.evaluate("navigator.clipboard.readText()"))
    assert copied["chain"]["weights"] == {"distribution": "gaussian", "depth": 6, "seed": 1}
    chain = GradientSpec.model_validate(copied).chain
    assert_shows(page, chain, "de")
    page.get_by_label("Aktivierung").select_option("gelu")
    page.get_by_role("button", name="Link kopieren").click()
    page.wait_for_function("navigator.clipboard.readText().then((t) => t.includes('seed=1'))")
    linked = page.evaluate("navigator.clipboard.readText()")
    page.goto("about:blank")
    page.goto(linked)
    page.locator(".chain-picture").wait_for()
    expected = chain.model_copy(update={"activation": "gelu"})
    assert lecture_file(page).chain == expected
    assert_shows(page, expected, "de")


def test_the_text_is_shown_where_it_cannot_be_copied(opened: Opened) -> None:
    page = opened()
    page.evaluate(
        "navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false"
    )
    page.get_by_role("button", name="Copy link").click()
    said(page).get_by_text("Select the text below to copy it.").wait_for()
    assert page.locator(".explorable pre").last.inner_text().endswith("c=squared&x=0.8&t=1")


def test_a_link_carries_products_beyond_the_range_of_floats(opened: Opened) -> None:
    state = "w=5000,-4000,3000&b=0,-100,0.5&f=sigmoid&c=half_squared&x=0.8&t=1"
    page = opened(state=f"?{state}")
    chain = lecture_file(page).chain
    assert chain == ChainSpec(
        weights=(5000.0, -4000.0, 3000.0), biases=(0.0, -100.0, 0.5), cost="half_squared"
    )
    assert trace_of(chain).log10_abs_grad_w[0] < -2000
    assert_shows(page, chain)


@pytest.mark.parametrize(
    "state", ["w=1&b=0", "w=1,x&b=0,0", "w=1,2&b=0", "w=1,2&b=0,9e9", "seed=99&depth=3", ""]
)
def test_a_broken_link_shows_the_chain_of_the_video(opened: Opened, state: str) -> None:
    page = opened(state=f"?{state}&f=sigmoid&c=squared&x=0.8&t=1")
    page.get_by_role("alert").get_by_text("The link is not valid.").wait_for()
    assert lecture_file(page).chain == ChainSpec()


def test_the_cost_fits_the_activation(opened: Opened) -> None:
    page = opened(state="?w=1,2&b=0,0&f=sigmoid&c=squared&x=0.8&t=-3")
    page.get_by_label("Cost").select_option("cross_entropy")
    assert lecture_file(page).chain.target == 0.0
    assert_shows(page, lecture_file(page).chain)
    page.get_by_label("Activation").select_option("tanh")
    assert lecture_file(page).chain.cost == "squared"
    assert page.locator("option[value=cross_entropy]").is_disabled()


def test_bars_on_both_axes(opened: Opened) -> None:
    page = opened()
    heights = "bars => bars.map(bar => parseFloat(getComputedStyle(bar).getPropertyValue('--at')))"
    colors = "bars => bars.map(bar => getComputedStyle(bar).backgroundColor)"
    bars = page.locator(".chain-layer:visible .chain-bar")
    colored = bars.evaluate_all(colors)
    logs = bars.evaluate_all(heights)
    trace = trace_of(ChainSpec())
    assert logs == pytest.approx((trace.log10_abs_grad_w + 6) / 6)
    page.get_by_label("Axis of").select_option("linear")
    page.locator(".chain-tick", has_text="0.05").wait_for()
    assert bars.evaluate_all(heights) == pytest.approx(abs(trace.grad_w) / 0.1)
    assert bars.evaluate_all(colors) == colored
    assert len(set(colored)) == 6


def test_it_runs_down_on_a_phone_and_follows_a_finger(opened: Opened) -> None:
    page = opened(viewport=PHONE, has_touch=True, is_mobile=True)
    assert page.locator(".chain-picture").get_attribute("data-flow") == "down"
    assert page.evaluate("shift") == 0
    slider = page.get_by_label("Weight of layer 1", exact=True).last
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    assert box["height"] >= 24
    page.touchscreen.tap(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2)
    page.wait_for_function("document.querySelector('.chain-weight').textContent !== '0.90'")
    chain = lecture_file(page).chain
    assert isinstance(chain.weights, tuple)
    assert chain.weights[0] > 15
    assert_shows(page, chain)


def test_it_is_accessible_in_both_themes_and_fits_any_width(opened: Opened) -> None:
    page = opened()
    page.locator(".explorable details").evaluate("details => { details.open = true }")
    for size, scheme in ((DESKTOP, "dark"), (PHONE, "light")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        for depth in ("Home", "End"):
            page.get_by_label("Layers").last.press(depth)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            cut = page.locator(".chain-layer:visible .chain-card").evaluate_all(
                "all => all.filter(card => card.scrollWidth > card.clientWidth).length"
            )
            assert cut == 0, (size, depth)
        violations = Axe().run(page, context="#explore-chain").response["violations"]
        assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []
