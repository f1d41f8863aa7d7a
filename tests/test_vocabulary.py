"""One thing has one name: words that were retired appear in no code, message or page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("lecture", "scenes", "mathcore", "tests", "docs", "benchmarks", "examples", "tools")
FILES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile", "pyproject.toml", "mkdocs.yml")
SUFFIXES = {"", ".py", ".md", ".html", ".jinja", ".js", ".css", ".yml", ".svg"}

# The word, and the one that took its place.
RETIRED = {
    "film(s|ed|ing)?": "render, video or segment",
    "studios?": "render session",
    "shooting": "render request",
    "reels?": "section splitter or segment concatenator",
    "rehears(e|es|ed|al|als|ing)": "dry run or timeline",
    "witness(es)?": "timeline recorder",
    "desks?": "work directory",
    "mend(s|ed|ing)?": "fix, with a hint",
    "(tell|told|teller|tells)": "narrate, report or print",
    "drafts?": "temporary path",
    "kept": "cached, unchanged or allowed",
    "restless": "not loopable",
    "seams?": "loop error",
    "upright": "portrait",
    "(whoever|nobody|somebody)": "the noun",
    "mistakes?": "issue or error",
}
_WORDS = re.compile(
    rf"(?<![a-z])(?:{'|'.join(f'(?:{word})' for word in RETIRED)})(?![a-z])", re.IGNORECASE
)
# Names of libraries that hold one of the words, and reveal.js as published.
_FOREIGN = re.compile(r"Draft202012Validator|json-schema\.org/draft", re.IGNORECASE)
_PUBLISHED = ("lecture/output/web/reveal/",)


def texts() -> list[str]:
    """Return the paths of all code and pages, relative to the repository."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    paths = [path for path in found if path.suffix in SUFFIXES and "__pycache__" not in path.parts]
    names = [path.relative_to(ROOT).as_posix() for path in (*paths, *(ROOT / n for n in FILES))]
    own = Path(__file__).relative_to(ROOT).as_posix()
    return sorted(name for name in names if name != own and not name.startswith(_PUBLISHED))


def retired_in(text: str) -> list[str]:
    """Return the retired words in a text, also as parts of names."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", _FOREIGN.sub("", text))
    return [found.group() for found in _WORDS.finditer(split)]


@pytest.mark.parametrize("name", texts())
def test_no_retired_word_is_left(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert [
        (number, found) for number, line in enumerate(lines, 1) if (found := retired_in(line))
    ] == []


def test_the_words_are_found_in_names_and_not_in_other_words() -> None:
    assert retired_in("class FilmedScene, _film_title, is told, the_studio") == [
        "Filmed",
        "film",
        "told",
        "studio",
    ]
    assert retired_in("intelligible, reeled, amend, telling, seamless") == []
