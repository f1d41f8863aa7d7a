"""The command group ``lecture``."""

from __future__ import annotations

from importlib import import_module

import click

__all__ = ["cli"]

_COMMANDS = {
    "check": "lecture.cli.check:check",
    "clean": "lecture.cli.clean:clean",
    "clips": "lecture.cli.clips:clips",
    "doctor": "lecture.cli.doctor:doctor",
    "handout": "lecture.cli.handout:handout",
    "init": "lecture.cli.init:init",
    "list": "lecture.cli.listing:list_scenes",
    "new": "lecture.cli.new:new",
    "render": "lecture.cli.render:render",
    "schema": "lecture.cli.schema:schema",
    "script": "lecture.cli.script:script",
    "show": "lecture.cli.show:show",
    "site": "lecture.cli.site:site",
    "slides": "lecture.cli.slides:slides",
    "stills": "lecture.cli.stills:stills",
    "watch": "lecture.cli.watch:watch",
}


class _LazyGroup(click.Group):
    """Imports the module of a command when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="unstable-gradients", prog_name="lecture")
def cli() -> None:
    """Render an animated lecture as a video, clips, slides, a page or a handout."""
