"""Run the command on disks that are too small, and print how each run ended, as JSON.

Usage: small_disks.py RUNS, with RUNS as JSON: ``{NAME: [SIZE, CACHE, OUTPUT], ...}``. Each run has
a folder of its own, in which ``small`` is a disk of that size; the names of the cache and of the
output are relative to it. This must run where it may mount disks that only it sees. All runs
share one process, and the processes that draw are forked from one that has imported manim.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from lecture.cli.main import cli
from tests.render.conftest import SCENES

COMMAND = [
    "render", "-q", "l", "--fps", "5", "--no-voice", "--with", str(SCENES),
    "--scenes", "FourBeats", "--output",
]  # fmt: skip


def run(folder: Path, size: str, cache: str, output: str) -> dict[str, object]:
    """Run the command where there is a good video of an earlier run."""
    small = folder / "small"
    small.mkdir(parents=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", small],  # noqa: S607
        check=True,
    )
    os.chdir(folder)
    Path("small/cache").mkdir()
    video = Path(output)
    video.write_bytes(b"the last good video")
    ended = CliRunner(env={"LECTURE_CACHE": cache}).invoke(cli, [*COMMAND, output])
    return {
        "exit_code": ended.exit_code,
        "stdout": ended.stdout,
        "stderr": ended.stderr,
        "exception": repr(ended.exception),
        "video": video.read_text("utf-8"),
        "beside": sorted(path.name for path in video.parent.iterdir()),
    }


if __name__ == "__main__":
    here = Path.cwd()
    runs = json.loads(sys.argv[1])
    print(json.dumps({name: run(here / name, *runs[name]) for name in runs}))  # noqa: T201
