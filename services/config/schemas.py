"""JSON Schemas of the manifest parts, for editors, documentation and other languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from libs.common.curated import Curated
from libs.common.manifest import Manifest, ModelChain, Part, Policy, Profile, Prompt, Tenant
from services.config.environment import Environment

_PARTS: Mapping[str, type[Part]] = {
    "environments": Environment,
    "models": ModelChain,
    "prompts": Prompt,
    "policies": Policy,
    "profiles": Profile,
    "tenants": Tenant,
    "curated": Curated,
    "manifest": Manifest,
}


def manifest_schemas() -> dict[str, dict[str, Any]]:
    """Returns the JSON Schema (2020-12) of each folder's files, and of the resolved `manifest`.

    A prompt's schema describes its two sections; the file itself is Markdown.
    """
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {name: dialect | part.model_json_schema() for name, part in _PARTS.items()}
