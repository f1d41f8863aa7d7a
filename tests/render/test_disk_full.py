"""A disk that is full: a clear error, and the last good video as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.render.conftest import SCENES

# A small disk that nobody but this command sees, and that goes when it ends.
SCRIPT = """
set -e
mount -t tmpfs -o size=$SIZE none small
mkdir -p small/cache
[ "$OUTPUT" = other.mp4 ] || printf 'the last good video' > "$OUTPUT"
set +e
"$@" && exit 100
code=$?
cat "$OUTPUT" > was.mp4
ls -A "$(dirname "$OUTPUT")" > beside.txt
exit $code
"""
PRIVATE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "-r", "--mount"]


@pytest.fixture(autouse=True)
def _small_disks_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    tried = subprocess.run(
        [*PRIVATE, "mount", "-t", "tmpfs", "-o", "size=16k", "none", "small"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode:
        pytest.fail(
            "this test makes a small disk that only it sees, which is not permitted here: "
            f"{tried.stderr.strip()}; run it as root or where users may make namespaces"
        )


def render(
    folder: Path, environment: Mapping[str, str], size: str, cache: str, output: str
) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable, "-m", "lecture", "render", "-q", "l", "--fps", "5", "--no-voice",
        "--with", str(SCENES), "--scenes", "FourBeats", "--output", output,
    ]  # fmt: skip
    return subprocess.run(
        [*PRIVATE, "sh", "-c", SCRIPT, "sh", *command],
        cwd=folder,
        env={**environment, "SIZE": size, "LECTURE_CACHE": cache, "OUTPUT": output},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


# So small that there is no room for the log, for the first film, for the last one.
@pytest.mark.parametrize("size", ["12k", "20k", "36k"])
def test_no_room_for_films(tmp_path: Path, environment: Mapping[str, str], size: str) -> None:
    (tmp_path / "other.mp4").write_bytes(b"the last good video")
    ended = render(tmp_path, environment, size, "small/cache", "other.mp4")
    assert ended.returncode == 1, (ended.stdout, ended.stderr)
    assert "No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert (tmp_path / "was.mp4").read_bytes() == b"the last good video"


def test_no_room_for_the_video(tmp_path: Path, environment: Mapping[str, str]) -> None:
    ended = render(tmp_path, environment, "16k", "cache", "small/lecture.mp4")
    assert ended.returncode == 1, (ended.stdout, ended.stderr)
    said = ended.stderr.splitlines()[-1]
    assert "No space left on device" in said
    assert "Traceback" not in ended.stderr
    assert (tmp_path / "was.mp4").read_bytes() == b"the last good video"
    assert (tmp_path / "beside.txt").read_text("utf-8").split() == ["cache", "lecture.mp4"]
