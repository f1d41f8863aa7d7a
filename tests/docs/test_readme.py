"""The README's commands do what it says: each is run, or at least understood by what it calls."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from lecture.cli.main import cli
from scenes import LECTURE
from scenes.spec import GradientSpec

MAKE = shutil.which("make") or "make"
ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


COMMANDS = [
    line.partition("#")[0].strip()
    for block in blocks("sh")
    for line in block.splitlines()
    if line.partition("#")[0].strip()
]
# Quick enough to be run for real, with what each leaves behind, in a folder of its own.
RUN: dict[str, list[str]] = {
    "lecture doctor": [],
    "lecture list --names": [],
    "lecture new steep.toml --template exploding": ["steep.toml"],
    "lecture show --spec steep.toml": ["steep.toml"],
    "lecture schema > lecture.schema.json": ["lecture.schema.json", "steep.toml"],
}
# Drawing takes too long for every one of them; this one stands for all, in the smallest quality.
DRAWN = "lecture render -q l --spec steep.toml --scenes BackwardPass"


def in_gallery() -> list[str]:
    return re.findall(r"\| `(manim [^`]*)` \|", README)


def words(command: str) -> list[str]:
    return shlex.split(command.partition(">")[0])


def understood(command: str) -> bool:
    name, *arguments = words(command)[1:]
    context = click.Context(cli, info_name="lecture")
    found = cli.get_command(context, name)
    if found is None:
        return False
    try:
        found.make_context(name, arguments, parent=context)
    except click.NoSuchOption:
        return False
    return True


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("lecture ")])
def test_each_command_of_lecture_understands_its_options(command: str) -> None:
    assert understood(command)


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("make")])
def test_each_target_of_make_is_there(command: str) -> None:
    planned = subprocess.run(
        [MAKE, "--dry-run", "--always-make", *words(command)[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert planned.returncode == 0, planned.stderr
    assert planned.stdout


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("dask ")])
def test_each_command_of_dask_knows_its_options(command: str, tmp_path: Path) -> None:
    ended = run(f"dask {words(command)[1]} --help", tmp_path)
    assert ended.returncode == 0, ended.stderr
    for option in [word for word in words(command) if word.startswith("--")]:
        assert option in ended.stdout


def test_every_command_is_looked_at() -> None:
    known = ("lecture ", "make ", "manim ", "dask ", ". .venv/bin/activate", "python benchmarks/")
    assert COMMANDS
    assert [command for command in COMMANDS if not command.startswith(known)] == []
    assert set(RUN) | {DRAWN} <= set(COMMANDS)


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("manim ")] + in_gallery())
def test_each_scene_that_manim_is_to_preview_is_there(command: str) -> None:
    _, options, file, name = words(command)
    assert options == "-pql"
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def test_the_gallery_has_each_scene_with_its_picture_and_command() -> None:
    rows = re.findall(
        r"^\| !\[(.+)\]\((\S+)\) \| (\w+) \| .+ \| `manim .* (\w+)` \|$", README, re.MULTILINE
    )
    assert [row[2] for row in rows] == [row[3] for row in rows] == [e.name for e in LECTURE.scenes]
    for alternative, picture, *_ in rows:
        assert alternative
        assert (ROOT / picture).is_file()


@pytest.mark.parametrize("target", re.findall(r"\]\((?!https?:)([^)#]+)\)", README))
def test_each_link_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists()


@pytest.mark.parametrize("command", re.findall(r"`python (\S+\.py)`", README))
def test_each_benchmark_is_there(command: str) -> None:
    assert (ROOT / command).is_file()


def test_the_lecture_files_it_shows_are_right() -> None:
    assert blocks("toml")
    for text in blocks("toml"):
        GradientSpec.model_validate(tomllib.loads(text))


def test_the_code_it_shows_runs() -> None:
    for code in blocks("python"):
        exec(compile(code, "README.md", "exec"), {})  # noqa: S102


def test_the_mistakes_it_shows_are_said_so(tmp_path: Path) -> None:
    (example,) = [block for block in blocks("text") if "lecture.toml:9:" in block]
    text = (
        "\n" * 7 + '[chain]\nactivation = "sigmoidd"\n\nweights = [1, 2, 3]\nbiases = [0.1, 0.2]\n'
    )
    (tmp_path / "lecture.toml").write_text(text, encoding="utf-8")
    ended = run("lecture show", tmp_path)
    assert ended.returncode == 2
    assert ended.stderr == example


def run(command: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    programs = str(Path(sys.executable).parent)
    return subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", **more},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_quick_ones_are_run_word_by_word(tmp_path: Path) -> None:
    for command in [command for command in COMMANDS if command in RUN]:
        ended = run(command, tmp_path)
        assert ended.returncode == 0, (command, ended.stderr)
        assert sorted(path.name for path in tmp_path.iterdir()) == RUN[command], command


@pytest.mark.slow
def test_the_one_that_stands_for_all_draws_a_film(tmp_path: Path) -> None:
    assert run("lecture new steep.toml --template exploding", tmp_path).returncode == 0
    ended = run(f"{DRAWN} --fps 2", tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("media/lecture.mp4  ")
    assert (tmp_path / "media" / "lecture.mp4").stat().st_size > 10_000
