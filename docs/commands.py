"""Print docs/commands.md: the help texts of all commands. `make reference` writes the page."""

from __future__ import annotations

import click

from lecture.cli.main import cli

WIDTH = 88
HEAD = """\
# Commands

<!-- Written from the commands by `make reference`. -->

`lecture COMMAND --help` prints the same text in a terminal. Options of `lecture render` that other
commands share have the same meaning there.

| Exit code | Meaning |
| --- | --- |
| 0 | the output is complete |
| 1 | the run failed, such as a scene that raised an exception or a full disk |
| 2 | an option, `lecture.toml` or a recording is wrong |
| 130 | interrupted by Ctrl-C |
| 143 | terminated by SIGTERM |

A command replaces an output only by a complete new one: after a failed run the last output is still
there. The first line on standard error names the lecture and its origin.
"""


def page() -> str:
    """Return the page as Markdown."""
    context = click.Context(cli, info_name="lecture", **cli.context_settings)
    parts = [HEAD]
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None  # noqa: S101
        inner = click.Context(command, info_name=name, parent=context, terminal_width=WIDTH)
        parts.append(f"## lecture {name}\n\n```text\n{command.get_help(inner)}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    click.echo(page(), nl=False)
