"""The command ``lecture list``."""

from __future__ import annotations

import click

from scenes.catalogue import CATALOGUE

__all__ = ["list_scenes"]


@click.command("list")
def list_scenes() -> None:
    """List the scenes, in the order of the lecture."""
    widest = max(len(entry.name) for entry in CATALOGUE)
    for entry in CATALOGUE:
        click.echo(f"{entry.name:<{widest}}  {entry.title}")
