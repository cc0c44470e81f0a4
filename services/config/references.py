"""Finds what an environment names and the repository lacks."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from services.config.environment import Environment, Overrides
from services.config.problems import Problem

_FOLDERS: Mapping[str, str] = {
    "model_version": "models",
    "prompt_version": "prompts",
    "policy_version": "policies",
    "retrieval_profile": "profiles",
}


def missing_files(
    file: str, environment: Environment, present: Container[tuple[str, str]]
) -> Iterator[Problem]:
    """Returns a problem for each id that has no file.

    Args:
        file: The environment's file.
        environment: What it says.
        present: (folder, id) of every file that is there, valid or not.
    """
    for field, folder, wanted in _references(environment):
        if (folder, wanted) not in present:
            suffix = ".md" if folder == "prompts" else ".yaml"
            wrong = f"names {wanted}, and there is no {folder}/{wanted}{suffix}"
            yield Problem(file, field, wrong, "add that file, or name another")


def _references(environment: Environment) -> Iterator[tuple[str, str, str]]:
    """Where something is named, the folder that it should be in, and its id."""
    yield from _ids("", environment)
    for tenant_id, own in environment.tenants.items():
        yield f"tenants.{tenant_id}", "tenants", tenant_id
        yield from _ids(f"tenants.{tenant_id}.", own)


def _ids(prefix: str, part: Environment | Overrides) -> Iterator[tuple[str, str, str]]:
    for field, folder in _FOLDERS.items():
        wanted = getattr(part, field)
        if wanted is not None:
            yield prefix + field, folder, wanted
