"""The command ``lecture schema``."""

from __future__ import annotations

from lecture.cli.options import lecture_option
from lecture.cli.runner import command, print_json
from lecture.config.discovery import find_lecture
from lecture.config.reference import schema as json_schema

__all__ = ["schema"]


@command()
@lecture_option
def schema(lecture_name: str | None) -> None:
    """Print the JSON Schema of lecture.toml, for editors that complete and check."""
    print_json(json_schema(find_lecture(lecture_name).lecture.spec_model))
