"""Thousands of files, from nonsense to nearly right: each gives a plan or a clear error."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from fuzz_check import check_file
from fuzz_strategies import bytes_of_any_kind, files_with_odd_values, torn_files
from hypothesis import HealthCheck, event, given, settings

from lecture.cli.main import cli

LONG = os.environ.get("FUZZ_CASES")
MANY = settings(
    max_examples=int(LONG or 800),
    deadline=None,
    derandomize=LONG is None,  # the same files everywhere; a long run takes others
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Name a file in a folder of its own, and see that nothing else came to be around it."""
    inner = tmp_path / "inner"
    inner.mkdir()
    monkeypatch.chdir(inner)
    yield Path("lecture.toml")
    assert [path.name for path in inner.iterdir()] == ["lecture.toml"]
    assert [path.name for path in tmp_path.iterdir()] == ["inner"]


def try_one(file: Path, content: bytes) -> None:
    """Read a file in this process, then by the command, and see that both say the same."""
    file.write_bytes(content)
    outcome = check_file(file)
    event(outcome)
    ended = CliRunner().invoke(cli, ["show", "--json"])
    assert ended.exception is None or isinstance(ended.exception, SystemExit)
    assert ended.exit_code == (0 if outcome == "plan" else 2)
    assert "Traceback" not in ended.output
    if outcome == "plan":
        assert json.loads(ended.stdout)["rows"]
    else:
        assert ended.stdout == ""
        said = ended.stderr.splitlines()
        assert said
        assert all(line.startswith("lecture.toml") for line in said)


@given(content=bytes_of_any_kind)
@MANY
def test_bytes_of_any_kind(file: Path, content: bytes) -> None:
    try_one(file, content)


@given(content=files_with_odd_values())
@MANY
def test_fields_with_odd_values(file: Path, content: bytes) -> None:
    try_one(file, content)


@given(content=torn_files())
@MANY
def test_good_files_torn(file: Path, content: bytes) -> None:
    try_one(file, content)
