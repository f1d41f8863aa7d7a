"""The messages of all issues of a lecture file."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lecture.config.issues import SpecError
from lecture.config.spec import load_spec
from scenes import LECTURE
from scenes.spec import GradientSpec
from tests.config.conftest import issues

ACTIVATIONS = "sigmoid, tanh, relu, leaky_relu, elu, gelu, silu, softplus, identity"
TOP = "title, author, language, aspect, scenes, theme, brand, pace, chain"
CHAIN = "weights, biases, activation, cost, input, target"
LIST = (
    "a list of 2 to 12 finite numbers from -1000000 to 1000000, or "
    '{ distribution = "gaussian", depth = 2 to 12, std = 1.0, seed = 0 }'
)
NUMBER = "a finite number from -1000000 to 1000000"


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ('titel = "x"', f'1: titel: no such field; allowed: {TOP}; did you mean "title"?'),
        ("[extra]\nx = 1", f"1: extra: no such field; allowed: {TOP}"),
        (
            "\n[chain]\nactivatoin = 'tanh'",
            f'3: chain.activatoin: no such field; allowed: {CHAIN}; did you mean "activation"?',
        ),
        (
            '[chain]\n# a note\nactivation = "sigmoidd"',
            (
                f'3: chain.activation: "sigmoidd" was given; allowed: {ACTIVATIONS}; '
                'did you mean "sigmoid"?'
            ),
        ),
        (
            "[chain]\nweights = [1, 2, 3]\nbiases = [0.1, 0.2]",
            (
                "3: chain.biases: 2 biases were given for 3 weights; allowed: 3 biases, or one "
                "number for all layers"
            ),
        ),
        ("[chain]\ninput = nan", f"2: chain.input: nan was given; allowed: {NUMBER}"),
        ("[chain]\ntarget = -inf", f"2: chain.target: -inf was given; allowed: {NUMBER}"),
        ("[chain]\ninput = 1e7", f"2: chain.input: 10000000.0 was given; allowed: {NUMBER}"),
        ("[chain]\ninput = true", f"2: chain.input: true was given; allowed: {NUMBER}"),
        ("[chain]\ninput = '0.8'", f'2: chain.input: "0.8" was given; allowed: {NUMBER}'),
        (
            "[chain]\nweights = [\n  1.0,\n  nan,\n]",
            f"4: chain.weights (number 2): nan was given; allowed: {LIST}",
        ),
        ("[chain]\nweights = [1.0]", f"2: chain.weights: [1.0] was given; allowed: {LIST}"),
        (
            f"[chain]\nweights = {[1.0] * 13}",
            (
                "2: chain.weights: [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1... "
                f"was given; allowed: {LIST}"
            ),
        ),
        ("chain.weights = 'x'", f'1: chain.weights: "x" was given; allowed: {LIST}'),
        (
            "[chain.weights]\nseed = 1",
            "1: chain.weights.depth: nothing was given; allowed: a whole number from 2 to 12",
        ),
        (
            "[chain]\nweights = { depth = 13, distrib = 1 }",
            (
                "2: chain.weights.depth: 13 was given; allowed: a whole number from 2 to 12|"
                "2: chain.weights.distrib: no such field; allowed: distribution, depth, std, seed; "
                'did you mean "distribution"?'
            ),
        ),
        (
            "[chain.biases]\nstd = -1",
            "2: chain.biases.std: -1 was given; allowed: a number from 0 to 1000",
        ),
        (
            '[chain]\nactivation = "tanh"\ncost = "cross_entropy"',
            (
                '3: chain.cost: "cross_entropy" was given with activation "tanh", whose output is '
                'no probability; allowed: squared, half_squared, or activation = "sigmoid"'
            ),
        ),
        (
            '[chain]\ncost = "cross_entropy"\ntarget = 2',
            (
                '3: chain.target: 2.0 was given with cost "cross_entropy"; allowed: a number from '
                "0 to 1"
            ),
        ),
        (
            'scenes = ["ForwardPas"]',
            (
                '1: scenes (number 1): there is no scene "ForwardPas"; allowed: {scenes}; '
                'did you mean "ForwardPass"?'
            ),
        ),
        (
            'scenes = ["BackwardPass", "BackwardPass"]',
            '1: scenes (number 2): "BackwardPass" was given before; allowed: each scene once',
        ),
        (
            "scenes = []",
            "1: scenes: [] was given; allowed: a list of one or more names of scenes, each once",
        ),
        ("theme = 1", "1: theme: 1 was given; allowed: dark, light"),
        (
            '[brand]\nbackground = "white"',
            '2: brand.background: "white" was given; allowed: a colour such as "#FFFFFF", or ""',
        ),
        (
            '[brand]\nink = "#FFFFFF"\naccents = ["#0055A4", "#ABC"]',
            (
                '3: brand.accents (number 2): "#ABC" was given; allowed: a list of up to 7 colours '
                'such as "#0055A4", or []'
            ),
        ),
        (
            f"[brand]\naccents = {['#0055A4'] * 8}",
            (
                '2: brand.accents: ["#0055A4", "#0055A4", "#0055A4", "#0055A4", "#0055A4", "... '
                'was given; allowed: a list of up to 7 colours such as "#0055A4", or []'
            ),
        ),
        (
            '[brand]\nbackground = "#FFFFFF"\nink = "#999999"\naccents = [\n"#ED7D31",\n]',
            (
                '3: brand.ink: "#999999" was given for ink, whose contrast to #FFFFFF is 2.84:1; '
                'allowed: at least 4.5:1, such as "#757575"|'
                '5: brand.accents (number 1): "#ED7D31" was given for signal, whose contrast to '
                '#FFFFFF is 2.77:1; allowed: at least 4.5:1, such as "#C05400"'
            ),
        ),
        ('language = "fr"', '1: language: "fr" was given; allowed: en, de, ru'),
        ('aspect = "4:3"', '1: aspect: "4:3" was given; allowed: 16:9, 9:16'),
        ("pace = 0", "1: pace: 0 was given; allowed: a number from 5 to 40 (characters a second)"),
        ("chain = 3", f"1: chain: 3 was given; allowed: a table with {CHAIN}"),
        (
            'title = "two\\nlines"',
            '1: title: "two\\nlines" was given; allowed: one line of 1 to 200 characters',
        ),
        (
            'title = "  "',
            '1: title: "  " was given; allowed: one line of 1 to 200 characters',
        ),
    ],
)
def test_an_issue_has_its_line_and_the_allowed_values(file: Path, text: str, messages: str) -> None:
    names = ", ".join(entry.name for entry in LECTURE.scenes)
    expected = [f"lecture.toml:{line}" for line in messages.replace("{scenes}", names).split("|")]
    assert issues(file, text) == expected


def test_all_issues_are_reported_at_once_in_the_order_of_the_file(file: Path) -> None:
    lines = issues(
        file,
        'titel = "x"\ntheme = "dim"\n[chain]\nweights = [1, 2, 3]\nbiases = [1, 2]\n'
        'activation = "sigmoidd"\ninput = nan\n',
    )
    assert [line.split(": ")[:2] for line in lines] == [
        ["lecture.toml:1", "titel"],
        ["lecture.toml:2", "theme"],
        ["lecture.toml:5", "chain.biases"],
        ["lecture.toml:6", "chain.activation"],
        ["lecture.toml:7", "chain.input"],
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = 1\nb =\n", ":2: not valid TOML: Invalid value (column 4)"),
        (b'title = "ok"\ntitle = "\xff"\n', ":2: not UTF-8 text; save the file with the "),
        ("title = 'a'\ntitle = 'b'", ":2: not valid TOML: Cannot overwrite a value, at the end"),
        ("x = " + "[" * 5000, ":1: not valid TOML: nested too deeply; allowed: 100 levels"),
        ("pace = 1" + "0" * 5000, ":1: not valid TOML: a number of too many digits"),
        ("#" * 70_000, ": too long; allowed: a text of at most 64 KiB"),
    ],
    ids=["syntax", "encoding", "twice", "nesting", "digits", "length"],
)
def test_invalid_toml_is_one_issue(file: Path, text: str | bytes, message: str) -> None:
    (line,) = issues(file, text)
    assert line.startswith(f"lecture.toml{message}")


def test_a_byte_order_mark_and_windows_line_ends_are_allowed(file: Path) -> None:
    file.write_bytes('\ufefftitle = "σ"\r\n[chain]\r\ninput = 0.5\r\n'.encode())
    spec = load_spec(GradientSpec, file)
    assert (spec.title, spec.chain.input) == ("σ", 0.5)
    assert issues(file, '\ufefftitle = "σ"\r\n\r\npace = 1\r\n')[0].startswith("lecture.toml:3: ")


def test_the_error_for_a_missing_file_has_a_similar_name(file: Path) -> None:
    file.touch()
    with pytest.raises(SpecError, match=r"^lectur\.toml: no such file; did you mean .*lecture"):
        load_spec(GradientSpec, Path("lectur.toml"))
    with pytest.raises(SpecError, match=r"^missing/a\.toml: no such file$"):
        load_spec(GradientSpec, Path("missing/a.toml"))


def test_a_folder_or_an_invalid_name_is_an_issue(file: Path) -> None:
    with pytest.raises(SpecError, match=r"a folder was given; allowed: a TOML file"):
        load_spec(GradientSpec, file.parent)
    with pytest.raises(SpecError, match="cannot be read"):
        load_spec(GradientSpec, Path("nul\0l"))


def test_control_characters_and_long_values_are_not_printed(file: Path) -> None:
    (line,) = issues(file, 'theme = "\\u001b[2J\\u202e' + "x" * 10_000 + '"')
    assert line.isprintable()
    assert len(line) < 200


def test_control_characters_and_long_keys_are_not_printed(file: Path) -> None:
    lines = issues(file, '"\\u001b[2J\\nx" = 1\n[chain]\n' + "k" * 10_000 + " = 1\n")
    assert lines[0].startswith('lecture.toml:1: "\\u001b[2J\\nx": no such field; allowed: title')
    assert lines[1].startswith("lecture.toml:3: chain.kkkk")
    assert all(line.isprintable() and len(line) < 300 for line in lines)


def test_the_error_for_a_field_in_the_wrong_table_names_the_right_one(file: Path) -> None:
    (line,) = issues(file, 'activation = "tanh"\n')
    assert line.endswith('; did you mean "chain.activation"?')


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (
            "[chain]\nweights = [1, nan, 3]\nbiases = [1, 2]\n",
            ["2: chain.weights (number 2): nan was", "3: chain.biases: 2 biases were given for 3"],
        ),
        (
            "[chain]\nweights = [1, 2, 3]\nbiases = [\n'a',\n2]\n",
            ["3: chain.biases: 2 biases were given", '4: chain.biases (number 1): "a" was given'],
        ),
        (
            "[chain]\nweights = { depth = 4, std = -1 }\nbiases = [1, 2]\n",
            ["2: chain.weights.std: -1 was given", "3: chain.biases: 2 biases were given for 4"],
        ),
        (
            "[chain]\nweights = [nan]\n",
            [
                "2: chain.weights (number 1): nan was given",
                "2: chain.weights: [nan] was given; allowed: a list of 2 to 12",
            ],
        ),
        (
            'scenes = [\n"SigmaPrim",\n"ForwardPass",\n7,\n"ForwardPass"]',
            [
                '2: scenes (number 1): there is no scene "SigmaPrim"; allowed: Opening',
                "4: scenes (number 3): 7 was given; allowed: Opening, ",
                '5: scenes (number 4): "ForwardPass" was given before; allowed: each scene once',
            ],
        ),
    ],
)
def test_an_issue_does_not_hide_another(file: Path, text: str, messages: list[str]) -> None:
    lines = issues(file, text)
    assert len(lines) == len(messages)
    for line, expected in zip(lines, messages, strict=True):
        assert line.startswith(f"lecture.toml:{expected}")


def test_thousands_of_issues_are_found_quickly(file: Path) -> None:
    start = time.monotonic()
    keys = "".join(f"x{number}=1\n" for number in range(6000))
    lines = issues(file, keys)
    assert len(lines) == 101
    assert lines[-1] == "lecture.toml: and 5900 more issues"
    names = "".join(f'"Scen{number}",\n' for number in range(4000))
    assert len(issues(file, f"scenes = [{names}]")) == 101
    assert time.monotonic() - start < 10  # minutes if each issue parses the file for its line


def test_a_long_list_is_one_issue(file: Path) -> None:
    text = "[chain]\nweights = [\n" + "1,\n" * 20_000 + "]\n"
    assert len(issues(file, text)) == 1
