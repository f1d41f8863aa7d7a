"""Parts of the pages that are taken from the code when the pages are built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

from lecture.cli.main import cli
from scenes import LECTURE

ROOT = Path(__file__).parent.parent
GALLERY = "media/gallery"


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Fill in the marks that pages have for generated text."""
    filled = markdown
    for mark, write in (("gallery", gallery), ("commands", commands), ("example", example)):
        sign = f"<!-- {mark} -->"
        if sign in filled:
            filled = filled.replace(sign, write())
    return filled


def on_files(files: Any, config: Any) -> Any:
    """Let pages show the pictures of the gallery, which lie outside their folder."""
    from mkdocs.structure.files import File  # noqa: PLC0415

    for picture in sorted((ROOT / GALLERY).glob("*.*")):
        place = f"{GALLERY}/{picture.name}"
        files.append(File.generated(config, place, abs_src_path=str(picture)))
    return files


def gallery() -> str:
    """Show each scene with its picture and its command."""
    parts = []
    for entry in LECTURE.scenes:
        picture = f"{GALLERY}/{entry.stem}.png"
        shown = f"![{entry.title}]({picture})\n\n" if (ROOT / picture).is_file() else ""
        source = entry.module.replace(".", "/") + ".py"
        parts.append(
            f"## {entry.name}\n\n{entry.title}.\n\n{shown}"
            f"```sh\nlecture render -q l --scenes {entry.name}\n"
            f"manim -pql {source} {entry.name}\n```\n"
        )
    return "\n".join(parts)


def commands() -> str:
    """Print the help of each command."""
    parts = []
    for name in cli.list_commands(click.Context(cli)):
        ran = CliRunner().invoke(
            cli, [name, "--help"], prog_name="lecture", max_content_width=88, catch_exceptions=False
        )
        parts.append(f"## lecture {name}\n\n```text\n{ran.output}```\n")
    return "\n".join(parts)


def example() -> str:
    """Show the worked example."""
    return f"```python\n{(ROOT / 'examples/halves.py').read_text(encoding='utf-8')}```"
