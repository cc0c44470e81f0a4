"""Resolves a repository into one immutable manifest for each tenant of an environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from libs.common.curated import Curated
from libs.common.manifest import Manifest, Tenant, content_id
from services.config.environment import Choice, Environment, choice_for
from services.config.problems import InvalidRepository, Problem
from services.config.repository import Repository

MAX_JSON_BYTES = 1024 * 1024
"""A manifest must fit into one message, with room to spare."""


@dataclass(frozen=True, slots=True)
class ManifestBundle:
    """A tenant's manifest and what surrounds it, ready to be sent.

    Attributes:
        tenant_id: The tenant.
        environment: dev, staging or production.
        environment_revision: State of the repository that it was resolved from.
        manifest_id: SHA-256 of `manifest_json`, hexadecimal.
        manifest_json: What shapes answers, canonical JSON.
        tenant_json: What does not, canonical JSON; empty once the tenant is gone.
    """

    tenant_id: str
    environment: str
    environment_revision: str
    manifest_id: str
    manifest_json: bytes
    tenant_json: bytes

    @property
    def index_version(self) -> str:
        """The index version that the manifest names."""
        return str(orjson.loads(self.manifest_json)["index_version"])


def resolve(repository: Repository, environment: str) -> Mapping[str, ManifestBundle]:
    """Returns the bundle of every tenant that the environment serves.

    Args:
        repository: A valid repository.
        environment: One of its environments.

    Raises:
        InvalidRepository: A manifest is too large to be sent.
    """
    chosen = repository.environments[environment]
    bundles = {tenant_id: _bundle(repository, chosen, tenant_id) for tenant_id in chosen.tenants}
    problems = [
        Problem(file, "", f"makes a message larger than {MAX_JSON_BYTES // 1024} KiB", "make it smaller")
        for bundle in bundles.values()
        for file, data in (
            (f"environments/{environment}.yaml", bundle.manifest_json),
            (f"tenants/{bundle.tenant_id}.yaml", bundle.tenant_json),
        )
        if len(data) > MAX_JSON_BYTES
    ]
    if problems:
        raise InvalidRepository(problems)
    return bundles


def _bundle(repository: Repository, environment: Environment, tenant_id: str) -> ManifestBundle:
    manifest_json = _manifest(repository, tenant_id, choice_for(environment, tenant_id)).to_json()
    tenant: Tenant = repository.tenants[tenant_id]
    return ManifestBundle(
        tenant_id=tenant_id,
        environment=environment.environment,
        environment_revision=repository.revision,
        manifest_id=content_id(manifest_json),
        manifest_json=manifest_json,
        tenant_json=tenant.to_json(),
    )


def _manifest(repository: Repository, tenant_id: str, choice: Choice) -> Manifest:
    return Manifest(
        tenant_id=tenant_id,
        model_version=choice.model_version,
        prompt_version=choice.prompt_version,
        policy_version=choice.policy_version,
        retrieval_profile=choice.retrieval_profile,
        index_version=choice.index_version,
        models=repository.models[choice.model_version],
        prompt=repository.prompts[choice.prompt_version],
        policy=repository.policies[choice.policy_version],
        profile=repository.profiles[choice.retrieval_profile],
        flags=choice.flags,
        curated=repository.curated.get(tenant_id, Curated()).approved,
    )
