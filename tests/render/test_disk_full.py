"""A disk that is full: a clear error, and the last good video as it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from tests.waiting import LONG

# One process runs the command on all disks.
pytestmark = pytest.mark.xdist_group("small disks")

# Too small for the log, for the first segment, for the last one, for the video.
SEGMENTS = ("log", "first segment", "last segment")
RUNS = {
    "log": ("12k", "small/cache", "other.mp4"),
    "first segment": ("20k", "small/cache", "other.mp4"),
    "last segment": ("36k", "small/cache", "other.mp4"),
    "video": ("16k", "cache", "small/lecture.mp4"),
}
# Disks that only the command sees, and that vanish when it ends.
PRIVATE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "-r", "--mount"]


@pytest.fixture(scope="module")
def ended(
    tmp_path_factory: pytest.TempPathFactory, environment: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """How each run ended."""
    folder = tmp_path_factory.mktemp("disks")
    (folder / "small").mkdir()
    tried = subprocess.run(
        [*PRIVATE, "mount", "-t", "tmpfs", "-o", "size=16k", "none", "small"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode:
        pytest.fail(
            "this test makes a small disk that only it sees, which is not permitted here: "
            f"{tried.stderr.strip()}; run it as root or where users may make namespaces"
        )
    run = subprocess.run(
        [*PRIVATE, sys.executable, "-m", "tests.render.small_disks", json.dumps(RUNS)],
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
    found: dict[str, dict[str, Any]] = json.loads(run.stdout)
    return found


def assert_refused(ended: Mapping[str, Any]) -> None:
    """Check that a run failed with a clear error, and left the last good video."""
    assert ended["exit_code"] == 1, ended
    assert ended["exception"] == "SystemExit(1)"
    assert "No space left on device" in ended["stderr"]
    assert "Traceback" not in ended["stderr"]
    assert ended["video"] == "the last good video"


@pytest.mark.parametrize("name", SEGMENTS)
def test_no_room_for_segments(ended: Mapping[str, Any], name: str) -> None:
    assert_refused(ended[name])


def test_no_room_for_the_video(ended: Mapping[str, Any]) -> None:
    assert_refused(ended["video"])
    assert "No space left on device" in ended["video"]["stderr"].splitlines()[-1]
    assert ended["video"]["beside"] == ["cache", "lecture.mp4"]
