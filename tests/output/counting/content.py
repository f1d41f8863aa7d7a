"""What the explorable is given."""

from __future__ import annotations

import math

from lecture.config.contract import ExplorableContent
from lecture.config.spec import LectureSpec


def content(spec: LectureSpec) -> ExplorableContent:
    """Return a title and a label that are no HTML."""
    label = f"</script><b>{spec.language}</b>"
    return ExplorableContent("Count <b>on</b>", {"start": 3, "label": label})


def undefined(_: LectureSpec) -> ExplorableContent:
    """Return data that JSON has no text for."""
    return ExplorableContent("", {"start": math.nan})
