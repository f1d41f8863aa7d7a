"""Brands of PowerPoint files: the colours of their theme, and files that are none."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pptx
import pytest

from lecture.brand import ACCENT_ROLES, Brand
from lecture.config.brand_file import check_brand, read_brand
from lecture.config.issues import SpecError

TEMPLATE = Path(pptx.__file__).parent / "templates" / "default.pptx"
OFFICE = ("#4F81BD", "#C0504D", "#9BBB59", "#8064A2", "#4BACC6", "#F79646")
MASTER, THEME = "ppt/slideMasters/slideMaster1.xml", "ppt/theme/theme1.xml"


def changed(path: Path, **parts: tuple[str, str]) -> Path:
    """Write the template with replacements in its `master` and its `theme`."""
    names = {MASTER: parts.get("master"), THEME: parts.get("theme")}
    with zipfile.ZipFile(TEMPLATE) as source, zipfile.ZipFile(path, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if replacement := names.get(entry.filename):
                before, after = (text.encode() for text in replacement)
                assert before in content
                content = content.replace(before, after)
            target.writestr(entry, content)
    return path


def test_the_colours_are_those_of_the_theme() -> None:
    assert read_brand(TEMPLATE) == Brand(background="#FFFFFF", ink="#000000", accents=OFFICE)


def test_a_dark_master_swaps_background_and_text(tmp_path: Path) -> None:
    swapped = 'bg1="lt1" tx1="dk1"', 'bg1="dk1" tx1="lt1"'
    brand = read_brand(changed(tmp_path / "dark.potx", master=swapped))
    assert (brand.background, brand.ink) == ("#000000", "#FFFFFF")


def test_colours_that_do_not_fit_are_refused_with_a_table_that_does() -> None:
    with pytest.raises(SpecError) as raised:
        check_brand(read_brand(TEMPLATE), TEMPLATE)
    *lines, last = str(raised.value).splitlines()
    where = f"--brand: {TEMPLATE}: "
    assert lines[0] == (
        f'{where}accent1: "#4F81BD" was given for signal, whose contrast to #FFFFFF is 4.03:1; '
        'allowed: at least 4.5:1, such as "#4678B3"'
    )
    assert all(line.startswith(f"{where}accent") for line in lines)
    hint = (
        "leave out --brand and put the nearest colours that fit into lecture.toml, table [brand]: "
    )
    assert last.startswith(where + hint)
    background, ink, *accents = re.findall("#[0-9A-F]{6}", last)
    assert len(accents) == 6
    check_brand(Brand(background=background, ink=ink, accents=tuple(accents)), TEMPLATE)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda _: None, "does not exist"),
        (lambda path: path.write_text("text"), "is not a file of PowerPoint"),
        (lambda path: path.mkdir(), "cannot be read: Is a directory"),
        (lambda path: zipfile.ZipFile(path, "w").close(), "is not a file of PowerPoint"),
        (
            lambda path: changed(path, theme=('val="4F81BD"', 'val="blue"')),
            "is not a file of PowerPoint",
        ),
        (lambda path: changed(path, theme=("</a:theme>", "")), "is not a file of PowerPoint"),
        (lambda path: changed(path, master=('bg1="lt1"', "")), "is not a file of PowerPoint"),
    ],
    ids=["missing", "text", "folder", "empty", "colour", "xml", "map"],
)
def test_other_files_are_refused(tmp_path: Path, make: object, problem: str) -> None:
    path = tmp_path / "own.potx"
    make(path)  # type: ignore[operator]
    with pytest.raises(SpecError) as raised:
        read_brand(path)
    expected = f"--brand: {path}: {problem}; allowed: a .pptx or .potx file"
    assert str(raised.value) == expected


def test_there_is_a_role_for_each_accent() -> None:
    assert len(ACCENT_ROLES) >= len(OFFICE)
