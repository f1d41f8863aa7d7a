"""Run the commands of docs/session.md and write their output: ``python docs/record_session.py``."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from docs.draw_gallery import ROOT

__all__ = ["PAGE", "masked", "record"]

PAGE = ROOT / "docs" / "session.md"

_COMMAND = re.compile(r"^\$ (.+)\n((?:(?!\$ |```).*\n)*)", re.MULTILINE)
_MEASURED = re.compile(r"\b[\d.]+ ?(s|kB|MB|GB)\b(?: \(\d+:\d\d:\d\d\))?")
# Progress, which a terminal shows only until the command ends.
_PROGRESS = re.compile(r"^(?:\d+/\d+ .+|.+ \.\.\.)\n", re.MULTILINE)


def record(page: str, folder: Path) -> str:
    """Return a page with the commands after ``$`` run in a folder, and their output below them."""

    def run(found: re.Match[str]) -> str:
        nonlocal folder
        program, *arguments = shlex.split(found[1])
        if program == "cd":
            folder /= arguments[0]
            return found[0]
        ended = subprocess.run(  # noqa: S603  (the commands of a page of this project)
            [sys.executable, "-m", program, *arguments],
            cwd=folder,
            # Options of the developer's own, such as --durations, would be seen in the page.
            env={name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        if ended.returncode:
            raise RuntimeError(f"{found[1]}: exit code {ended.returncode}\n{ended.stdout}")
        return f"$ {found[1]}\n{_PROGRESS.sub('', ended.stdout)}"

    return _COMMAND.sub(run, page)


def masked(page: str) -> str:
    """Return a page without times and sizes, which differ between runs.

    Examples
    --------
    >>> masked("5 slides, 0.4 MB; 8 passed in 28.53s; 8 passed in 68.53s (0:01:08)")
    '5 slides, - MB; 8 passed in - s; 8 passed in - s'
    """
    return _MEASURED.sub(r"- \1", page)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        text = record(PAGE.read_text(encoding="utf-8"), Path(name))
    PAGE.write_text(text, encoding="utf-8")
