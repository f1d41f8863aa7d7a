"""Checks of texts for voices, and marked pronunciations."""

from __future__ import annotations

import pytest
from hibari import Hibari
from pydantic import ValidationError

from lecture.voice.hibari import HibariVoice
from lecture.voice.sound import RATE, resampled, trimmed
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
def test_plain_text_has_no_faults(text: str) -> None:
    assert text_faults(text) == []


@pytest.mark.parametrize(
    "symbol", [*"σΔ′≤×·%=+*_#$/\\<>[]{}|~^@&`°½²∞−→\n\t\0", "[a](/b/)", "<break/>", "\u202e"]
)
def test_symbols_and_markup_are_faults(symbol: str) -> None:
    (fault,) = text_faults(f"The slope {symbol} here.")
    assert "cannot be spoken" in fault
    assert fault.isprintable()


@pytest.mark.parametrize("text", ["", "  ", "...", "?! –"])
def test_text_without_words_is_a_fault(text: str) -> None:
    (fault,) = text_faults(text)
    assert "give the line a spoken form" in fault


def test_a_long_text_is_a_fault() -> None:
    assert text_faults("a" * LONGEST_TEXT) == []
    (fault,) = text_faults("a" * (LONGEST_TEXT + 1))
    assert "it has 401 characters; allowed: at most 400" in fault


@pytest.mark.parametrize("number", [1000, 1438, 1999, 2062, 12000, 150000, 1234567])
def test_long_integers_are_not_read_as_years(hibari: Hibari, number: int) -> None:
    phonemes = "".join(hibari.phonemize(read_numbers(f"It is {number} times slower.")))
    assert ("θˈWzᵊnd" in phonemes) or ("mˈɪljən" in phonemes)


@pytest.mark.parametrize("text", ["0.8071", "1999.5", "3.14159", "2,062", "12", "999"])
def test_other_numbers_are_unchanged(text: str) -> None:
    assert read_numbers(text) == text


def test_listed_words_are_pronounced_as_listed(hibari: Hibari) -> None:
    listed = Pronunciations(words={"tanh": "tˈænʧ", "leaky relu": "lˈiki ɹˈɛlu"})
    phonemes = hibari.phonemize(HibariVoice(listed).wording("Tanh and leaky ReLU, not tanhs."))
    assert phonemes[0].startswith("tˈænʧ ænd lˈiki ɹˈɛlu,")
    assert phonemes[0].count("tˈænʧ") == 1


@pytest.mark.parametrize(
    "words", [{"Upper": "ʌ"}, {"a b ": "ʌ"}, {"": "ʌ"}, {"ok": ""}, {"ok": "a/b"}, {"ok": "a)b"}]
)
def test_pronunciations_cannot_have_markup(words: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Pronunciations(words=words)


def test_the_voice_knows_all_phonemes_of_the_project(hibari: Hibari) -> None:
    for word, phonemes in load_pronunciations().words.items():
        assert set(phonemes) <= set(hibari.vocab), word


@pytest.mark.parametrize(
    "text",
    [
        "Why do the layers of one deep network learn at such different speeds?",
        "Each layer builds on the one below, and all of them learn at once.",
        "Backpropagation multiplies the derivatives of all activations.",
    ],
)
def test_the_voice_does_not_hurry(text: str) -> None:
    voice = HibariVoice()
    seconds = len(trimmed(resampled(voice.speak(voice.wording(text))))) / RATE
    words_per_minute = 60 * len(text.split()) / seconds
    assert 60 < words_per_minute <= 175
