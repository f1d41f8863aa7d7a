"""The ``[series]`` table of ``lecture.toml``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from geometric_series import LECTURE
from lecture.config.contract import Starter
from lecture.config.spec import LectureSpec
from lecture.model import FrozenModel, allowed

if TYPE_CHECKING:
    from lecture.config.contract import Template

__all__ = ["TEMPLATES", "Series", "SeriesSpec"]


class Series(FrozenModel):
    """The series 1 + r + r² + ..., cut after some terms."""

    ratio: float = Field(
        default=0.5,
        strict=True,
        gt=0,
        lt=1,
        description="The ratio of a term to the term before it.",
        json_schema_extra=allowed("a number between 0 and 1"),
    )
    terms: int = Field(
        default=6,
        strict=True,
        ge=2,
        le=10,
        description="How many terms are added.",
        json_schema_extra=allowed("a whole number from 2 to 10"),
    )


class SeriesSpec(LectureSpec):
    """All that a lecturer may choose. Every field has a default, so no file is needed."""

    lecture = LECTURE

    series: Series = Field(default_factory=Series, description="The series to add up.")


def _slow(_seed: int) -> Starter:
    spec = SeriesSpec(series=Series(ratio=0.9, terms=10))
    return Starter(spec, "series", "Slow: a ratio near 1 leaves much after ten terms.")


TEMPLATES: dict[str, Template] = {"halves": lambda _seed: Starter(SeriesSpec()), "slow": _slow}
"""The templates of `lecture new`."""
