"""What an environment file says: which ids run where."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from libs.common.manifest import Flag, Name, Part


class Overrides(Part):
    """What one tenant has instead of the environment's defaults; flags are laid over them."""

    model_version: Name | None = None
    prompt_version: Name | None = None
    policy_version: Name | None = None
    retrieval_profile: Name | None = None
    index_version: Name | None = None
    flags: dict[Name, Flag] = Field(default_factory=dict)


class Environment(Part):
    """One environment.

    Attributes:
        environment: Its name, which is the file's name too.
        model_version: Id of `models/<id>.yaml`.
        prompt_version: Id of `prompts/<id>.md`.
        policy_version: Id of `policies/<id>.yaml`.
        retrieval_profile: Id of `profiles/<id>.yaml`.
        index_version: Name of the index that retrieval serves.
        flags: Switches that every tenant has.
        tenants: Who is served here, each with its overrides.
    """

    environment: Literal["dev", "staging", "production"]
    model_version: Name
    prompt_version: Name
    policy_version: Name
    retrieval_profile: Name
    index_version: Name
    flags: dict[Name, Flag] = Field(default_factory=dict)
    tenants: Annotated[dict[Name, Overrides], Field(min_length=1)]


class Choice(Part):
    """The ids that one tenant gets."""

    model_version: Name
    prompt_version: Name
    policy_version: Name
    retrieval_profile: Name
    index_version: Name
    flags: dict[Name, Flag]


def choice_for(environment: Environment, tenant_id: str) -> Choice:
    """Lays a tenant's overrides over the environment's defaults."""
    own = environment.tenants[tenant_id]
    return Choice(
        model_version=own.model_version or environment.model_version,
        prompt_version=own.prompt_version or environment.prompt_version,
        policy_version=own.policy_version or environment.policy_version,
        retrieval_profile=own.retrieval_profile or environment.retrieval_profile,
        index_version=own.index_version or environment.index_version,
        flags={**environment.flags, **own.flags},
    )
