"""The command ``lecture init``."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from lecture.cli.options import PathOption
from lecture.cli.runner import command
from lecture.errors import InputError, RenderError
from lecture.files import atomic_write

__all__ = ["init", "starter_files"]

_SUFFIX = ".template"  # so that tools take the files for no code of the generator


@command()
@click.argument("folder", type=PathOption())
def init(folder: Path) -> None:
    """Write a lecture that renders at once, to start your own from.

    FOLDER gets two short scenes, their words in two languages, tested numbers, lecture.toml, a file
    for CI and a README.md.
    """
    files = starter_files()
    if folder.exists() and not folder.is_dir():
        raise InputError(f"FOLDER: {folder} is a file; allowed: a new or empty folder")
    present = [name for name in files if (folder / name).exists()]
    if present:
        raise InputError(f"FOLDER: {folder} has a file {present[0]}; choose another folder")
    try:
        for name, text in files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(file) as temporary:
                temporary.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RenderError(f"{folder} cannot be written: {error.strerror}") from error
    enter = "" if folder.resolve() == Path.cwd() else f"cd {folder}; "
    click.echo(f"{folder}  {len(files)} files; {enter}lecture render -q l renders the lecture")


def starter_files() -> dict[str, str]:
    """Return the texts of the files of a new lecture by their paths in its folder.

    Examples
    --------
    >>> sorted(starter_files())[-3:]
    ['scenes/text/de.toml', 'scenes/text/en.toml', 'tests/test_lecture.py']
    """
    root = Path(str(resources.files("lecture"))) / "starter"
    return {
        file.relative_to(root).as_posix().removesuffix(_SUFFIX): file.read_text(encoding="utf-8")
        for file in sorted(root.rglob(f"*{_SUFFIX}"))
    }
