"""The command group ``lecture``."""

from __future__ import annotations

from importlib import import_module

import click

__all__ = ["cli"]

# Module and function of each command, and the first sentence of its help: importing a command to
# ask it takes much longer.
_COMMANDS = {
    "check": (
        "lecture.cli.check:check",
        "Check every frame, the pace of the speech, and how long nothing moves.",
    ),
    "clean": (
        "lecture.cli.clean:clean",
        "Remove cached segments, timelines, results and speech.",
    ),
    "clips": ("lecture.cli.clips:clips", "Make a clip of each beat, for slides and pages."),
    "doctor": (
        "lecture.cli.doctor:doctor",
        "Check that this machine can render, with a hint for each missing piece.",
    ),
    "handout": (
        "lecture.cli.handout:handout",
        "Make a handout to print: the picture and the words of each beat, and space for notes.",
    ),
    "init": (
        "lecture.cli.init:init",
        "Write a lecture that renders at once, to start your own from.",
    ),
    "list": ("lecture.cli.listing:list_scenes", "List the scenes with their beats and lengths."),
    "new": ("lecture.cli.new:new", "Write a lecture.toml with a comment for every field."),
    "render": (
        "lecture.cli.render:render",
        "Render the lecture as one video, with speech, captions and chapters.",
    ),
    "schema": (
        "lecture.cli.schema:schema",
        "Print the JSON Schema of lecture.toml, for editors that complete and check.",
    ),
    "script": (
        "lecture.cli.script:script",
        "Print the lines to record, each with the name of its recording.",
    ),
    "show": (
        "lecture.cli.show:show",
        "Print a summary of the lecture's own tables of lecture.toml.",
    ),
    "site": (
        "lecture.cli.site:site",
        "Make a page for students: the video, a transcript that follows it, clips and downloads.",
    ),
    "slides": (
        "lecture.cli.slides:slides",
        "Make a deck with a title and one slide a beat or a line, with speaker notes.",
    ),
    "stills": (
        "lecture.cli.stills:stills",
        "Draw the last frame of each beat, and a page of all of them.",
    ),
    "watch": (
        "lecture.cli.watch:watch",
        "Show stills in a page that changes whenever you save, until Ctrl-C.",
    ),
}


class _LazyGroup(click.Group):
    """Imports the module of a command when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in sorted(_COMMANDS)])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="unstable-gradients", prog_name="lecture")
def cli() -> None:
    """Render an animated lecture as a video, clips, slides, a page or a handout."""
