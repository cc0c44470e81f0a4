"""What every part of a manifest has in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
"""Ids of tenants, models, prompts, policies, profiles, index versions and sources."""


class Part(BaseModel):
    """What every part of a manifest has in common: frozen, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
