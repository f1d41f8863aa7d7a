"""Pages from templates. Whatever a template is given is text, and stays text."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lecture.kit.palette import THEMES
from lecture.output.web.prose import html_of

if TYPE_CHECKING:
    from lecture.kit.palette import Theme

__all__ = ["rendered"]


def rendered(template: str, **values: object) -> str:
    """Fill a template of this package.

    Parameters
    ----------
    template
        The name of its file.
    **values
        What it shows; escaped wherever it does.
    """
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("lecture.output.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["markdown"] = lambda text: Markup(html_of(text))  # noqa: S704  (made of it)
    environment.filters["clock"] = _clock
    environment.globals["themes"] = _themes()
    return environment


def _themes() -> dict[str, Theme]:
    return dict(THEMES)


def _clock(seconds: float) -> str:
    """Write a moment as minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
