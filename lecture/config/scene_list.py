"""Validation of the field ``scenes`` of a lecture file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from lecture.config.issues import MAX_ISSUES, did_you_mean, format_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lecture.config.contract import SceneEntry

__all__ = ["check_scenes"]

_DECLARED = "scenes with that aspect in their SceneEntry or, with --with, in their class"


def check_scenes(
    names: object, aspect: str | None, known_scenes: Sequence[SceneEntry] | None
) -> None:
    """Check that each name is a known scene, has a layout for the aspect, and is given once.

    Raises a `ValidationError` with an error for each invalid name. `aspect` is ``None`` if it is
    invalid itself; `known_scenes` is ``None`` to disable the check. Pydantic checks values of
    `names` other than lists.
    """
    if known_scenes is None or not isinstance(names, list | tuple):
        return
    if names == ():  # the default, a tuple, where no scene of the lecture fits
        message = "no scene of the lecture has a layout for aspect {aspect}; allowed: {fitting}"
        values = {"aspect": format_value(aspect), "fitting": _DECLARED}
        error = PydanticCustomError("scene_aspect", message, values)
        raise ValidationError.from_exception_data(
            "scenes", [InitErrorDetails(type=error, loc=(), input=names)]
        )
    known = [entry.name for entry in known_scenes]
    fitting = [e.name for e in known_scenes if aspect is None or aspect in e.aspects]
    errors: list[InitErrorDetails] = []
    seen: set[str] = set()
    for index, name in enumerate(names):
        # The search for similar names is slow, and later issues are not printed.
        hints = known if len(errors) < MAX_ISSUES else ()
        issue = _unknown(name, known, hints) or _unsuitable(name, seen, aspect, fitting)
        if issue is not None:
            errors.append(InitErrorDetails(type=issue, loc=(index,), input=name))
        else:
            seen.add(name)
    if errors:
        raise ValidationError.from_exception_data("scenes", errors)


def _unknown(
    name: object, known: Sequence[str], hints: Sequence[str]
) -> PydanticCustomError | None:
    values = {"given": format_value(name), "known": ", ".join(known)}
    if not isinstance(name, str):
        return PydanticCustomError("scene", "{given} was given; allowed: {known}", values)
    if name in known:
        return None
    values["hint"] = did_you_mean(name, hints)
    message = "there is no scene {given}; allowed: {known}{hint}"
    return PydanticCustomError("scene", message, values)


def _unsuitable(
    name: Any, seen: set[str], aspect: str | None, fitting: Sequence[str]
) -> PydanticCustomError | None:
    values = {
        "given": format_value(name),
        "aspect": format_value(aspect),
        "fitting": ", ".join(fitting) or _DECLARED,
    }
    if name not in fitting:
        message = "{given} was given with aspect {aspect}, for which it has no layout; "
        return PydanticCustomError("scene_aspect", message + "allowed: {fitting}", values)
    if name in seen:
        message = "{given} was given before; allowed: each scene once"
        return PydanticCustomError("scene_twice", message, values)
    return None
