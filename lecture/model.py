"""The base of all pydantic models: frozen, and without fields that it does not have."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

__all__ = ["FrozenModel", "allowed"]


class FrozenModel(BaseModel):
    """A model that cannot be changed, and that refuses fields it does not have."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def allowed(text: str) -> dict[str, Any]:
    """Return what a field of the spec allows, in words, as ``json_schema_extra``.

    Error messages, the reference and the file that `lecture new` writes all print it.

    Parameters
    ----------
    text
        What the field allows, to stand after "allowed: ".

    Examples
    --------
    >>> from pydantic import Field
    >>> class Bowl(FrozenModel):
    ...     rate: float = Field(default=0.1, gt=0, json_schema_extra=allowed("a positive number"))
    """
    return {"allowed": text}
