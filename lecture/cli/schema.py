"""The command ``lecture schema``."""

from __future__ import annotations

import json

import click

from lecture.cli.options import bad_input, lecture_option
from lecture.config.discovery import find_lecture
from lecture.config.reference import schema as json_schema

__all__ = ["schema"]


@click.command()
@lecture_option
def schema(lecture_name: str | None) -> None:
    """Print the JSON Schema of lecture.toml, for editors that complete and check."""
    with bad_input():
        model = find_lecture(lecture_name).lecture.spec_model
    click.echo(json.dumps(json_schema(model), ensure_ascii=False, indent=2))
