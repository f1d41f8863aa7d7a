"""Ctrl-C at any moment ends a command with 130 and a line, or none."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result

from lecture.cli import runner
from tests.waiting import LONG

Run = Callable[..., Result]


def test_ctrl_c_during_the_very_first_import_is_no_traceback(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    (tmp_path / "signal.py").write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    path = f"{tmp_path}{os.pathsep}{environment['PYTHONPATH']}"
    ended = subprocess.run(
        [sys.executable, "-c", "from lecture.__main__ import main; main()"],
        env={**environment, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (130, "")


@pytest.mark.parametrize("moment", ["before", "after"])
def test_ctrl_c_beside_the_command_itself_is_130(
    run: Run, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Click would call it an abortion and end with 1."""
    signals = runner._signals

    @contextmanager
    def interrupted() -> Iterator[None]:
        with signals():
            if moment == "before":
                raise KeyboardInterrupt
            yield
            raise KeyboardInterrupt

    monkeypatch.setattr(runner, "_signals", interrupted)
    result = run("list", "--names")
    assert result.exit_code == 130
    assert result.stderr.splitlines()[-1] == "stopped"
