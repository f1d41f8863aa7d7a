"""Names of files that are made of scenes and beats."""

from __future__ import annotations

import re

__all__ = ["beat_file_stem", "snake_case"]

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def beat_file_stem(place: int, stem: str, beat_place: int, beat: str) -> str:
    """Name the files of a beat; sorted by name, they stand in the order of the lecture.

    Parameters
    ----------
    place, beat_place
        The scene's place in the lecture and the beat's in the scene, from 1.
    stem, beat
        The scene's and the beat's name; what is no letter, digit, ``_`` or ``-`` in the beat's
        becomes ``_``.

    Examples
    --------
    >>> beat_file_stem(5, "backward_pass", 2, "the log/axis")
    '05-backward_pass-02-the_log_axis'
    """
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in beat)
    return f"{place:02}-{stem}-{beat_place:02}-{safe}"


def snake_case(name: str) -> str:
    """Turn the name of a scene's class into that of its module.

    Examples
    --------
    >>> snake_case("GradientAsProduct"), snake_case("SGDAtWork"), snake_case("Two2Three")
    ('gradient_as_product', 'sgd_at_work', 'two2_three')
    """
    return _WORD_START.sub("_", name).lower()
