"""Property tests of lecture files: any content gives a spec or clear issues."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from fuzz_check import check_file
from fuzz_strategies import any_bytes, damaged_files, files_with_odd_values
from hypothesis import HealthCheck, event, given, settings

from lecture.cli.main import cli

LONG = os.environ.get("FUZZ_CASES")
MANY = settings(
    max_examples=int(LONG or 800),
    deadline=None,
    derandomize=LONG is None,  # the same files in each run, except in long runs
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a path in an empty folder; check that the test creates no other files."""
    inner = tmp_path / "inner"
    inner.mkdir()
    monkeypatch.chdir(inner)
    yield Path("lecture.toml")
    assert [path.name for path in inner.iterdir()] == ["lecture.toml"]
    assert [path.name for path in tmp_path.iterdir()] == ["inner"]


def check(file: Path, content: bytes) -> None:
    """Check a file, and that `lecture show` has the same outcome."""
    file.write_bytes(content)
    outcome = check_file(file)
    event(outcome)
    result = CliRunner().invoke(cli, ["show", "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.exit_code == (0 if outcome == "spec" else 2)
    assert "Traceback" not in result.output
    if outcome == "spec":
        assert json.loads(result.stdout)["rows"]
    else:
        assert result.stdout == ""
        lines = result.stderr.splitlines()
        assert lines
        assert all(line.startswith("lecture.toml") for line in lines)


@given(content=any_bytes)
@MANY
def test_any_bytes(file: Path, content: bytes) -> None:
    check(file, content)


@given(content=files_with_odd_values())
@MANY
def test_invalid_values(file: Path, content: bytes) -> None:
    check(file, content)


@given(content=damaged_files())
@MANY
def test_damaged_files(file: Path, content: bytes) -> None:
    check(file, content)
