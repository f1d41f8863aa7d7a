"""``~`` is the home folder in every path of an option or of an environment variable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from lecture.cli.main import cli
from lecture.cli.options import PathOption

SCENE = """
from manim import *

class Mine(Scene):
    "My scene."
    def construct(self):
        self.wait(0.2)
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder, besides the folder that commands run in."""
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(work)
    return home


@pytest.fixture
def run(home: Path) -> Callable[..., Result]:
    """Run a command, and assert that it succeeds and makes no folder called ``~``."""

    def invoke(*arguments: str) -> Result:
        result = CliRunner().invoke(cli, arguments)
        assert result.exit_code == 0, result.output
        assert [path for path in home.parent.iterdir() if any(path.iterdir())] == [home]
        return result

    return invoke


def test_every_path_on_the_command_line_may_begin_with_the_home_folder() -> None:
    context = click.Context(cli)
    commands = [cli.get_command(context, name) for name in cli.list_commands(context)]
    paths = [
        parameter
        for command in commands
        if command is not None
        for parameter in command.params
        if isinstance(parameter.type, click.Path)
    ]
    assert len(paths) > 10
    assert {type(parameter.type) for parameter in paths} == {PathOption}


def test_files_options_and_variables_are_below_the_home_folder(
    home: Path, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "mine.py").write_text(SCENE)
    run("new", "~/made.toml")
    assert (home / "made.toml").is_file()
    monkeypatch.setenv("LECTURE_CACHE", "~/cache")
    run(
        "render", "-q", "l", "--no-voice", "--spec=~/made.toml", "--with=~/mine.py",
        "--scenes=Mine", "--output=~/videos/o.mp4",
    )  # fmt: skip
    assert (home / "videos/o.mp4").is_file()
    assert (home / "cache/segments").is_dir()


def test_a_lecture_is_found_below_the_home_folder(
    home: Path, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(home)
    package = home / "lecture_at_home"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from lecture.config.contract import Lecture, SceneEntry\n"
        "LECTURE = Lecture(package=__name__, scenes=(SceneEntry('Dots', 'x.dots', 'Dots'),))\n"
    )
    assert run("list", "--names", "--lecture=~/lecture_at_home").stdout == "Dots  Dots\n"


def test_an_invalid_file_of_the_variable_is_below_the_home_folder(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "wrong.toml").write_text("tilte = 1\n")
    monkeypatch.setenv("LECTURE_SPEC", "~/wrong.toml")
    result = CliRunner().invoke(cli, ["show"])
    assert result.exit_code == 2
    assert f"{home}/wrong.toml" in result.output
