"""The package that is built carries all that its commands need."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("lecture", "mathcore", "scenes")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_every_file_of_the_packages_is_in_it(unpacked: Path) -> None:
    there = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    packed = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*")}
    assert there
    assert there - packed == set()
    assert {path.partition("/")[0] for path in packed} - set(PACKAGES) == {
        path.name for path in unpacked.glob("*.dist-info")
    }


@pytest.mark.parametrize(
    "program",
    [
        ("new", "--chain", "balanced"),
        ("show",),
        ("list", "--names"),
        ("schema",),
        ("stills", "-q", "l", "--scenes", "ForwardPass"),
    ],
)
def test_its_commands_run_far_from_the_repository(
    unpacked: Path, tmp_path: Path, program: tuple[str, ...]
) -> None:
    check = f"import lecture, scenes; assert lecture.__file__.startswith({str(unpacked)!r});"
    ended = subprocess.run(
        [sys.executable, "-c", check + f"from lecture.cli import cli; cli({list(program)!r})"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout
