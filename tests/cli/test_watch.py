"""Whole runs of ``lecture watch``."""

from __future__ import annotations

import errno
import os
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import Result

from lecture.palette import THEMES
from tests.conftest import SMALL_SCENES
from tests.waiting import LONG, is_alive, wait_for
from tests.watching import SCENE, Watching, beat_in, edit, watching, write_lecture

Run = Callable[..., Result]

# The tests follow each other in one run of the command.
pytestmark = pytest.mark.xdist_group("watch")

# Centres of the patches of the code, of a label, of the data file and of a caption, and a corner.
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
CODE, WORDS, DATA, CAPTION = (0.219, 0.5), (0.5, 0.5), (0.781, 0.5), (0.781, 0.125)
CORNER = (0.02, 0.02)


@pytest.fixture(scope="module")
def watched(
    tmp_path_factory: pytest.TempPathFactory, environment: Mapping[str, str]
) -> Iterator[Watching]:
    """A run of all scenes of a small lecture, of which the last test is that of Ctrl-C."""
    folder = tmp_path_factory.mktemp("lecture")
    write_lecture(folder)
    with watching(folder, environment, "-q", "l") as run:
        yield run


def line_of(text: str, file: Path) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_each_beat_is_shown(watched: Watching) -> None:
    watched.wait_for_colors("first", {CODE: RED})
    preview = watched.wait_for_colors("second", {CODE: RED, WORDS: RED, DATA: RED})
    assert [beat["name"] for beat in preview["scenes"][0]["beats"]] == ["first", "second"]


def test_an_edit_of_code_draws_the_changed_beat_alone_and_its_clip(watched: Watching) -> None:
    before = watched.wait(lambda preview: not preview["scenes"][0]["drawing"])
    file = watched.folder / "scenes" / "patches.py"
    edit(file, 'self.label("color")', '"#00FF00"')
    preview = watched.wait_for_colors("second", {CODE: RED, WORDS: GREEN, DATA: RED})
    assert beat_in(preview, "first") == beat_in(before, "first")
    clip = watched.wait(lambda preview: (beat_in(preview, "second") or {})["clip"])
    address = f"/media/{(beat_in(clip, 'second') or {})['clip']}"
    answer, video = watched.get(address)
    assert answer.getheader("Content-Type") == "video/mp4"
    assert video[4:8] == b"ftyp"
    answer, part = watched.get(
        f"/media/{(beat_in(clip, 'second') or {})['clip']}", Range="bytes=4-7"
    )
    assert (answer.status, part) == (206, b"ftyp")
    assert answer.getheader("Content-Range") == f"bytes 4-7/{len(video)}"
    edit(file, '"#00FF00"', 'self.label("color")')
    watched.wait_for_colors("second", {WORDS: RED})


def test_an_edit_of_a_duration_draws_the_clip_again(watched: Watching) -> None:
    before = watched.wait(lambda preview: (beat_in(preview, "second") or {})["clip"])
    old = beat_in(before, "second") or {}
    file = watched.folder / "scenes" / "patches.py"
    edit(file, "patch(4, data)), run_time=0.2", "patch(4, data)), run_time=9")
    after = watched.wait(
        lambda preview: (beat_in(preview, "second") or {})["clip"] not in (None, old["clip"])
    )
    new = beat_in(after, "second") or {}
    assert new["still"] == old["still"]
    edit(file, "run_time=9", "run_time=0.2")


def test_an_edit_that_changes_nothing_costs_no_clip(watched: Watching) -> None:
    file = watched.folder / "scenes" / "patches.py"
    edit(file, 'self.label("color")', '"#0000FF"')
    watched.wait_for_colors("second", {CODE: RED, WORDS: BLUE, DATA: RED})
    edit(file, '"#0000FF"', '"#0000FF"  ')  # while its clip is rendered
    preview = watched.wait(lambda preview: (beat_in(preview, "second") or {})["clip"])
    watched.wait(lambda preview: not preview["scenes"][0]["drawing"])
    assert (beat_in(preview, "first") or {})["clip"] is None
    edit(file, '"#0000FF"  ', 'self.label("color")')
    watched.wait_for_colors("second", {WORDS: RED})


