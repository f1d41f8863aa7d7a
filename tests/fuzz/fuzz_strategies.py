"""Strategies for lecture files: bytes, files with invalid values, and damaged valid files."""

from __future__ import annotations

import json
from typing import Any, get_args

from hypothesis import strategies as st

from lecture.config.reference import spec_template
from scenes import LECTURE
from scenes.spec import ActivationName, CostName, GradientSpec
from scenes.templates import TEMPLATES

__all__ = ["NASTY", "any_bytes", "damaged_files", "files_with_odd_values"]

NEXT_LINE = ", # note ]\n  "
CHAIN_FIELDS = tuple(type(GradientSpec().chain).model_fields)
NASTY = (
    '#read("/etc/passwd")',
    "$x$ *b* _i_ [c] {{ a : b }}",
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\evil\\\"'`",
    "\u202eright to left \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "\U0001f600\ufe0f\u200d\U0001f680",
    "<script>alert(1)</script>&amp;",
    "%s %n {0} {title.__class__}",
    "\x1b[2J",
    "a\nb",
    "a\u2028b",
    "\ufeff",
    "",
    "   ",
    "x" * 10_000,
)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


TEXTS = (
    st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
).map(_quoted)
NUMBERS = (
    st.floats().map(repr)
    | st.floats(-3, 3).map(repr)
    | st.integers(-20, 20).map(str)
    | st.integers().map(str)
    | st.sampled_from(
        ["nan", "-inf", "1e400", "0x1F", "1_000", "1" + "0" * 400, "1" * 5000, "-0.0"]
    )
)
OTHERS = st.sampled_from(
    ["true", "1979-05-27", "07:32:00", "1979-05-27 07:32:00Z", "[]", "{}", "[[]]", "[[[[1]]]]"]
)
LISTS = st.lists(NUMBERS, max_size=14).map(lambda items: f"[{', '.join(items)}]")
VALID_LISTS = st.lists(st.floats(-9, 9).map(repr), min_size=2, max_size=12).map(
    lambda items: f"[{(', ' if len(items) < 9 else NEXT_LINE).join(items)}]"
)
KEYS = st.sampled_from(["distribution", "depth", "std", "seed", "extra"])
INLINE = st.dictionaries(
    KEYS, st.just('"gaussian"') | st.integers(0, 14).map(str) | NUMBERS, max_size=5
).map(lambda pairs: "{ " + ", ".join(f"{key} = {value}" for key, value in pairs.items()) + " }")
ANY_VALUE = TEXTS | NUMBERS | OTHERS | LISTS | INLINE


def _one_of(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(names).map(_quoted)


SCENES = st.lists(
    _one_of(LECTURE.scene_names()) | st.sampled_from(['"ForwardPas"', "1", '"../x"']), max_size=13
).map(lambda names: f"[{', '.join(names)}]")
BRANDS = (
    "{}",
    '{ background = "#FFFFFF", accents = ["#0055A4"] }',
    '{ background = "#777777" }',
    '{ ink = "#FF" }',
    '{ accents = [""] }',
    '{ accent = "#000000" }',
)
VALID: dict[str, st.SearchStrategy[str]] = {
    "title": TEXTS,
    "author": TEXTS,
    "aspect": _one_of(("16:9", "9:16")),
    "scenes": SCENES,
    "theme": _one_of(("dark", "light")),
    "brand": st.sampled_from(BRANDS) | TEXTS,
    "pace": st.integers(4, 41).map(str),
    "weights": VALID_LISTS | INLINE,
    "biases": VALID_LISTS | INLINE | st.floats(-9, 9).map(repr),
    "activation": _one_of(get_args(ActivationName)),
    "cost": _one_of(get_args(CostName)),
    "input": st.floats(-9, 9).map(repr),
    "target": st.floats(0, 1).map(repr),
}
TOP_FIELDS = tuple(name for name in GradientSpec.model_fields if name in VALID)
# Strategies that are made once cost half of those that are made for each example.
NAMES = {
    fields: (
        st.lists(st.sampled_from(fields), unique=True, max_size=len(fields)),
        st.sets(st.sampled_from(fields), max_size=2),
    )
    for fields in (TOP_FIELDS, CHAIN_FIELDS)
}
ODD_LINES = st.lists(st.sampled_from(["titel = 1", "# note", "", '"\\u001b" = 2']), max_size=2)
LINE_ENDS = st.sampled_from(["\n", "\r\n"])


@st.composite
def files_with_odd_values(draw: Any) -> bytes:
    """Return a file with some fields, most of them valid, and sometimes an unknown one."""

    def pairs(fields: tuple[str, ...]) -> list[str]:
        chosen, arbitrary = map(draw, NAMES[fields])
        return [
            f"{name} = {draw(ANY_VALUE if name in arbitrary else VALID[name])}" for name in chosen
        ]

    lines = pairs(TOP_FIELDS)
    lines += draw(ODD_LINES)
    if draw(st.booleans()):
        lines += ["[chain]", *pairs(CHAIN_FIELDS)]
    text = draw(LINE_ENDS).join(lines)
    return text.encode("utf-8")


VALID_FILES = st.sampled_from(
    [spec_template(TEMPLATES[name](0).spec).encode() for name in TEMPLATES]
)
CHANGES, LENGTHS = st.integers(1, 4), st.integers(0, 40)
DOUBLED = "doubled"
REPLACEMENTS = st.binary(max_size=8) | st.sampled_from(
    [b"", b"=", b"[", b"]", b'"', b"\n", b"\0", b"\xff", DOUBLED]
)


@st.composite
def damaged_files(draw: Any) -> bytes:
    """Return a valid file with some pieces removed, replaced, duplicated or inserted."""
    text = bytearray(draw(VALID_FILES))
    for _ in range(draw(CHANGES)):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(LENGTHS))
        replacement = draw(REPLACEMENTS)
        text[start:end] = text[start:end] * 2 if replacement == DOUBLED else replacement
    return bytes(text)


any_bytes = st.binary(max_size=400) | st.text(max_size=300).map(
    lambda text: text.encode("utf-8", "surrogatepass")
)
