"""The retrieval profile that the project's own manifests give a tenant."""

from __future__ import annotations

from pathlib import Path

from libs.common.retrieval_profile import Profile
from services.config.environment import choice_for
from services.config.repository import load_repository


def served_profile(manifests: Path, tenant: str, environment: str = "dev") -> Profile:
    """Returns what a service over those manifests searches with.

    Raises:
        InvalidRepository: The manifests are not valid.
    """
    repository = load_repository(manifests, environment)
    choice = choice_for(repository.environments[environment], tenant)
    return repository.profiles[choice.retrieval_profile]