def test_an_edit_of_the_words_is_shown(watched: Watching) -> None:
    file = watched.folder / "scenes" / "text" / "en.toml"
    edit(file, 'color = "#FF0000"', 'color = "#0000FF"')
    watched.wait_for_colors("second", {CODE: RED, WORDS: BLUE, CAPTION: RED})
    edit(file, 'caption = "#FF0000"', 'caption = "#00FF00"')
    watched.wait_for_colors("second", {CODE: RED, WORDS: BLUE, CAPTION: GREEN})


def test_an_edit_of_a_data_file_is_shown(watched: Watching) -> None:
    edit(watched.folder / "color.txt", "#FF0000", "#00FF00")
    watched.wait_for_colors("second", {WORDS: BLUE, DATA: GREEN})


def test_an_edit_of_the_lecture_file_is_shown(watched: Watching) -> None:
    edit(watched.folder / "lecture.toml", "dark", "light")
    red, green, blue = bytes.fromhex(THEMES["light"].background[1:])
    watched.wait_for_colors("second", {CORNER: (red, green, blue), WORDS: BLUE, DATA: GREEN})


def test_an_error_is_shown_with_its_line_until_a_good_save(watched: Watching) -> None:
    file = watched.folder / "scenes" / "patches.py"
    edit(file, "def second(self):", "def second(self:")
    syntax = watched.wait(lambda preview: preview["scenes"][0]["error"])
    error = syntax["scenes"][0]["error"]
    assert f"(patches.py, line {line_of('def second', file)})" in error
    assert error.startswith("Patches: SyntaxError")
    assert beat_in(syntax, "second") is not None

    edit(file, "def second(self:", "def second(self):")
    edit(file, 'self.beat("second")', 'self.beat("second"); self.add(missing)')
    failed = watched.wait(lambda preview: "missing" in preview["scenes"][0]["error"])
    line = line_of('self.beat("second")', file)
    assert f"(scenes/patches.py, line {line})" in failed["scenes"][0]["error"]

    edit(file, "self.add(missing)", 'self.add(patch(0, "#00FF00").shift([0, 3, 0]))')
    watched.wait_for_colors("second", {(0.5, 0.125): GREEN, WORDS: BLUE})
    watched.wait(lambda preview: not preview["scenes"][0]["error"])


def test_an_error_of_the_lecture_file_is_shown_until_a_good_save(watched: Watching) -> None:
    file = watched.folder / "lecture.toml"
    edit(file, "theme", "them")
    preview = watched.wait(lambda preview: preview["error"])
    assert preview["error"].startswith(f"{file.name}:1: them: ")
    edit(file, "them ", "theme ")
    watched.wait(lambda preview: not preview["error"])


def test_modules_that_the_command_has_imported_are_imported_again(watched: Watching) -> None:
    package, spec = watched.folder / "scenes" / "__init__.py", watched.folder / "scenes" / "spec.py"
    edit(package, '"Patches")', '"Patches again")')
    watched.wait(lambda preview: preview["scenes"][0]["title"] == "Patches again")

    edit(spec, "    lecture = LECTURE", '    lecture = LECTURE\n    color: str = "#00FF00"')
    scene = watched.folder / "scenes" / "patches.py"
    edit(scene, 'self.label("color")', "self.spec.color")
    watched.wait_for_colors("second", {WORDS: GREEN})
    edit(watched.folder / "lecture.toml", "theme", 'color = "#0000FF"\ntheme')
    watched.wait_for_colors("second", {WORDS: BLUE})

    edit(spec, "    color: str", "    missing()\n    color: str")
    failed = watched.wait(lambda preview: preview["error"])["error"]
    line = line_of("missing()", spec)
    reason = f"NameError: name 'missing' is not defined (scenes/spec.py, line {line})"
    assert failed == f"scenes: spec:PatchesSpec cannot be imported: {reason}"
    edit(spec, "    missing()\n", "")
    watched.wait(lambda preview: not preview["error"])

    edit(package, "scenes=(", "scenes=(]")
    failed = watched.wait(lambda preview: preview["error"])["error"]
    assert f"(__init__.py, line {line_of('scenes=', package)})" in failed
    edit(package, "scenes=(]", "scenes=(")
    preview = watched.wait(lambda preview: not preview["error"])
    assert [one["name"] for one in preview["scenes"]] == ["Patches"]
    edit(scene, "self.spec.color", '"#FF0000"')
    watched.wait_for_colors("second", {WORDS: RED})


