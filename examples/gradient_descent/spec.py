"""The ``[bowl]`` table of ``lecture.toml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from gradient_descent import LECTURE
from lecture.config.contract import SpecSummary, Starter
from lecture.config.spec import LectureSpec
from lecture.model import FrozenModel, allowed

if TYPE_CHECKING:
    from lecture.config.contract import Template

__all__ = ["TEMPLATES", "Bowl", "BowlSpec", "summarize"]

_LEAST_RATIO, _LARGEST_RATIO = 2.0, 100.0
_LARGEST_STEP = 1.95  # of rate times curvature; from 2 on, the ball leaves the bowl

Curvature = Annotated[float, Field(strict=True, ge=0.1, le=100, allow_inf_nan=False)]
Position = Annotated[float, Field(strict=True, ge=-10, le=10, allow_inf_nan=False)]


class Bowl(FrozenModel):
    """The bowl ½ λ₁ w₁² + ½ λ₂ w₂², and the descent of the ball."""

    # The order matters: the validator of the rate reads the curvatures.
    curvatures: tuple[Curvature, Curvature] = Field(
        default=(1.0, 9.0),
        description="The curvatures along the valley and across it, flat before steep.",
        json_schema_extra=allowed(
            "two numbers from 0.1 to 100, the second from 2 to 100 times the first"
        ),
    )
    rate: float = Field(
        default=0.05,
        strict=True,
        ge=0.001,
        le=20,
        allow_inf_nan=False,
        description="The learning rate; below 2 divided by the steep curvature.",
        json_schema_extra=allowed("a number from 0.001 to 1.95 divided by the steep curvature"),
    )
    momentum: float = Field(
        default=0.6,
        strict=True,
        ge=0.1,
        le=0.95,
        allow_inf_nan=False,
        description="The share of the last step that each step keeps.",
        json_schema_extra=allowed("a number from 0.1 to 0.95"),
    )
    start: tuple[Position, Position] = Field(
        default=(-3.0, 1.0),
        description="The weights at the start, along the valley and across it.",
        json_schema_extra=allowed(
            "two numbers from -10 to 10, the first at least 0.5 in size, and the second at least a "
            "tenth of the first and no larger than it"
        ),
    )

    @field_validator("curvatures")
    @classmethod
    def _steep_after_flat(cls, curvatures: tuple[float, float]) -> tuple[float, float]:
        flat, steep = curvatures
        if not _LEAST_RATIO * flat <= steep <= _LARGEST_RATIO * flat:
            raise PydanticCustomError(
                "curvature_ratio",
                "[{flat}, {steep}] was given; allowed: two numbers from 0.1 to 100, the second "
                "from 2 to 100 times the first",
                {"flat": flat, "steep": steep},
            )
        return curvatures

    @field_validator("rate")
    @classmethod
    def _ball_stays_in_the_bowl(cls, rate: float, info: ValidationInfo) -> float:
        if "curvatures" in info.data and rate * info.data["curvatures"][1] > _LARGEST_STEP:
            steep = info.data["curvatures"][1]
            raise PydanticCustomError(
                "rate_too_large",
                "{rate} was given with the curvature {steep}, from which the ball would leave the "
                "bowl; allowed: a number from 0.001 to {most}",
                {"rate": rate, "steep": steep, "most": f"{_floor(_LARGEST_STEP / steep)}"},
            )
        return rate

    @field_validator("start")
    @classmethod
    def _start_in_the_valley(cls, start: tuple[float, float]) -> tuple[float, float]:
        along, across = abs(start[0]), abs(start[1])
        if along < 0.5 or not along / 10 <= across <= along:
            raise PydanticCustomError(
                "start_in_valley",
                "[{along}, {across}] was given; allowed: two numbers from -10 to 10, the first at "
                "least 0.5 in size, and the second at least a tenth of the first and no larger "
                "than it",
                {"along": start[0], "across": start[1]},
            )
        return start


def _floor(number: float) -> float:
    """Return a number rounded down to four significant digits, so that it is still allowed."""
    return float(f"{number * (1 - 5e-4):.4g}")


class BowlSpec(LectureSpec):
    """All that a lecturer may choose. Every field has a default, so no file is needed."""

    lecture = LECTURE

    bowl: Bowl = Field(default_factory=Bowl, description="The bowl, and the descent of the ball.")


def _narrow(_seed: int) -> Starter:
    bowl = Bowl(curvatures=(0.5, 18.0), rate=0.08, momentum=0.8, start=(-4.0, 1.0))
    return Starter(BowlSpec(bowl=bowl), "bowl", "Narrow: a condition number of 36, and zigzags.")


TEMPLATES: dict[str, Template] = {
    "wide": lambda _seed: Starter(BowlSpec()),
    "narrow": _narrow,
}
"""The templates of `lecture new`."""


def summarize(spec: LectureSpec) -> SpecSummary:
    """Return the output of `lecture show`: how fast the ball comes down, four times."""
    from gradient_descent import descent  # noqa: PLC0415  (so that specs load without NumPy)
    from lecture.kit.numbers import PLAIN  # noqa: PLC0415

    bowl = cast("BowlSpec", spec).bowl
    flat, steep = bowl.curvatures
    settings = {
        "rate of the table": (bowl.rate, 0.0),
        "rate and momentum of the table": (bowl.rate, bowl.momentum),
        "best rate": (descent.best_rate(flat, steep), 0.0),
        "best rate and momentum": descent.best_heavy(flat, steep),
    }
    found = {
        name: descent.descend_until(
            0.01, descent.descend(bowl.curvatures, rate, bowl.start, 1, momentum)
        )
        for name, (rate, momentum) in settings.items()
    }
    saved = found["best rate"].steps - found["best rate and momentum"].steps
    return SpecSummary(
        head=f"Curvatures {PLAIN(flat)} and {PLAIN(steep)}: condition number {PLAIN(steep / flat)}",
        headings=("descent", "rate", "momentum", "factor a step", "steps to 1 %"),
        rows=tuple(
            (name, PLAIN(run.rate), PLAIN(run.momentum), PLAIN(run.factor), str(run.steps))
            for name, run in found.items()
        ),
        verdict=f"The best momentum saves {saved} steps.",
        data={
            name: {
                "rate": run.rate,
                "momentum": run.momentum,
                "factor": run.factor,
                "steps": run.steps,
            }
            for name, run in found.items()
        },
    )
