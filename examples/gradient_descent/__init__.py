"""An example lecture: gradient descent on a quadratic bowl, and momentum."""

from lecture.config.contract import Lecture, SceneEntry

__all__ = ["LECTURE"]


def _entry(name: str, module: str, title: str, *fields: str) -> SceneEntry:
    reads = tuple(f"bowl.{field}" for field in fields)
    return SceneEntry(name, f"{__name__}.{module}", title, aspects=("16:9", "9:16"), reads=reads)


LECTURE = Lecture(
    package=__name__,
    spec="spec:BowlSpec",
    templates="spec:TEMPLATES",
    summary="spec:summarize",
    scenes=(
        _entry("OneStep", "one_step", "One step: against the slope", "curvatures", "rate", "start"),
        _entry(
            "ThreeRates", "three_rates", "The learning rate: too small, right, too large",
            "curvatures", "start",
        ),
        _entry(
            "LongValley", "long_valley", "The long valley: one rate for two curvatures",
            "curvatures", "rate", "start",
        ),
        _entry(
            "Momentum", "momentum", "Momentum: a part of the last step",
            "curvatures", "rate", "momentum", "start",
        ),
    ),
)  # fmt: skip
