"""The command ``lecture handout``, and the numbers in its file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from pypdf import PdfReader

from mathcore import Chain

Run = Callable[..., Result]

CHAIN = "[chain]\nweights = [0.9, -0.8]\ninput = 0.8\ntarget = 1.0\n"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_numbers_are_those_of_the_trace(run: Run, tmp_path: Path, language: str) -> None:
    (tmp_path / "lecture.toml").write_text(CHAIN, encoding="utf-8")
    options = ("-q", "l", "--scenes", "ForwardPass", "--language", language)
    ended = run("handout", *options)
    assert ended.exit_code == 0, ended.output
    assert ended.stdout.strip() == "media/handout.pdf  5 beats"
    pages = PdfReader(tmp_path / "media" / "handout.pdf").pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    trace = Chain([0.9, -0.8]).backward(0.8, 1.0)
    for beat, values in ((2, (trace.h[0], trace.a[0])), (3, (trace.a[1],)), (4, (trace.cost,))):
        for value in values:
            number = f"{float(value):.3f}".replace(".", "," if language == "ru" else ".")
            words = text.partition(f"1.{beat} ")[2].partition(f"1.{beat + 1} ")[0]
            assert number in words


@pytest.mark.parametrize(
    "url",
    [
        "example.org",
        "file:///tmp/x",
        "https://",
        "https://a.org/#t=3",
        "https://a b.org",
        "http://[",
    ],
)
def test_an_address_that_is_none_is_an_error(run: Run, url: str) -> None:
    ended = run("handout", "--url", url)
    assert ended.exit_code == 2
    assert ended.stderr.startswith(f'--url: "{url}" was given; allowed: the address of a page')
