"""An example lecture: a geometric series, its sum and its remainder."""

from lecture.config.contract import Lecture, SceneEntry

__all__ = ["LECTURE"]

LECTURE = Lecture(
    package=__name__,
    spec="spec:SeriesSpec",
    templates="spec:TEMPLATES",
    summary="data:summarize",
    scenes=(
        SceneEntry(
            "PartialSums",
            f"{__name__}.partial_sums",
            "Partial sums: each term takes the same share of what is left",
            reads=("series.ratio", "series.terms"),
        ),
    ),
)
