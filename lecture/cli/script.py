"""The script of a lecture: the lines to record, and the names of their files."""

from __future__ import annotations

import csv
import io
import textwrap
from enum import Enum
from typing import TYPE_CHECKING

from lecture.transcript import as_text
from lecture.voice.recordings import recording_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lecture.records import LineRecord, SceneRecord

__all__ = ["ScriptFormat", "write_script"]

_WIDTH = 88


class ScriptFormat(Enum):
    """What a script can be written as."""

    text = "text"
    csv = "csv"
    markdown = "markdown"


def write_script(records: Sequence[SceneRecord], form: ScriptFormat) -> str:
    """Write what is to be recorded.

    Parameters
    ----------
    records
        The scenes as planned.
    form
        Plain text to read from, CSV (UTF-8) for a table, or Markdown.
    """
    return {
        ScriptFormat.text: _text,
        ScriptFormat.csv: _csv,
        ScriptFormat.markdown: _markdown,
    }[form](records)


def _file(record: SceneRecord, line: LineRecord) -> str:
    return recording_name(record.name, line.beat, line.key)


def _text(records: Sequence[SceneRecord]) -> str:
    blocks = []
    for record in records:
        blocks.append(f"{record.title}\n{'=' * len(record.title)}")
        for line in record.lines:
            said = textwrap.fill(
                line.spoken, _WIDTH, initial_indent="    ", subsequent_indent="    "
            )
            blocks.append(f"{_file(record, line)}\n{said}")
    return "\n\n".join(blocks) + "\n"


def _csv(records: Sequence[SceneRecord]) -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["file", "scene", "beat", "line", "say", "caption"])
    for record in records:
        for line in record.lines:
            place = (record.name, line.beat, line.key)
            writer.writerow([_file(record, line), *place, line.spoken, line.caption])
    return table.getvalue()


def _markdown(records: Sequence[SceneRecord]) -> str:
    blocks = ["# Script"]
    for record in records:
        blocks.append(f"## {as_text(record.title)}")
        blocks += [f"`{_file(record, line)}`\n: {as_text(line.spoken)}" for line in record.lines]
    return "\n\n".join(blocks) + "\n"
