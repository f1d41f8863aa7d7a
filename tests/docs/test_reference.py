"""What is written from the model is in step with it, and says what is checked."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fuzz_strategies import files_with_odd_values
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from lecture.config.issues import allowed_in, model_in
from lecture.config.reference import reference, schema, spec_template
from scenes import LECTURE
from scenes.spec import GradientSpec

ROOT = Path(__file__).parent.parent.parent
STALE = "run `make reference`"


def test_the_reference_is_in_step() -> None:
    assert (ROOT / "docs" / "lecture-file.md").read_text(encoding="utf-8") == reference(
        GradientSpec
    ), STALE


def test_the_commands_are_in_step() -> None:
    printed = subprocess.run(
        [sys.executable, ROOT / "docs" / "commands.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert page == printed.stdout, STALE


def test_the_schema_is_in_step() -> None:
    committed = json.loads((ROOT / "docs" / "lecture.schema.json").read_text(encoding="utf-8"))
    assert committed == schema(GradientSpec), STALE


def test_the_reference_has_every_field_with_what_it_allows() -> None:
    text = reference(GradientSpec)
    models = [GradientSpec]
    while models:
        model = models.pop()
        for name, field in model.model_fields.items():
            assert allowed_in(field), name
            assert f"| `{name}` |" in text
            assert f"| {allowed_in(field)} | {field.description} |" in text
            inner = model_in(field.annotation)
            models += [inner] if inner else []


def test_the_schema_is_one_and_takes_what_the_tool_writes() -> None:
    Draft202012Validator.check_schema(schema(GradientSpec))
    check = Draft202012Validator(schema(GradientSpec))
    assert not list(check.iter_errors(tomllib.loads(spec_template(GradientSpec()))))


@pytest.mark.parametrize(
    "text",
    [
        'titel = "x"',
        'theme = "dim"',
        "pace = 4",
        "scenes = []",
        'scenes = ["../x"]',
        "[chain]\nweights = [1.0]",
        "[chain]\nweights = { depth = 13 }",
        "[chain]\nweights = { std = 1.0 }",
        '[chain]\nactivation = "sigmoidd"',
        "[chain]\ninput = 1e7",
        "[chain]\nextra = 1",
    ],
)
def test_an_editor_marks_what_the_tool_refuses(text: str) -> None:
    given = tomllib.loads(text)
    with pytest.raises(ValidationError):
        GradientSpec.model_validate(given)
    assert list(Draft202012Validator(schema(GradientSpec)).iter_errors(given))


CHECK = Draft202012Validator(schema(GradientSpec))


@given(files_with_odd_values())
@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_an_editor_never_marks_what_the_tool_takes(content: bytes) -> None:
    try:
        given = tomllib.loads(content.decode())
        GradientSpec.model_validate(given)
    except ValueError:  # of which TOML's and pydantic's errors are kinds
        return
    assert not list(CHECK.iter_errors(given))


class _Page(HTMLParser):
    """What a page loads, and its headings."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.ids: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids.add(str(given.get("id")))
        if tag in {"script", "img", "iframe", "source", "video"} and given.get("src"):
            self.loads.append(str(given["src"]))
        if tag == "link" and given.get("rel") in {"stylesheet", "preload", "icon"}:
            self.loads.append(str(given["href"]))


@pytest.mark.slow
def test_the_pages_build_and_load_nothing_from_elsewhere(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    pages = {
        page.relative_to(tmp_path).as_posix(): _Page(page) for page in tmp_path.rglob("*.html")
    }
    written = {
        path.relative_to(ROOT / "docs").with_suffix(".html").as_posix()
        for path in (ROOT / "docs").rglob("*.md")
    }
    assert {"index.html", "gallery.html", "lecture-file.html", "commands.html"} <= written
    assert written <= set(pages)
    for name, page in pages.items():
        for address in page.loads:
            assert not re.match(r"(https?:)?//", address), (name, address)
            # Only the page for what is not found names its files from the root.
            above = tmp_path if address.startswith("/") else (tmp_path / name).parent
            assert (above / address.lstrip("/").partition("?")[0]).resolve().is_file()
    gallery = (tmp_path / "gallery.html").read_text(encoding="utf-8")
    for entry in LECTURE.scenes:
        assert f"media/gallery/{entry.stem}.png" in pages["gallery.html"].loads
        assert f"<strong>{entry.name}</strong>" in gallery
    assert "media/gallery/backward_pass.webp" in pages["index.html"].loads
    assert "concepts.svg" in pages["concepts.html"].loads
    assert (tmp_path / "examples" / "halves.py").is_file()
    assert {"lecture-render", "lecture-doctor", "lecture-new"} <= pages["commands.html"].ids
    assert "mathcore.Chain.backward" in pages["reference/mathcore.html"].ids
    assert "lecture.kit.lecture_scene.LectureScene.say" in pages["reference/scenes.html"].ids
    assert "lecture.config.user_scenes.find_scenes" in pages["reference/lecture.html"].ids
