"""The check of the ``scenes`` of a lecture's file: all that is wrong with them, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from lecture.config.issues import MAX_ISSUES, did_you_mean, format_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lecture.config.contract import SceneEntry

__all__ = ["check_scenes"]


def check_scenes(
    names: object, aspect: str | None, known_scenes: Sequence[SceneEntry] | None
) -> None:
    """Check each name of a list: there is such a scene, it fits the aspect, and it comes once.

    Parameters
    ----------
    names
        What the file says; only a list is looked at here.
    aspect
        The shape of the frame, or ``None`` where the file has a mistake in it.
    known_scenes
        The scenes there are; ``None`` leaves the names unchecked.

    Raises
    ------
    ValidationError
        Holds an error for each name that cannot be used.
    """
    if known_scenes is None or not isinstance(names, list | tuple):
        return
    known = [entry.name for entry in known_scenes]
    fitting = [e.name for e in known_scenes if aspect is None or aspect in e.aspects]
    errors: list[InitErrorDetails] = []
    seen: set[str] = set()
    for place, name in enumerate(names):
        # Finding near names takes time, and nobody reads so many.
        hints = known if len(errors) < MAX_ISSUES else ()
        error = _fault(name, known, hints) or _misfit(name, seen, aspect, fitting)
        if error is not None:
            errors.append(InitErrorDetails(type=error, loc=(place,), input=name))
        else:
            seen.add(name)
    if errors:
        raise ValidationError.from_exception_data("scenes", errors)


def _fault(name: object, known: Sequence[str], hints: Sequence[str]) -> PydanticCustomError | None:
    values = {"given": format_value(name), "known": ", ".join(known)}
    if not isinstance(name, str):
        return PydanticCustomError("scene", "{given} was given; allowed: {known}", values)
    if name in known:
        return None
    values["hint"] = did_you_mean(name, hints)
    what = "there is no scene {given}; allowed: {known}{hint}"
    return PydanticCustomError("scene", what, values)


def _misfit(
    name: Any, seen: set[str], aspect: str | None, fitting: Sequence[str]
) -> PydanticCustomError | None:
    values = {
        "given": format_value(name),
        "aspect": format_value(aspect),
        "fitting": ", ".join(fitting) or "none",
    }
    if name not in fitting:
        what = "{given} was given with aspect {aspect}, for which it has no layout; "
        return PydanticCustomError("scene_aspect", what + "allowed: {fitting}", values)
    if name in seen:
        what = "{given} was given before; allowed: each scene once"
        return PydanticCustomError("scene_twice", what, values)
    return None
