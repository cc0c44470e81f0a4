"""JSON Schemas say what the models say."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from services.config.manifest_folder import SUFFIXES
from services.config.repository import load_repository
from services.config.resolve import resolve
from services.config.schemas import manifest_schemas
from services.config.strict_yaml import parse_yaml
from tests.config.conftest import EXAMPLES

jsonschema: Any = pytest.importorskip("jsonschema", reason="needs jsonschema to judge the schemas")

# Refused for what a schema of one file cannot say.
BEYOND_SCHEMA = {
    "link-without-a-model",
    "secret-outside-the-folder",
    "two-keys-of-one-name",
    "tenant-under-another-name",
    "environment-under-another-name",
    "path-in-an-id",
}


def test_there_is_a_schema_for_every_folder_and_for_the_whole() -> None:
    assert set(manifest_schemas()) == {*SUFFIXES, "manifest"}


@pytest.mark.parametrize("name", sorted(manifest_schemas()))
def test_every_schema_is_one_and_can_be_written(name: str) -> None:
    schema = manifest_schemas()[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert json.loads(json.dumps(schema)) == schema
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("example", ["minimal", "full"])
def test_the_good_examples_satisfy_their_schemas(example: str) -> None:
    root = EXAMPLES / "pass" / example
    for folder, suffix in SUFFIXES.items():
        if suffix == ".yaml":
            for path in (root / folder).glob("[!.]*.yaml"):
                jsonschema.validate(parse_yaml(path.read_text()), manifest_schemas()[folder])
    for bundle in resolve(load_repository(root, "dev"), "dev").values():
        jsonschema.validate(json.loads(bundle.manifest_json), manifest_schemas()["manifest"])


def _schema_examples() -> list[str]:
    wanted = ("string should", "input should", "is not a field", "is missing; add it", "at least 1 item")
    return [
        path.parent.name
        for path in sorted((EXAMPLES / "fail").glob("*/expected.txt"))
        if path.read_text().startswith(
            tuple(f"{p}" for p in ("environments", "models", "policies", "profiles", "tenants"))
        )
        and any(words in path.read_text() for words in wanted)
        and path.parent.name not in BEYOND_SCHEMA
    ]


@pytest.mark.parametrize("name", _schema_examples())
def test_the_bad_examples_break_their_schemas(name: str, minimal: Path) -> None:
    shutil.copytree(EXAMPLES / "fail" / name, minimal, dirs_exist_ok=True)
    broken = [
        path
        for folder, suffix in SUFFIXES.items()
        if suffix == ".yaml"
        for path in (minimal / folder).glob("*.yaml")
        if not jsonschema.Draft202012Validator(manifest_schemas()[folder]).is_valid(
            parse_yaml(path.read_text())
        )
    ]
    assert broken
