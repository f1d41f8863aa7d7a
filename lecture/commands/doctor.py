"""The command ``lecture doctor``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from lecture.commands.common import FAILED

__all__ = ["doctor"]

_SIGNS = {"ok": "ok", "optional": "--", "missing": "!!"}
_COLORS = {"ok": "green", "optional": "yellow", "missing": "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def doctor(as_json: bool) -> None:
    """Look whether this machine has what rendering needs, and say how to mend what it lacks.

    Ends with 0 if all that rendering needs is there, and with 1 if not.
    """
    from lecture.commands.filming import cache_folder  # noqa: PLC0415  (--help does not wait)
    from lecture.doctor import examine  # noqa: PLC0415

    findings = examine(cache_folder())
    fit = all(finding.state != "missing" for finding in findings)
    if as_json:
        report = {"fit": fit, "findings": [asdict(finding) for finding in findings]}
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            sign = click.style(_SIGNS[finding.state], fg=_COLORS[finding.state])
            click.echo(f"{sign}  {finding.name:<9} {finding.what}")
            if finding.mend:
                click.echo(f"              {finding.mend}")
        click.echo("All that rendering needs is there." if fit else "Mend what has !! first.")
    sys.exit(0 if fit else FAILED)