def test_pages_of_other_hosts_cannot_read_the_server(watched: Watching) -> None:
    assert watched.get("/")[0].status == 200
    assert watched.get("/", Host="example.org:80")[0].status == 403
    assert watched.get("/media/999999")[0].status == 404
    assert watched.get("/scenes/patches.py")[0].status == 404


def test_ctrl_c_ends_with_130_and_leaves_no_process(watched: Watching) -> None:
    assert watched.interrupt() == 130
    assert watched.errors().splitlines()[-1] == "stopped"


def test_ctrl_c_while_a_scene_is_drawn(tmp_path: Path, environment: Mapping[str, str]) -> None:
    arguments = ("Endless", "--with", SMALL_SCENES)
    with watching(tmp_path, environment, *arguments) as run:
        note = tmp_path / "drawing.pid"
        assert wait_for(lambda: note.exists() and bool(note.read_text(encoding="utf-8")), LONG)
        drawing = int(note.read_text(encoding="utf-8"))
        assert run.interrupt() == 130
        assert not is_alive(drawing)


def test_a_killed_command_leaves_no_process(tmp_path: Path, environment: Mapping[str, str]) -> None:
    with watching(tmp_path, environment, "--with", SMALL_SCENES, "ThreeBeats.first <b>") as run:
        run.wait_for_beat("first <b>", scene="ThreeBeats")
        run.process.send_signal(signal.SIGKILL)
        run.process.wait(LONG)
        run.check_end()


def test_one_beat_of_a_file_is_shown_alone(tmp_path: Path, environment: Mapping[str, str]) -> None:
    file = tmp_path / "patches.py"
    text = SCENE.replace('self.narrate("line")', 'self.say("A line.")')
    text = text.replace('self.words.beats["second"].lines["line"].caption', '"#FF0000"')
    file.write_text(text.replace('self.label("color")', '"#FF0000"'), encoding="utf-8")
    (tmp_path / "color.txt").write_text("#0000FF", encoding="utf-8")
    with watching(tmp_path, environment, "Patches.second", "--with", file) as run:
        preview = run.wait_for_colors("second", {CODE: RED, WORDS: RED, DATA: BLUE})
        assert [beat["index"] for beat in preview["scenes"][0]["beats"]] == [1]
        edit(file, 'patch(-4, "#FF0000")', 'patch(-4, "#00FF00")')
        run.wait_for_colors("second", {CODE: GREEN, WORDS: RED})
        edit(file, '"second"', '"renamed"')
        missing = run.wait(lambda preview: preview["scenes"][0]["error"])["scenes"][0]["error"]
        assert missing.startswith("Patches: there is no beat second any more; there are: ")
        edit(file, "def first(self):", "def first(self:")
        broken = run.wait(lambda preview: preview["error"])["error"]
        line = line_of("def first", file)
        assert broken.startswith(f"--with {file}:{line}: not valid Python")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ForwardPas"], 'there is no scene "ForwardPas"; allowed: '),
        (["ForwardPass.the_chian"], 'there is no beat of ForwardPass "the_chian"; allowed: '),
        (["--with", SMALL_SCENES, "Still.one"], 'there is no beat of Still "one"; allowed: '),
        (["--port", "70000"], "--port: "),
    ],
)
def test_bad_input_is_refused_before_the_work(run: Run, arguments: list[str], message: str) -> None:
    result = run("watch", "--no-open", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr.splitlines()[-1]


def test_a_port_in_use_is_refused(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("watch", "--no-open", "--port", port, "ForwardPass")
    assert result.exit_code == 2
    hint = "leave out --port for a free one"
    reason = os.strerror(errno.EADDRINUSE)
    assert result.stderr.splitlines()[-1] == f"--port: {port} cannot be used: {reason}; {hint}"
