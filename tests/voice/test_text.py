"""What a voice may be given, and how words are marked for it."""

from __future__ import annotations

import pytest
from hibari import Hibari
from pydantic import ValidationError

from lecture.voice.hibari import HibariVoice
from lecture.voice.text import (
    LONGEST_TEXT,
    Pronunciations,
    load_pronunciations,
    read_numbers,
    text_faults,
)


@pytest.fixture(scope="module")
def hibari() -> Hibari:
    return Hibari()


@pytest.mark.parametrize(
    "text",
    [
        "Is it 3.9 times 10 to the minus 5, or 2,062?",
        "“Don’t stop” — it's four-fold; yes (or no)…",
        "Größe und Maß",
        "Каждый слой учится по-своему.",
    ],
)
def test_plain_text_is_fine(text: str) -> None:
    assert text_faults(text) == []


@pytest.mark.parametrize(
    "symbol", [*"σΔ′≤×·%=+*_#$/\\<>[]{}|~^@&`°½²∞−→\n\t\0", "[a](/b/)", "<break/>", "\u202e"]
)
def test_symbols_and_markup_are_refused_and_shown(symbol: str) -> None:
    (fault,) = text_faults(f"The slope {symbol} here.")
    assert "cannot be spoken" in fault
    assert fault.isprintable()


@pytest.mark.parametrize("text", ["", "  ", "...", "?! –"])
def test_there_must_be_words(text: str) -> None:
    (fault,) = text_faults(text)
    assert "give the line a spoken form" in fault


def test_length_is_checked() -> None:
    assert text_faults("a" * LONGEST_TEXT) == []
    (fault,) = text_faults("a" * (LONGEST_TEXT + 1))
    assert "it has 401 characters; allowed: at most 400" in fault


@pytest.mark.parametrize("number", [1000, 1438, 1999, 2062, 12000, 150000, 1234567])
def test_long_integers_are_not_read_as_years(hibari: Hibari, number: int) -> None:
    said = "".join(hibari.phonemize(read_numbers(f"It is {number} times slower.")))
    assert ("θˈWzᵊnd" in said) or ("mˈɪljən" in said)


@pytest.mark.parametrize("text", ["0.8071", "1999.5", "3.14159", "2,062", "12", "999"])
def test_other_numbers_stay(text: str) -> None:
    assert read_numbers(text) == text


def test_listed_words_are_pronounced_as_listed(hibari: Hibari) -> None:
    listed = Pronunciations(words={"tanh": "tˈænʧ", "leaky relu": "lˈiki ɹˈɛlu"})
    said = hibari.phonemize(HibariVoice(listed).wording("Tanh and leaky ReLU, not tanhs."))
    assert said[0].startswith("tˈænʧ ænd lˈiki ɹˈɛlu,")
    assert said[0].count("tˈænʧ") == 1


@pytest.mark.parametrize(
    "words", [{"Upper": "ʌ"}, {"a b ": "ʌ"}, {"": "ʌ"}, {"ok": ""}, {"ok": "a/b"}, {"ok": "a)b"}]
)
def test_a_list_cannot_carry_markup(words: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Pronunciations(words=words)


def test_the_project_list_has_only_phonemes_that_the_voice_knows(hibari: Hibari) -> None:
    for word, phonemes in load_pronunciations().words.items():
        assert set(phonemes) <= set(hibari.vocab), word
