"""``lecture doctor``: what it finds on a machine, whole or not, and what it ends with."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from importlib import util
from pathlib import Path

import av
import pytest
import typst
from click.testing import Result

from lecture.cli import doctor
from lecture.cli.doctor import Finding

Run = Callable[..., Result]


def test_this_machine_can_render(run: Run) -> None:
    result = run("doctor", "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert report["fit"] is True
    states = {finding["name"]: finding["state"] for finding in report["findings"]}
    needed = {"python", "manim", "typst", "fonts", "codecs", "folder"}
    assert {name for name in needed if states[name] == "ok"} == needed
    assert {"disk", "cores", "clips", "voice", "slides", "cluster", "chromium"} <= set(states)
    assert not list(Path().iterdir())


def test_a_missing_piece_is_printed_with_a_hint(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = (
        Finding("manim", "missing", "cannot be imported", "pip install manim"),
        Finding("voice", "optional", "not installed", "pip install it"),
        Finding("cores", "ok", "2"),
    )
    monkeypatch.setattr(doctor, "examine", lambda _: found)
    result = run("doctor")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "!!  manim     cannot be imported"
    assert lines[1].strip() == "pip install manim"
    assert lines[-1] == "Fix the checks marked !! first."
    monkeypatch.setattr(doctor, "examine", lambda _: found[1:])
    assert run("doctor").exit_code == 0


def test_a_broken_manim_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "manim.py").write_text("raise OSError('no libpango')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    finding = doctor._manim()
    assert finding.state == "missing"
    assert finding.what == "cannot be imported: OSError: no libpango"
    assert "libpango1.0-dev" in finding.hint
    (tmp_path / "manim.py").write_text("__version__ = '0.18.0'", encoding="utf-8")
    assert doctor._manim().what == "version 0.18.0; needed: 0.22"


def test_a_further_package_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hibari.py").write_text("raise ImportError('gone')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    finding = doctor._package("voice", ("hibari",), "a voice")
    assert (finding.state, finding.what) == ("optional", "ImportError: gone")
    assert finding.hint == "pip install 'unstable-gradients[voice]', for a voice"
    # Rendering takes this voice by default, and would fail.
    broken = doctor._voice()
    assert (broken.state, broken.what) == ("missing", "cannot be imported: ImportError: gone")


def test_the_voice_that_is_not_installed_is_checked_as_rendering_does(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == "hibari" else find(name))
    finding = doctor._voice()
    assert finding.state == "optional"
    assert finding.what == "the voice hibari is not installed, so lectures are silent"
    assert finding.hint.endswith("pip install 'unstable-gradients[voice]'")
    monkeypatch.setattr(doctor, "examine", lambda _: (finding,))
    result = run("doctor")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "This machine can render, without speech."


def test_a_typst_that_sets_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typst, "compile", lambda *_, **__: b"<svg/>")
    assert doctor._typst().state == "missing"
    monkeypatch.setattr(doctor, "_FONTS", ("Libertinus Serif", "No Such Font"))
    assert doctor._fonts().what == "Typst has no No Such Font"
    monkeypatch.setitem(sys.modules, "typst", None)
    assert doctor._typst().state == doctor._fonts().state == "missing"


def test_codecs_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor._lacking_codecs(["libx264", "no_such_codec"]) == ["no_such_codec"]
    assert not av.codec.Codec("aac", "w").is_decoder
    finding = doctor._codecs("codecs", ("libx264", "no_such_codec"), "missing", "videos")
    assert (finding.state, finding.what) == ("missing", "no no_such_codec, for videos")
    monkeypatch.setitem(sys.modules, "av.codec", None)
    assert doctor._video_codecs().state == "missing"


def test_a_folder_that_cannot_be_written_to_is_found(tmp_path: Path) -> None:
    assert doctor._writable(tmp_path / "not" / "there").state == "ok"
    if os.geteuid() == 0:  # root may write anywhere, but for what the kernel keeps to itself
        locked = Path("/proc/self/fdinfo")
    else:
        locked = tmp_path / "locked"
        locked.mkdir(mode=0o500)
    finding = doctor._writable(locked)
    assert finding.state == "missing"
    assert finding.what.startswith(f"nothing can be written to {locked}")


@pytest.mark.parametrize(
    ("free", "state"),
    [(0, "missing"), (2**30 - 1, "missing"), (2**30, "optional"), (6 * 2**30, "ok")],
)
def test_space_is_judged(free: int, state: str) -> None:
    finding = doctor._disk(free)
    assert finding.state == state
    assert bool(finding.hint) == (state != "ok")


def test_cores_are_counted() -> None:
    assert doctor._cores(1).state == "optional"
    assert doctor._cores(2).state == "ok"


def test_a_browser_is_looked_for_in_two_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = tmp_path / "chromium"
    browser.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor._chromium() == Finding("chromium", "ok", str(browser))
    browser.unlink()
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert doctor._chromium().state == "optional"
