"""The command line: what it prints, and what it ends with."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import av
import click
import pptx
import pytest
from click.testing import CliRunner, Result

from lecture.cli.main import cli
from lecture.config.contract import SceneEntry
from scenes import LECTURE

Python = Callable[..., subprocess.CompletedProcess[str]]
Small = Callable[[str], SceneEntry]
OnlyScenes = Callable[..., None]


@pytest.fixture
def lecture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli, arguments)


def test_list_names_every_scene(lecture: Callable[..., Result]) -> None:
    result = lecture("list", "--names")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == [
        entry.name for entry in LECTURE.scenes
    ]


def test_help_lists_the_commands_with_their_own_first_sentences(
    lecture: Callable[..., Result],
) -> None:
    words = " ".join(lecture("--help").output.split())
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        assert f" {name} {command.get_short_help_str(limit=1000)}" in words


def test_help_names_the_qualities_of_manim(lecture: Callable[..., Result]) -> None:
    words = " ".join(lecture("render", "--help").output.split())
    assert "l 854x480, 15 frames/s, m 1280x720, 30 frames/s, h 1920x1080, 60 frames/s" in words


def test_render_ends_with_where_the_video_is(
    lecture: Callable[..., Result], small: Small, only_scenes: OnlyScenes
) -> None:
    only_scenes(small("Still"), small("TwoMoves"))
    Path("my.toml").write_text('title = "My title"\n', encoding="utf-8")
    result = lecture(
        "render", "-q", "l", "--fps", "4", "--scenes", "Still", "--spec", "my.toml",
        "--output", "out/a.mp4", "--no-voice",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert result.stdout == "out/a.mp4  0.5 s, 854x480, 4 frames/s\n"
    assert "1/1 Still" in result.stderr
    with av.open("out/a.mp4") as video:
        assert video.metadata["title"] == "My title"


def test_a_lecture_without_a_voice_says_why(
    lecture: Callable[..., Result], small: Small, only_scenes: OnlyScenes
) -> None:
    only_scenes(small("Still"))
    arguments = ("render", "-q", "l", "--fps", "4", "--language", "de", "--output", "a.mp4")
    result = lecture(*arguments)
    assert result.exit_code == 0, result.output
    origin, notice, *_ = result.stderr.splitlines()
    assert origin.startswith("lecture: ")
    assert notice == (
        "silent: the voice hibari speaks only English, and the lecture is in 'de'; "
        "for speech, choose --voice service:NAME or --voice recorded"
    )
    assert "silent" not in lecture(*arguments, "--no-voice").stderr


def test_a_portrait_lecture_is_rendered_in_portrait(
    lecture: Callable[..., Result], small: Small, only_scenes: OnlyScenes
) -> None:
    still, moves = small("Still"), small("TwoMoves")
    both = replace(still, aspects=("16:9", "9:16"))
    only_scenes(both, moves)
    Path("lecture.toml").write_text('aspect = "9:16"\n', encoding="utf-8")
    result = lecture("render", "-q", "l", "--fps", "4", "--no-voice", "--output", "a.mp4")
    assert result.exit_code == 0, result.output
    assert result.stdout == "a.mp4  0.5 s, 480x854, 4 frames/s\n"
    with av.open("a.mp4") as video:
        assert (video.streams.video[0].width, video.streams.video[0].height) == (480, 854)
    refused = lecture("render", "--scenes", "TwoMoves")
    assert refused.exit_code == 2
    assert '"TwoMoves" was given with aspect "9:16"' in refused.stderr
    assert refused.stderr.endswith("allowed: Still\n")


def test_a_scene_that_fails_ends_with_1(
    lecture: Callable[..., Result], small: Small, only_scenes: OnlyScenes
) -> None:
    only_scenes(small("Raises"))
    result = lecture("render", "-q", "l", "--fps", "4", "--no-voice")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert (
        "Raises, beat whole, animation 1 failed: ZeroDivisionError: an error in the scene ("
        in result.stderr
    )
    assert not Path("media/lecture.mp4").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--spec", "missing.toml"], "missing.toml: no such file\n"),
        (["--spec", "."], ".: a folder was given; allowed: a TOML file, such as lecture.toml\n"),
        (["--scenes", "Nowhere"], '--scenes: scenes (number 1): there is no scene "Nowhere"'),
        (
            ["--scenes", "BackwardPass", "--scenes", "Nowhere"],
            '--scenes: scenes (number 2): there is no scene "Nowhere"',
        ),
        (["--scenes", ""], '--scenes: scenes (number 1): there is no scene ""'),
        (["--scenes", "BackwardPass,BackwardPass"], "was given before; allowed: each scene once"),
        (["--output", "video.avi"], "--output: video.avi was given; allowed: a name that ends"),
        (["--output", "folder.mp4"], "--output: folder.mp4 is a folder; allowed: the name of a"),
        (
            ["--workers", "0"],
            '--workers: "0" was given; allowed: a whole number from 1 to 256 (proc',
        ),
        (["--workers", "x"], '--workers: "x" was given; allowed: a whole number'),
        (["--scheduler", "nonsense"], "--scheduler: nonsense was given; allowed: the address of a"),
        (["--output", "a_file/b.mp4"], "--output: a_file cannot be created: File exists"),
        (["--quality", "x"], "'x' is not one of 'l', 'm', 'h', 'p', 'k'"),
        (["--fps", "0"], "0 is not in the range 1<=x<=120"),
    ],
)
def test_bad_input_ends_with_2_and_gives_a_hint(
    lecture: Callable[..., Result], arguments: list[str], said: str
) -> None:
    Path("folder.mp4").mkdir()
    Path("a_file").touch()
    result = lecture("render", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in result.stderr


def test_all_issues_of_the_active_file_are_printed(lecture: Callable[..., Result]) -> None:
    Path("lecture.toml").write_text('theme = "dim"\n[chain]\ninput = nan\n', encoding="utf-8")
    result = lecture("render")
    assert result.exit_code == 2
    assert [line.split(": ")[0] for line in result.stderr.splitlines()] == [
        "lecture.toml:1",
        "lecture.toml:3",
    ]


@pytest.mark.parametrize("command", ["render", "stills", "handout", "clips", "slides", "site"])
def test_a_brand_that_does_not_fit_ends_with_2_before_the_work(
    lecture: Callable[..., Result], command: str
) -> None:
    template = Path(pptx.__file__).parent / "templates" / "default.pptx"
    result = lecture(command, "--brand", str(template))
    assert result.exit_code == 2
    assert f"--brand: {template}: accent1: " in result.stderr
    assert not [path for path in Path().rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "spec",
    ['[chain]\nactivation = "sigmoidd"\n', "[chain]\nweights = [1, 2, 3]\nbiases = [1, 2]\n"],
)
def test_the_real_command_ends_bad_input_without_a_traceback(
    python: Python, tmp_path: Path, spec: str
) -> None:
    (tmp_path / "bad.toml").write_text(spec, encoding="utf-8")
    ended = python("-m", "lecture", "render", "--spec", "bad.toml")
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stderr.startswith("bad.toml:")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.toml"]


def test_the_real_command_ends_a_failed_run_without_a_traceback(
    python: Python, small: Small
) -> None:
    file = str(small("Raises").file)
    ended = python(
        "-m", "lecture", "render", "-q", "l", "--no-voice", "--with", file, "--scenes", "Raises"
    )
    assert ended.returncode == 1
    assert "Raises, beat whole, animation 1 failed: ZeroDivisionError" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_ctrl_c_ends_it_without_a_traceback_from_the_first_import_on(
    environment: Mapping[str, str],
) -> None:
    """The interpreter prints each module that it imports, the first of ours before all others."""
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "lecture", "list", "--names"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stderr is not None
        began = next(line for line in running.stderr if line.endswith(" lecture.cli\n"))
        running.send_signal(signal.SIGINT)
        said = began + running.stderr.read()
        assert running.wait(60) == 130
    assert "lecture.cli.main" not in said
    assert "Traceback" not in said
