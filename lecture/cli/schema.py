"""The command ``lecture schema``."""

from __future__ import annotations

import json

import click

from lecture.config.reference import schema as json_schema

__all__ = ["schema"]


@click.command()
def schema() -> None:
    """Print the JSON Schema of the lecture's file, for editors that complete and check."""
    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))
