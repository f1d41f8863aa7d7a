"""Pages from the Jinja templates of this package, which escape every value."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from lecture.output.video.transcript import clock
from lecture.palette import THEMES

__all__ = ["render_template"]


def render_template(template: str, **values: object) -> str:
    """Render a template of this package with some values."""
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
    environment.filters["clock"] = clock
    environment.globals["themes"] = dict(THEMES)
    return environment
