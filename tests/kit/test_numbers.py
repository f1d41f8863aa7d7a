"""Number formats: written, spoken and parsed numbers in all languages."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecture.config.words import LANGUAGES, LanguageCode
from lecture.kit.languages import (
    language,
    plural_categories,
    plural_category,
    set_language,
    use_language,
)
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.numbers import (
    COUNT,
    FACTOR,
    GRADIENT,
    PLAIN,
    RATIO,
    WEIGHT,
    NumberFormat,
    format_log10,
    percent,
    power_of_ten,
    read_number,
    speak,
)
from lecture.voice.text import text_faults

_FROM_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def read(text: str) -> Decimal:
    """Parse a number in English notation."""
    mantissa, _, power = text.replace("−", "-").replace(",", "").partition("·10")
    return Decimal(mantissa) * Decimal(10) ** int(power.translate(_FROM_SUPERSCRIPT) or 0)


@pytest.mark.parametrize(
    ("number_format", "value", "text"),
    [
        (WEIGHT, 0.9, "0.90"),
        (WEIGHT, -0.8, "−0.80"),
        (WEIGHT, 100.0, "100"),
        (WEIGHT, 0.099, "0.10"),
        (WEIGHT, 0.0949, "9.5·10⁻²"),
        (FACTOR, 0.17603, "0.176"),
        (FACTOR, 9.9996, "10.00"),
        (FACTOR, 9999.6, "1.0·10⁴"),
        (FACTOR, 12345.0, "1.2·10⁴"),
        (FACTOR, -0.0, "0"),
        (GRADIENT, 0.0795, "8.0·10⁻²"),
        (GRADIENT, 9.96e-5, "1.0·10⁻⁴"),
        (GRADIENT, 0.0996, "0.10"),
        (GRADIENT, -3.125, "−3.1"),
        (GRADIENT, 9.96, "10"),
        (GRADIENT, 78.125, "78"),
        (GRADIENT, 99.6, "1.0·10²"),
        (COUNT, 2062.5, "2,062"),
        (COUNT, -1234567.0, "−1,234,567"),
        (PLAIN, 0.8, "0.8"),
        (PLAIN, 1.0, "1"),
        (PLAIN, -1.5e-7, "−1.5·10⁻⁷"),
        (RATIO, 4.81, "4.8"),
        (RATIO, 9.97, "10"),
        (RATIO, 2052.4, "2,052"),
        (RATIO, 3.94e6, "3.9·10⁶"),
        (RATIO, -0.02, "−2.0·10⁻²"),
        (RATIO, 0.05, "0.1"),
        (FACTOR, math.inf, "∞"),
        (FACTOR, -math.inf, "−∞"),
        (FACTOR, math.nan, "undefined"),
    ],
)
def test_known_numbers(number_format: NumberFormat, value: float, text: str) -> None:
    assert number_format(value) == text


_FORMATS = st.builds(
    NumberFormat,
    decimals=st.integers(0, 6),
    significant=st.integers(1, 6),
    notation=st.sampled_from(["auto", "scientific", "integer", "plain", "ratio", "fixed"]),
)


@given(_FORMATS, st.floats(allow_nan=False, allow_infinity=False))
def test_a_zero_has_no_minus_sign(number_format: NumberFormat, value: float) -> None:
    for text in (number_format(value), number_format.from_log10(-1.0, -1e4 * abs(value))):
        mantissa = text.partition("·10")[0]
        if mantissa.startswith("−"):
            assert any(digit in mantissa for digit in "123456789"), text


@given(_FORMATS, st.floats(-5000.0, -1.0), st.sampled_from([-1.0, 1.0]))
def test_only_coordinates_and_counts_are_rounded_to_zero(
    number_format: NumberFormat, log10_abs: float, sign: float
) -> None:
    text = number_format.from_log10(sign, log10_abs)
    if number_format.notation in {"fixed", "integer"}:
        assert read(text) == pytest.approx(0, abs=Decimal("0.11"))
        assert log10_abs > -300 or text == number_format(0.0)
    else:
        assert math.copysign(1.0, read(text)) == sign
        assert float(abs(read(text)).log10()) == pytest.approx(log10_abs, abs=0.4)


@given(_FORMATS, st.integers(-9999, 9999), st.integers(-8, 8))
def test_a_short_decimal_looks_the_same_as_a_logarithm(
    number_format: NumberFormat, digits: int, power: int
) -> None:
    value = float(f"{digits}e{power}")
    log10_abs = math.log10(abs(value)) if value else -math.inf
    assert number_format.from_log10(math.copysign(1, value), log10_abs) == number_format(value)


def test_a_plain_number_has_as_many_digits_beyond_floats_as_within() -> None:
    assert PLAIN(5e200) == "5.0·10²⁰⁰"
    assert PLAIN.from_log10(1, 1000 + math.log10(5)) == "5.0·10¹⁰⁰⁰"


@given(
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda v: v == 0 or abs(v) > 1e-300),
    st.sampled_from([WEIGHT, FACTOR, GRADIENT]),
)
def test_the_rounding_error_is_at_most_half_a_digit(
    value: float, number_format: NumberFormat
) -> None:
    # With at least two significant digits, the relative error is at most 1/20.
    rounded = read(number_format(value))
    assert abs(rounded - Decimal(value)) <= abs(Decimal(value)) / 19


@given(st.floats(min_value=1e-280, max_value=1e280), st.sampled_from([WEIGHT, FACTOR, GRADIENT]))
def test_a_negative_number_has_a_true_minus_and_the_same_digits(
    value: float, number_format: NumberFormat
) -> None:
    assert number_format(-value) == f"−{number_format(value)}"
    assert "-" not in number_format(-value)
    assert "e" not in number_format(value)


@given(st.floats(min_value=-250, max_value=250), st.sampled_from([-1.0, 1.0]))
def test_a_number_from_its_logarithm_has_the_same_digits(log10: float, sign: float) -> None:
    from_number = float(read(GRADIENT(sign * 10.0**log10)))
    from_log = float(read(format_log10(sign, log10)))
    # The last digit may differ by rounding errors of 10**log10.
    assert from_log == pytest.approx(from_number, rel=0.11)
    assert abs(math.log10(abs(from_log)) - log10) < 0.022


@pytest.mark.parametrize(
    ("sign", "log10", "text"),
    [(1, -400.5, "3.2·10⁻⁴⁰¹"), (-1, 400.0, "−1.0·10⁴⁰⁰"), (1, -5.0001, "1.0·10⁻⁵"), (0, 3.0, "0")],
)
def test_numbers_beyond_floats(sign: float, log10: float, text: str) -> None:
    assert format_log10(sign, log10) == text
    assert FACTOR.from_log10(sign, log10) == text or abs(log10) < 300


@pytest.mark.parametrize(
    ("sign", "log10", "text", "spoken"),
    [
        (1, -999_998.5, "3.2·10⁻⁹⁹⁹⁹⁹⁹", "3.2 times 10 to the minus 999999"),
        (1, -999_999.5, "10^(−1.0·10⁶)", "10 to the minus 1.0 times 10 to the 6"),
        (1, 999_999.999, "10^(1.0·10⁶)", "10 to the 1.0 times 10 to the 6"),
        (-1, -11_039_813.6, "−10^(−1.1·10⁷)", "minus 10 to the minus 1.1 times 10 to the 7"),
        (-1, 2.5e300, "−10^(2.5·10³⁰⁰)", "minus 10 to the 2.5 times 10 to the 300"),
    ],
)
def test_an_exponent_has_at_most_six_digits(
    sign: float, log10: float, text: str, spoken: str
) -> None:
    assert format_log10(sign, log10) == GRADIENT.from_log10(sign, log10) == text
    assert speak(text) == spoken


@given(st.floats(1e6, 1e308), st.sampled_from([-1.0, 1.0]), st.sampled_from(LANGUAGES))
def test_a_rounded_exponent_is_read_in_all_languages(
    size: float, direction: float, code: LanguageCode
) -> None:
    with use_language(code):
        text = format_log10(-1.0, direction * size)
        assert LiveNumber.width_of(text, 30.0) < LiveNumber.width_of("−1.0·10⁻⁹⁹⁹⁹⁹⁹", 30.0)
        number = read_number(text)
        assert number is not None
        assert number.is_signed()
        # A decimal holds no larger exponent than 10¹⁸.
        assert number.adjusted() == pytest.approx(direction * min(size, 1e17), rel=0.051)
        whole = Decimal(10) ** (20 if direction > 0 else -20)
        assert plural_category(number.copy_abs()) == plural_category(whole)


def test_powers_on_an_axis_have_short_exponents() -> None:
    with use_language("de"):
        assert power_of_ten(-12_000_000) == "10^(−1,2·10⁷)"
        assert power_of_ten(999_999) == "10⁹⁹⁹⁹⁹⁹"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_spoken_numbers_have_no_symbols(value: float) -> None:
    for number_format in (WEIGHT, FACTOR, GRADIENT, COUNT, RATIO, PLAIN):
        spoken = speak(number_format(value))
        assert set(spoken).isdisjoint("·−⁻×,")
        assert spoken.isascii()


@pytest.mark.parametrize(
    ("number_format", "value", "english", "continental"),
    [
        (WEIGHT, -0.8, "−0.80", "−0,80"),
        (GRADIENT, 0.0795, "8.0·10⁻²", "8,0·10⁻²"),
        (COUNT, 999.0, "999", "999"),
        (COUNT, 2062.5, "2,062", "2062"),
        (COUNT, 9765625.0, "9,765,625", "9\u202f765\u202f625"),
        (COUNT, -100000.0, "−100,000", "−100\u202f000"),
        (PLAIN, 0.25, "0.25", "0,25"),
        (PLAIN, 1000.0, "1000", "1000"),
        (RATIO, 4.81, "4.8", "4,8"),
        (NumberFormat(decimals=3, notation="fixed"), 1.002, "1.002", "1,002"),
        (FACTOR, math.inf, "∞", "∞"),
    ],
)
def test_numbers_have_the_decimal_mark_of_the_language(
    number_format: NumberFormat, value: float, english: str, continental: str
) -> None:
    assert number_format(value) == english
    for code in ("de", "ru"):
        with use_language(code):
            assert number_format(value) == continental


def test_numbers_from_logarithms_have_the_decimal_mark_of_the_language() -> None:
    with use_language("de"):
        assert format_log10(1, -400.5) == FACTOR.from_log10(1, -400.5) == "3,2·10⁻⁴⁰¹"
        assert FACTOR.from_log10(-1, -0.5) == "−0,316"
        assert FACTOR(math.nan) == format_log10(1, math.nan) == "nicht definiert"
        assert (percent(0.964), power_of_ten(-4)) == ("96 %", "10⁻⁴")


@pytest.mark.parametrize(
    ("code", "written", "spoken"),
    [
        ("de", "−3,9·10⁻⁵", "minus 3,9 mal 10 hoch minus 5"),
        ("de", "100\u202f000", "100000"),
        ("de", "96 %", "96 Prozent"),
        ("de", "10⁻²⁴", "10 hoch minus 24"),
        ("de", "−∞", "minus unendlich"),
        ("ru", "−3,9·10⁻⁵", "минус 3,9 умножить на 10 в степени минус 5"),
        ("ru", "21 %", "21 процент"),
        ("ru", "62 %", "62 процента"),
        ("ru", "96 %", "96 процентов"),
        ("ru", "100 %", "100 процентов"),
    ],
)
def test_symbols_are_spoken_in_the_language(code: LanguageCode, written: str, spoken: str) -> None:
    with use_language(code):
        assert speak(written) == spoken


@pytest.mark.parametrize(
    ("code", "written", "spoken"),
    [
        ("en", "1 m", "1 metre"),
        ("en", "3.0 m", "3.0 metres"),
        ("en", "−4\u00a0°C", "minus 4 degrees Celsius"),
        ("en", "10⁴ Hz", "10 to the 4 hertz"),
        ("en", "ReLU m", "ReLU m"),
        ("en", "3 bananas", "3 bananas"),
        ("de", "2,5 km/h", "2,5 Kilometer pro Stunde"),
        ("de", "1 s", "1 Sekunde"),
        ("ru", "1 h", "1 час"),
        ("ru", "3 h", "3 часа"),
        ("ru", "11 h", "11 часов"),
        ("ru", "4,5 h", "4,5 часа"),
    ],
)
def test_units_are_spoken_as_words(code: LanguageCode, written: str, spoken: str) -> None:
    with use_language(code):
        assert speak(written) == spoken


@pytest.mark.parametrize("code", LANGUAGES)
def test_units_have_a_form_for_every_number(code: LanguageCode) -> None:
    with use_language(code):
        units = language().units
        assert all(set(forms) == plural_categories(code) for forms in units.values())
        assert [
            fault for f in units.values() for form in f.values() for fault in text_faults(form)
        ] == []
    with use_language("en"):
        assert units.keys() == language().units.keys()


@given(
    st.sampled_from(LANGUAGES),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([WEIGHT, FACTOR, GRADIENT, COUNT, RATIO, PLAIN]),
)
def test_formatted_numbers_are_parsed_in_any_language(
    code: LanguageCode, value: float, number_format: NumberFormat
) -> None:
    expected = read(number_format(value))
    with use_language(code):
        assert read_number(number_format(value)) == expected
        assert set(speak(number_format(value))).isdisjoint("·−⁻⁰¹²³⁴⁵⁶⁷⁸⁹×%\u202f")


def test_text_that_is_not_a_number_is_not_parsed() -> None:
    assert [read_number(text) for text in ("", "ReLU", "∞", "undefined")] == [None] * 4


def test_use_language_resets_the_language_after_its_block() -> None:
    with use_language("ru"), use_language("de"):
        assert set_language("en").code == language().code == "en"
    assert language().code == "en"
    with pytest.raises(ValueError, match="no words in 'fr'; choose one of: en, de, ru"):
        set_language("fr")  # type: ignore[arg-type]
