"""What every part of a manifest has in common."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, StringConstraints, model_serializer

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
"""Ids of tenants, models, prompts, policies, profiles, index versions and sources."""


class Later:
    """Marks a field that came after the first manifests were promoted: `Annotated[int, Later()] = 0`.

    While it holds its default it is left out of what is written. So the ids of manifests that do not use it
    stay as they were, and a reader from before it understands them.
    """


class Part(BaseModel):
    """What every part of a manifest has in common: frozen, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_serializer(mode="wrap")
    def _without_unused_later_fields(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        for name, field in type(self).model_fields.items():
            is_later = any(isinstance(mark, Later) for mark in field.metadata)
            if is_later and getattr(self, name) == field.get_default(call_default_factory=True):
                written.pop(name, None)
        return written
