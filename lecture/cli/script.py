"""The command ``lecture script``: the lines to record and the names of their files."""

from __future__ import annotations

import csv
import io
import textwrap
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lecture.cli.options import (
    PathOption,
    check_output_file,
    language_option,
    lecture_option,
    read_lecture,
    scenes_option,
    spec_option,
    with_option,
)
from lecture.cli.rendering import dry_run
from lecture.cli.request import RenderRequest
from lecture.cli.runner import command
from lecture.cli.terminal import counted
from lecture.files import atomic_write
from lecture.output.video.transcript import as_text
from lecture.voice.recordings import recording_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lecture.config.words import LanguageCode
    from lecture.timeline import Line, SceneTimeline

__all__ = ["ScriptFormat", "script", "write_script"]


_WIDTH = 88


class ScriptFormat(Enum):
    """Formats of a script."""

    text = "text"
    csv = "csv"
    markdown = "markdown"


def write_script(records: Sequence[SceneTimeline], form: ScriptFormat) -> str:
    """Return the script of some scenes as plain text, CSV or Markdown."""
    return {
        ScriptFormat.text: _text,
        ScriptFormat.csv: _csv,
        ScriptFormat.markdown: _markdown,
    }[form](records)


def _file(record: SceneTimeline, line: Line) -> str:
    return f"{recording_name(record.name, line.beat, line.key)}.wav"


def _text(records: Sequence[SceneTimeline]) -> str:
    blocks = []
    for record in records:
        blocks.append(f"{record.title}\n{'=' * len(record.title)}")
        for line in record.lines:
            said = textwrap.fill(
                line.spoken, _WIDTH, initial_indent="    ", subsequent_indent="    "
            )
            blocks.append(f"{_file(record, line)}\n{said}")
    return "\n\n".join(blocks) + "\n"


def _csv(records: Sequence[SceneTimeline]) -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["file", "scene", "beat", "line", "say", "caption"])
    for record in records:
        for line in record.lines:
            names = (record.name, line.beat, line.key)
            writer.writerow([_file(record, line), *names, line.spoken, line.caption])
    return table.getvalue()


def _markdown(records: Sequence[SceneTimeline]) -> str:
    blocks = ["# Script"]
    for record in records:
        blocks.append(f"## {as_text(record.title)}")
        blocks += [f"`{_file(record, line)}`\n: {as_text(line.spoken)}" for line in record.lines]
    return "\n\n".join(blocks) + "\n"


@command()
@lecture_option
@spec_option
@scenes_option
@with_option
@language_option
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in ScriptFormat]),
    default=ScriptFormat.text.value,
    show_default=True,
    help="The format of the script.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=PathOption(dir_okay=False),
    help="Write to this file instead of standard output.",
)
def script(
    lecture_name: str | None,
    spec_file: Path | None,
    chosen: str | None,
    with_files: tuple[Path, ...],
    language: LanguageCode | None,
    form: str,
    output: Path | None,
) -> None:
    """Print the lines to record, each with the name of its recording.

    Put the recordings in one folder and render with --voice recorded --recordings FOLDER.
    """
    inputs = read_lecture(spec_file, chosen, with_files, language, lecture_name)
    if output is not None:
        check_output_file(output)
    records = dry_run(RenderRequest.silent(inputs))
    text = write_script(records, ScriptFormat(form))
    if output is None:
        click.echo(text, nl=False)
        return
    with atomic_write(output) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"{output}  {counted(sum(len(record.lines) for record in records), 'line')}")
