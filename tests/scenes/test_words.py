"""The words of every language: the same keys, the same values, and letters that can be drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from lecture.config.words import Words
from lecture.kit.languages import LANGUAGES, language, plural_categories, use_language
from lecture.kit.manim_internals import SteadyStrokes
from lecture.kit.typeset import escape, formula, in_words, prose
from lecture.kit.words import fill, plural_forms
from lecture.output.video.captions import FUNCTION_WORDS, pieces
from scenes import LECTURE
from scenes.spec import ActivationName, GradientSpec
from scenes.symbols import activation_name

OTHERS = [code for code in LANGUAGES if code != "en"]


def texts(words: Words) -> dict[str, str]:
    """Return every text of a language by its key; a line's spoken form has the line's own key."""
    found = {"title": words.title}
    found |= {f"terms.{name}": text for name, text in words.terms.items()}
    for name, scene in words.scenes.items():
        found[f"{name}.title"] = scene.title
        found |= {f"{name}.labels.{key}": text for key, text in scene.labels.items()}
        for beat, said in scene.beats.items():
            found[f"{name}.{beat}.notes"] = said.notes
            for key, line in said.lines.items():
                found[f"{name}.{beat}.{key}"] = line.caption
                found[f"{name}.{beat}.{key}, spoken"] = line.spoken or line.caption
        found |= {f"{name}.descriptions.{key}": text for key, text in scene.descriptions.items()}
        found |= {f"{name}.formulas.{key}": text for key, text in scene.formulas.items()}
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def forms(words: Words) -> Iterator[tuple[str, str]]:
    """Return each list of the forms of a word, with the key of the text that it stands in."""
    for key, text in texts(words).items():
        for _, _, listed, _ in Formatter().parse(text):
            if listed:
                yield key, listed


def differences(words: Words, english: Words) -> list[str]:
    """Say what a language lacks, has too much, or fills in otherwise than English does."""
    own, wanted = texts(words), texts(english)
    found = [f"{key} is missing" for key in wanted if key not in own]
    found += [f"{key} is not in English" for key in own if key not in wanted]
    for key in own.keys() & wanted.keys():
        names, others = placeholders(own[key]), placeholders(wanted[key])
        if names != others:
            found.append(f"{key} has {sorted(names)}, in English {sorted(others)}")
    return found


def test_there_is_a_file_for_each_language_and_no_other() -> None:
    folder = resources.files("scenes") / "text"
    assert {file.name for file in folder.iterdir()} == {f"{code}.toml" for code in LANGUAGES}


@pytest.mark.parametrize("code", OTHERS)
def test_every_language_has_the_keys_and_values_of_english(code: str) -> None:
    assert differences(LECTURE.load_words(code), LECTURE.load_words()) == []


@pytest.mark.parametrize("code", OTHERS)
def test_beats_and_lines_stand_in_the_order_of_english(code: str) -> None:
    assert list(texts(LECTURE.load_words(code))) == list(texts(LECTURE.load_words()))


def test_a_key_or_a_value_that_differs_is_named() -> None:
    def broken(**changes: object) -> list[str]:
        scene = LECTURE.load_words("de").scenes["BackwardPass"].model_copy(update=changes)
        words = LECTURE.load_words("de")
        scenes = {**words.scenes, "BackwardPass": scene}
        return differences(words.model_copy(update={"scenes": scenes}), LECTURE.load_words())

    labels = dict(LECTURE.load_words("de").scenes["BackwardPass"].labels)
    (missing,) = broken(labels={k: v for k, v in labels.items() if k != "log_scale"})
    assert missing == "BackwardPass.labels.log_scale is missing"
    (extra,) = broken(labels={**labels, "new": "neu"})
    assert extra == "BackwardPass.labels.new is not in English"
    (other,) = broken(labels={**labels, "slower": "Schicht {slow} lernt langsamer"})
    assert other.startswith("BackwardPass.labels.slower has ['slow'], in English ['fast',")


@pytest.mark.parametrize("code", LANGUAGES)
def test_speaker_notes_have_two_to_four_sentences(code: str) -> None:
    for name, scene in LECTURE.load_words(code).scenes.items():
        for beat, said in scene.beats.items():
            sentences = re.findall(r"[.!?](?=\s|$)", said.notes)
            assert 2 <= len(sentences) <= 4, f"{name}.{beat}"


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_spoken_form_reads_out_symbols_and_leaves_out_no_number(code: str) -> None:
    """What is heard is what stands in the caption."""
    for name, scene in LECTURE.load_words(code).scenes.items():
        for beat, said in scene.beats.items():
            for key, line in said.lines.items():
                if not line.spoken:
                    continue
                where = f"{name}.{beat}.{key}"
                heard = {name.removesuffix("_spoken") for name in placeholders(line.spoken)}
                assert placeholders(line.caption) == heard, where
                assert long_words(line.caption) <= long_words(line.spoken), where


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_row_of_a_caption_ends_with_a_function_word(code: str) -> None:
    for name, scene in LECTURE.load_words(code).scenes.items():
        for beat, said in scene.beats.items():
            for key, line in said.lines.items():
                caption = re.sub(r"\{\w+:.*?\}", "times", line.caption)  # any form of a word
                for piece in pieces(re.sub(r"\{\w+\}", "12", caption)):
                    ends = ends_of_rows(piece)
                    assert FUNCTION_WORDS.isdisjoint(ends), f"{name}.{beat}.{key}: {piece}"


def ends_of_rows(piece: str) -> list[str]:
    """Return the last word of each row."""
    return [row.split()[-1].casefold() for row in piece.split("\n")]


def long_words(text: str) -> set[str]:
    """Return the words of a text, without placeholders, symbols and units."""
    return set(re.findall(r"[^\W\d_]{4,}", re.sub(r"\{[^}]*\}", "", text).casefold()))


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_activation_has_a_name(code: str) -> None:
    assert set(LECTURE.load_words(code).terms) == set(get_args(ActivationName))
    with use_language(code):  # type: ignore[arg-type]
        assert activation_name("identity") == LECTURE.load_words(code).terms["identity"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_words_that_a_number_decides_have_a_form_for_every_number(code: str) -> None:
    listed = list(forms(LECTURE.load_words(code)))
    assert bool(listed) == (code == "ru")
    for key, text in listed:
        named = [form.split(" ", 1)[0] for form in text.split("|")]
        assert set(named) == plural_categories(code), key  # type: ignore[arg-type]
        assert len(named) == len(set(named)), key
        assert all(plural_forms(text).values()), key


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1", "1 раз"),
        ("2", "2 раза"),
        ("5", "5 раз"),
        ("11", "11 раз"),
        ("21", "21 раз"),
        ("112", "112 раз"),
        ("2062", "2062 раза"),
        ("4,8", "4,8 раза"),
        ("100\u202f000", "100\u202f000 раз"),
        ("3,9·10⁶", "3,9·10⁶ раз"),
        ("3,9·10⁴⁰⁰", "3,9·10⁴⁰⁰ раз"),
        ("2,0·10⁻⁵", "2,0·10⁻⁵ раза"),
        ("−21", "−21 раз"),
    ],
)
def test_russian_counts_agree_with_their_numbers(written: str, expected: str) -> None:
    template = "{n} {n:one раз|few раза|many раз|other раза}"
    with use_language("ru"):
        assert fill(template, {"n": written}) == expected


def test_a_word_that_depends_on_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="'ReLU' is no number"):
        fill("{n:one layer|other layers}", {"n": "ReLU"})


@given(st.integers(0, 10**6))
def test_a_voice_hears_the_form_that_a_reader_sees(n: int) -> None:
    template = "{n:one слой|few слоя|many слоёв|other слоя}"
    with use_language("ru"):
        assert fill(template, {"n": f"{n}"}) == fill(template, {"n": f"{n}"}, aloud=True)


def test_the_title_follows_the_language_unless_it_is_given() -> None:
    assert GradientSpec().title == LECTURE.load_words("en").title
    assert GradientSpec(language="ru").title == LECTURE.load_words("ru").title
    assert GradientSpec(language="ru", title="Mine").title == "Mine"
    # A file that `lecture new` wrote says every default.
    assert (
        GradientSpec(language="ru", title=GradientSpec().title).title
        == LECTURE.load_words("ru").title
    )
    german = GradientSpec(pace=12, language="ru").in_language("de")
    assert (german.language, german.title, german.pace) == (
        "de",
        LECTURE.load_words("de").title,
        12,
    )
    assert GradientSpec(title="Mine").in_language("de").title == "Mine"
    assert german.in_language(None) is german
    assert GradientSpec.model_validate_json(german.model_dump_json()) == german


_SYMBOL = re.compile(rb'<symbol[^>]*>\s*<path d="([^"]*)"')
_NOWHERE = "\u0378"  # no letter, so no font can have it


def _with_named_fonts(source: Path) -> bytes:
    """Compile with the fonts that Typst brings, and of those only the ones asked for by name."""
    fonts = typst.Fonts(include_system_fonts=False)
    code = b"#set text(fallback: false)\n" + source.read_bytes()
    return bytes(typst.compile(code, format="svg", font_paths=fonts, ignore_system_fonts=True))


def _on_screen(words: Words) -> list[str]:
    """Return all that a language shows, with a value in each placeholder."""
    shown = [*words.terms.values()]
    for scene in words.scenes.values():
        shown += [scene.title, *scene.labels.values()]
    return [fill(text, dict.fromkeys(placeholders(text), "2")) for text in shown]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_letter_is_in_a_font_that_typst_brings(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only the compiled files are read here.
    monkeypatch.setattr(SteadyStrokes, "generate_mobject", lambda text: text)
    shown = _on_screen(LECTURE.load_words(code))
    with use_language(code):  # type: ignore[arg-type]
        marks = language()
        digits = escape(f"0123456789−·∞ %{marks.decimal}{marks.undefined}")
    # Cards set labels as words inside a formula, whose font is another one.
    quoted = " ".join(in_words(text) for text in shown if not set(text) & set('$*"'))
    missing = set()
    for nowhere in (prose(escape(_NOWHERE)), formula(f'"{_NOWHERE}"')):
        missing |= set(_SYMBOL.findall(Path(str(nowhere.file_name)).read_bytes()))
    assert missing
    for drawn in (prose(" \\ ".join([*shown, digits])), formula(quoted)):
        file = Path(str(drawn.file_name))
        outlines = file.read_bytes()
        assert not missing & set(_SYMBOL.findall(outlines))
        # With all fonts of the system to fall back on, exactly the same is drawn.
        assert outlines == _with_named_fonts(file.with_suffix(".typ"))
