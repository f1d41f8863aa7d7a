"""The command ``lecture doctor``: check the machine and give a hint for each missing piece."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from rich.console import Console

from lecture.cli.progress import progress_display
from lecture.cli.runner import command, json_option, print_json
from lecture.render.executors import usable_cores
from lecture.voice.choose import SILENT, default_voice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Finding", "doctor", "examine"]


State = Literal["ok", "optional", "missing"]

_FONTS = ("Libertinus Serif", "New Computer Modern", "New Computer Modern Math", "DejaVu Sans Mono")
_LEAST_DISK, _ENOUGH_DISK = 1 << 30, 5 << 30
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "chromium-headless-shell")
_LIBRARIES = (
    "the system's cairo and pango: on Debian apt-get install libcairo2-dev libpango1.0-dev, on "
    "macOS brew install cairo pango"
)
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of a check.

    Parameters
    ----------
    name
        Name of the check.
    state
        ``"ok"``, ``"missing"`` if rendering needs it, or ``"optional"`` if only some command does.
    what
        The result.
    hint
        How to fix it; empty if nothing is missing.
    """

    name: str
    state: State
    what: str
    hint: str = ""


def examine(folder: Path) -> tuple[Finding, ...]:
    """Check this machine, the requirements of rendering first; `folder` is the cache folder."""
    checks: list[Callable[[], Finding]] = [
        _python,
        _manim,
        _typst,
        _fonts,
        _video_codecs,
        lambda: _writable(folder),
        lambda: _disk(shutil.disk_usage(_existing(folder)).free),
        lambda: _cores(usable_cores()),
        _more_codecs,
        _voice,
        lambda: _package("slides", ("manim_slides", "pptx"), "slides"),
        lambda: _package("cluster", ("distributed",), "rendering on several machines"),
        _chromium,
    ]
    with ThreadPoolExecutor() as pool:  # most of the time is spent in other processes
        return tuple(pool.map(lambda check: check(), checks))


def _python() -> Finding:
    """Return the version; pip installs this package on no older one than 3.11."""
    found = "Python " + ".".join(map(str, sys.version_info[:3]))
    return Finding("python", "ok", found)


