"""The base class of all pydantic models."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

__all__ = ["FrozenModel", "allowed"]


class FrozenModel(BaseModel):
    """An immutable model that forbids unknown fields."""

    # Validators are built when first used: workers unpickle a spec, and validate none.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def allowed(text: str) -> dict[str, Any]:
    """Return the ``json_schema_extra`` of a field of the spec: its allowed values as text.

    Error messages, the reference and the file written by `lecture new` print the text.

    Parameters
    ----------
    text
        Allowed values, printed after "allowed: ".

    Examples
    --------
    >>> from pydantic import Field
    >>> class Bowl(FrozenModel):
    ...     rate: float = Field(default=0.1, gt=0, json_schema_extra=allowed("a positive number"))
    """
    return {"allowed": text}
