"""`make PYTHON=...` sets the environment up with that Python, or says why not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAKE = shutil.which("make") or "make"


def script(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{content}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose environment is up to date and has the Python of the tests."""
    shutil.copy2(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    for name in ("mathcore", "scenes", "lecture", "tests"):
        (tmp_path / name).mkdir()
    for name in ("requirements.lock", "pyproject.toml", ".make/system"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    script(tmp_path / ".venv/bin/python", f'exec "{sys.executable}" "$@"')
    (tmp_path / ".venv/.ready").touch()
    return tmp_path


def make(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Not as part of the make that may run these tests.
    outer = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHON"}
    return subprocess.run(
        [MAKE, *arguments],
        cwd=project,
        env={name: value for name, value in os.environ.items() if name not in outer},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("arguments", [(), (f"PYTHON={sys.executable}",)])
def test_an_environment_of_the_same_python_stays(project: Path, arguments: tuple[str]) -> None:
    assert make(project, "--question", "setup", *arguments).returncode == 0
    (project / "requirements.lock").write_text("changed", encoding="utf-8")
    dry_run = make(project, "--dry-run", "setup", *arguments).stdout
    assert "-m venv" in dry_run
    assert "--clear" not in dry_run


def test_an_environment_of_another_python_is_made_anew(project: Path) -> None:
    other = script(project / "other pythons" / "python", "echo 3.99.0")
    assert "-m venv --clear .venv" in make(project, "-n", "setup", f"PYTHON={other}").stdout


def test_a_broken_environment_is_made_anew(project: Path) -> None:
    script(project / ".venv/bin/python", "exit 127")
    assert "-m venv --clear .venv" in make(project, "-n", "setup").stdout


def test_a_python_in_a_folder_with_a_space_is_found(project: Path) -> None:
    other = script(project / "other pythons" / "python", f'exec "{sys.executable}" "$@"')
    found = subprocess.run(
        [project / "tools/find-python"],
        env={"PYTHON": str(other)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == f"{other}\n"


@pytest.mark.parametrize("content", [None, "exit 1"], ids=["missing", "too old"])
def test_a_python_that_cannot_be_used_is_refused_in_one_line(
    project: Path, content: str | None
) -> None:
    python = project / "python3"
    if content is not None:
        script(python, content)
    done = make(project, "setup", f"PYTHON={python}")
    message, made = done.stderr.splitlines()
    assert message == (
        f"PYTHON={python}: not found, or older than Python 3.11. "
        "Give another, such as PYTHON=python3.13."
    )
    assert made.startswith("make: ***")
    assert done.returncode == 2
    assert (project / ".venv/.ready").exists()


@pytest.mark.xdist_group("groups")
def test_the_tests_of_a_group_run_in_one_process(request: pytest.FixtureRequest) -> None:
    """`make test` groups tests that share renders; xdist does so by a suffix of their names."""
    in_groups = bool(getattr(request.config.option, "loadgroup", False))
    assert request.node.nodeid.endswith("@groups") == in_groups
