"""Reads a manifest repository and proves that it is whole, or says everything that is wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from libs.common.curated import Curated
from libs.common.manifest import ModelChain, Name, Part, Policy, Profile, Prompt, Tenant
from services.config.environment import Environment
from services.config.manifest_folder import read_folder
from services.config.problems import InvalidRepository, Problem, validation_problems
from services.config.prompt_file import read_prompt
from services.config.references import missing_files
from services.config.strict_yaml import YamlError, parse_yaml

P = TypeVar("P", bound=Part)

_NAME: TypeAdapter[str] = TypeAdapter(Name)


@dataclass(frozen=True, slots=True)
class Repository:
    """Every part of a manifest repository, by id."""

    revision: str = ""
    environments: dict[str, Environment] = field(default_factory=dict)
    models: dict[str, ModelChain] = field(default_factory=dict)
    prompts: dict[str, Prompt] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    tenants: dict[str, Tenant] = field(default_factory=dict)
    curated: dict[str, Curated] = field(default_factory=dict)


def load_repository(root: Path, environment: str) -> Repository:
    """Reads and checks the whole repository, all environments of it.

    Args:
        root: The folder.
        environment: The environment that must be there.

    Raises:
        InvalidRepository: Something is wrong; it names everything.
    """
    content = read_folder(root)
    problems = list(content.problems)
    repository = Repository(revision=content.revision)
    for file, text in content.texts.items():
        problems += _read_file(repository, file, text)
    # A file that is there but not valid has its own problem already.
    present = {_split(file) for file in (*content.texts, *(p.file for p in content.problems))}
    problems += [
        Problem(f"curated/{name}.yaml", "", f"there is no tenants/{name}.yaml", "name it after a tenant")
        for name in repository.curated
        if ("tenants", name) not in present
    ]
    for name, found in repository.environments.items():
        problems += missing_files(f"environments/{name}.yaml", found, present)
    if ("environments", environment) not in present:
        others = " or ".join(sorted(repository.environments)) or "another"
        todo = f"add it, or set CAUSEWAY_ENVIRONMENT to {others}"
        problems.append(Problem(f"environments/{environment}.yaml", "", "is missing", todo))
    if problems:
        raise InvalidRepository(problems)
    return repository


def _read_file(repository: Repository, file: str, text: str) -> list[Problem]:
    folder, stem = _split(file)
    try:
        _NAME.validate_python(stem)
    except ValidationError:
        todo = "rename it: lower-case letters, digits, dot, dash and underscore, at most 64"
        return [Problem(file, "", "its name is not an id", todo)]
    if folder == "prompts":
        prompt = read_prompt(file, text)
        return prompt if isinstance(prompt, list) else _put(repository.prompts, stem, prompt)
    return _read_yaml(repository, folder, stem, file, text)


def _read_yaml(repository: Repository, folder: str, stem: str, file: str, text: str) -> list[Problem]:
    match folder:
        case "models":
            return _keep(repository.models, stem, _part(ModelChain, file, text))
        case "policies":
            return _keep(repository.policies, stem, _part(Policy, file, text))
        case "profiles":
            return _keep(repository.profiles, stem, _part(Profile, file, text))
        case "curated":
            return _keep(repository.curated, stem, _part(Curated, file, text))
        case "tenants":
            tenant = _part(Tenant, file, text)
            if isinstance(tenant, Tenant) and tenant.tenant_id != stem:
                return [_misnamed(file, "tenant_id", tenant.tenant_id)]
            return _keep(repository.tenants, stem, tenant)
        case _:
            environment = _part(Environment, file, text)
            if isinstance(environment, Environment) and environment.environment != stem:
                return [_misnamed(file, "environment", environment.environment)]
            return _keep(repository.environments, stem, environment)


def _part(model: type[P], file: str, text: str) -> P | list[Problem]:
    try:
        value = parse_yaml(text)
    except YamlError as error:
        return [Problem(file, "", error.wrong, error.todo)]
    if not isinstance(value, dict):
        return [Problem(file, "", "is not a mapping of fields", "write `field: value` lines")]
    try:
        # JSON, strictly: a number in quotes is a text and true is no number.
        return model.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        return validation_problems(file, error)


def _keep(parts: dict[str, P], stem: str, part: P | list[Problem]) -> list[Problem]:
    return part if isinstance(part, list) else _put(parts, stem, part)


def _put(parts: dict[str, P], stem: str, part: P) -> list[Problem]:
    parts[stem] = part
    return []


def _misnamed(file: str, field_name: str, value: str) -> Problem:
    return Problem(file, field_name, f"is {value}, which is not the file's name", "make them the same")


def _split(file: str) -> tuple[str, str]:
    path = PurePosixPath(file)
    return path.parent.name, path.stem
