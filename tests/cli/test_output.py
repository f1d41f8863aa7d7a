"""An output that cannot be written is refused before the work, with its path."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from lecture.render import session

Run = Callable[..., Result]

COMMANDS = {
    "render": ("--no-voice", "{}/a.mp4"),
    "slides": ("--no-voice", "{}/a.html"),
    "clips": ("--no-voice", "{}/clips"),
    "site": ("--no-voice", "{}/site"),
    "stills": ("--scenes=SigmaPrime", "{}/stills"),
    "handout": ("--scenes=SigmaPrime", "{}/handout.pdf"),
    "script": ("--scenes=SigmaPrime", "{}/script.txt"),
}


@pytest.fixture(autouse=True)
def _no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        session.RenderSession, "locked", lambda *_: pytest.fail("the work has begun")
    )


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """Return a folder in which nothing can be created."""
    if os.geteuid() == 0:  # root may write anywhere, but for what the kernel keeps to itself
        return Path("/proc/self/fdinfo")
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_cannot_be_written(command: str, run: Run, locked: Path) -> None:
    option, output = COMMANDS[command]
    path = output.format(locked)
    result = run(command, option, "--output", path)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"--output: {path} cannot be written: ")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_cannot_be_created(command: str, run: Run) -> None:
    Path("a_file").touch()
    option, output = COMMANDS[command]
    result = run(command, option, "--output", output.format("a_file"))
    assert result.exit_code == 2
    assert result.stderr == "--output: a_file cannot be created: File exists\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_name_that_no_file_system_takes(command: str, run: Run) -> None:
    option, output = COMMANDS[command]
    path = Path(output.format("out"))
    # The name alone is short enough; those of the temporary or further files are not.
    path = path.with_name("x" * (254 - len(path.suffix)) + path.suffix)
    result = run(command, option, "--output", str(path))
    assert result.exit_code == 2
    assert result.stderr.endswith("cannot be written: File name too long\n")
    assert result.stderr.startswith("--output: out/x")


def test_the_files_beside_a_video_are_checked(run: Run) -> None:
    name = "x" * 240
    result = run("render", "--no-voice", "--output", f"{name}.mp4")
    assert result.exit_code == 2
    assert f"--output: {name}." in result.stderr
    assert "cannot be written: File name too long" in result.stderr
    assert not list(Path().iterdir())


def test_a_check_leaves_earlier_files_as_they_are(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    class WorkError(Exception):
        """The work begins."""

    def begin(*_: object) -> None:
        raise WorkError

    monkeypatch.setattr(session.RenderSession, "locked", begin)
    Path("a.mp4").write_text("the last video", encoding="utf-8")
    Path(".a.new.mp4").write_text("what another run writes", encoding="utf-8")
    result = run("render", "--no-voice", "--output", "a.mp4")
    assert isinstance(result.exception, WorkError)
    files = {path.name: path.read_text("utf-8") for path in Path().iterdir()}
    assert files == {"a.mp4": "the last video", ".a.new.mp4": "what another run writes"}