def _run(program: str) -> tuple[bool, str]:
    """Run Python in another process; return whether it succeeds, and its last line of output."""
    try:
        ended = subprocess.run(  # noqa: S603  (our own programs)
            [sys.executable, "-P", "-W", "ignore", "-c", program],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False, f"no answer in {_SECONDS} s"
    said = (ended.stdout if ended.returncode == 0 else ended.stderr).strip().splitlines()
    return ended.returncode == 0, said[-1] if said else f"it ended with {ended.returncode}"


def _manim() -> Finding:
    works, said = _run("import manim; print(manim.__version__)")
    hint = f"pip install 'manim[typst]>=0.22,<0.23'; where that fails, install {_LIBRARIES}"
    if not works:
        return Finding("manim", "missing", f"cannot be imported: {said}", hint)
    if not said.startswith("0.22."):
        return Finding("manim", "missing", f"version {said}; needed: 0.22", hint)
    return Finding("manim", "ok", f"version {said}")


def _typst() -> Finding:
    hint = "pip install --force-reinstall typst"
    try:
        import typst  # noqa: PLC0415

        drawn = typst.compile(b"$ sigma'(h) $", format="svg")
    except Exception as error:  # noqa: BLE001  (whatever goes wrong is the finding)
        return Finding("typst", "missing", f"sets no formula: {error}", hint)
    if b"<path" not in (drawn or b""):
        return Finding("typst", "missing", "sets a formula without glyphs", hint)
    return Finding("typst", "ok", "sets formulas")


def _fonts() -> Finding:
    hint = "pip install --force-reinstall typst, whose wheel carries them"
    try:
        import typst  # noqa: PLC0415

        there = typst.Fonts(include_system_fonts=False).families()
    except Exception as error:  # noqa: BLE001
        return Finding("fonts", "missing", f"cannot be listed: {error}", hint)
    lacking = [font for font in _FONTS if font not in there]
    if lacking:
        return Finding("fonts", "missing", f"Typst has no {', '.join(lacking)}", hint)
    return Finding("fonts", "ok", ", ".join(_FONTS))


def _lacking_codecs(names: Sequence[str]) -> list[str]:
    from av.codec import Codec  # noqa: PLC0415

    lacking = []
    for name in names:
        try:
            Codec(name, "w")
        except ValueError:  # PyAV's word for a codec that it does not know
            lacking.append(name)
    return lacking


def _codecs(name: str, codecs: Sequence[str], lacking: State, purpose: str) -> Finding:
    hint = "pip install --force-reinstall --only-binary av av, whose wheels carry all codecs"
    try:
        missing = _lacking_codecs(codecs)
    except ImportError as error:
        return Finding(name, lacking, f"PyAV cannot be imported: {error}", hint)
    if missing:
        return Finding(name, lacking, f"no {', '.join(missing)}, for {purpose}", hint)
    return Finding(name, "ok", ", ".join(codecs))


def _video_codecs() -> Finding:
    return _codecs("codecs", ("libx264", "aac", "mov_text"), "missing", "videos with sound")


def _more_codecs() -> Finding:
    return _codecs(
        "clips", ("libvpx-vp9", "prores_ks", "gif"), "optional", "transparent clips and GIF"
    )


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest parent that exists."""
    return next(path for path in (folder, *folder.absolute().parents) if path.is_dir())


def _writable(folder: Path) -> Finding:
    there = _existing(folder)
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        what = f"nothing can be written to {there}: {error.strerror}"
        return Finding("folder", "missing", what, f"chmod u+w {there}, or work in another folder")
    return Finding("folder", "ok", f"the cache is {folder}")


def _disk(free: int) -> Finding:
    found = f"{free / (1 << 30):.1f} GiB free"
    hint = "free some space: a lecture at 1080p takes about 1 GiB while it is rendered"
    if free < _LEAST_DISK:
        return Finding("disk", "missing", found, hint)
    return (
        Finding("disk", "ok", found)
        if free >= _ENOUGH_DISK
        else Finding("disk", "optional", found, hint)
    )


def _cores(count: int) -> Finding:
    if count > 1:
        return Finding("cores", "ok", f"{count}, and as many scenes at a time")
    return Finding("cores", "optional", "1", "rendering is slow; give the machine another core")


def _package(extra: str, modules: Sequence[str], purpose: str) -> Finding:
    works, said = _run(f"import {', '.join(modules)}; print('installed')")
    if works:
        return Finding(extra, "ok", said)
    hint = f"pip install 'unstable-gradients[{extra}]', for {purpose}"
    return Finding(extra, "optional", said, hint)


def _voice() -> Finding:
    """Check the default voice: without it lectures are silent, but a broken one ends a render."""
    voice, notice = default_voice()
    if voice == SILENT:
        problem, _, hint = notice.removeprefix("silent: ").partition("; ")
        return Finding("voice", "optional", f"{problem}, so lectures are silent", hint)
    found = _package("voice", ("hibari",), "a voice")
    if found.state == "ok":
        return found
    return Finding(
        "voice", "missing", f"cannot be imported: {found.what}", f"{found.hint}; or pass --no-voice"
    )


def _chromium() -> Finding:
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found:
        return Finding("chromium", "ok", found)
    works, said = _run(
        "from pathlib import Path; from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: path = Path(p.chromium.executable_path)\n"
        "assert path.exists(), 'no browser'; print(path)"
    )
    if works:
        return Finding("chromium", "ok", said)
    hint = "apt-get install chromium, or playwright install chromium; only for testing pages"
    return Finding("chromium", "optional", "not found", hint)


def _verdict(findings: Sequence[Finding]) -> str:
    states = {finding.name: finding.state for finding in findings}
    if "missing" in states.values():
        return "Fix the checks marked !! first."
    silent = states.get("voice") == "optional"
    return f"This machine can render{', without speech' if silent else ''}."


_SIGNS = {"ok": "ok", "optional": "--", "missing": "!!"}
_COLORS = {"ok": "green", "optional": "yellow", "missing": "red"}


@command()
@json_option
def doctor(as_json: bool) -> None:
    """Check that this machine can render, with a hint for each missing piece.

    The exit code is 0 if it can, and 1 if not.
    """
    from lecture.cli.rendering import cache_folder  # noqa: PLC0415  (--help does not wait)

    with progress_display(Console(stderr=True)) as display:
        display.step("checking this machine", brief=True)
        findings = examine(cache_folder())
    fit = all(finding.state != "missing" for finding in findings)
    if as_json:
        print_json({"fit": fit, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            sign = click.style(_SIGNS[finding.state], fg=_COLORS[finding.state])
            click.echo(f"{sign}  {finding.name:<9} {finding.what}")
            if finding.hint:
                click.echo(f"              {finding.hint}")
        click.echo(_verdict(findings))
    click.get_current_context().exit(0 if fit else 1)
