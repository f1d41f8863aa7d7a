"""A lecture with an explorable, for tests of the page."""

from lecture.config.contract import Explorable, Lecture

LECTURE = Lecture(
    package=__name__,
    scenes=(),
    explorables=(
        Explorable(
            name="counter",
            module="counter.js",
            content="content:content",
            beats=("BackwardPass.the_log_axis", "ForwardPass.one_neuron", "Recap.sources"),
            style="counter.css",
        ),
    ),
)
