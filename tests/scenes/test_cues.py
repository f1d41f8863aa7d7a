"""Motions begin when the word that names them is spoken."""

from __future__ import annotations

import re

import pytest

from lecture.timeline import Line
from tests.stepping import FRAME_RATE, SceneStepper

CUES = {
    "GaussianWeights": {
        "the_band.share": ["68.3"],
        "the_fold.fold": ["fold"],
        "one_quarter.largest": ["quarter"],
        "one_quarter.edge": ["slides"],
        "the_bias.informal": ["exceeds"],
    },
    "VanishingProduct": {
        "one_chain.ceiling": ["powers"],
        "many_chains.draw": ["60"],
        "the_slope.median": ["10.2"],
        "log_sum.log": ["sum"],
        "log_sum.mean": ["1.002"],
        "feel_it.proton": ["proton"],
        "escape.tilt": ["tilts"],
    },
    "ExplodingGradient": {
        "grow_the_weight.cross": ["4"],
        "the_narrow_window.widest": ["window"],
        "twenty_five_to_the_n.climb": ["10,000,000"],
        "large_is_not_enough.caught": ["30.5"],
        "large_is_not_enough.product": ["99.6"],
    },
    "UnstableGradient": {
        "three_fates.vanishing": ["30"],
        "three_fates.exploding": ["20"],
        "the_odds_of_balance.needle": ["needle"],
        "the_real_problem.faces": ["unstable"],
        "the_real_problem.speeds": ["different"],
    },
    "WhatHelps": {
        "the_baseline.ratio": ["9.5·10¹⁷"],
        "four_remedies.activation": ["6.0·10⁵"],
        "four_remedies.initialisation": ["608"],
        "four_remedies.shortcut": ["6.4"],
        "four_remedies.normalisation": ["57"],
    },
    "Recap": {
        "five_frames.product": ["a product"],
        "five_frames.slope": ["slope"],
        "five_frames.factor": ["10"],
        "five_frames.balance": ["12"],
    },
}
"""Words, by scene and line, with which a motion begins; the picture rests before them."""

CASES = [
    pytest.param(scene, line, word, marks=pytest.mark.xdist_group(scene))
    for scene, lines in CUES.items()
    for line, words in lines.items()
    for word in words
]


def onset(line: Line, word: str, characters_a_second: float) -> float:
    """Return when a word of a line that is read begins: after its share of the characters."""
    last = re.search(r"\w\W*$", line.caption)
    place = re.search(rf"\b{re.escape(word)}\b", line.caption)
    assert last is not None
    assert place is not None
    seconds = 0.4 + len(line.caption) / characters_a_second
    return line.start + seconds * place.start() / (last.start() + 1)


@pytest.mark.parametrize(("name", "line_name", "word"), CASES)
def test_a_motion_begins_with_its_word(
    name: str, line_name: str, word: str, inspected: SceneStepper
) -> None:
    scene, snapshots = inspected(name)
    (line,) = [line for line in scene.lines if f"{line.beat}.{line.key}" == line_name]
    start = onset(line, word, scene.spec.pace)
    assert min(abs(snapshot.time - start) for snapshot in snapshots) <= 1 / FRAME_RATE
