"""From a repository to one manifest a tenant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from libs.common.manifest import Tenant, content_id, parse_manifest
from services.config import resolve as resolving
from services.config.problems import InvalidRepository
from services.config.repository import load_repository
from services.config.resolve import ManifestBundle, resolve
from tests.config.conftest import EXAMPLES


def bundle(root: Path, tenant_id: str = "demo", environment: str = "dev") -> ManifestBundle:
    return resolve(load_repository(root, environment), environment)[tenant_id]


def test_a_bundle_holds_a_manifest_under_its_hash(minimal: Path) -> None:
    found = bundle(minimal)
    assert found.manifest_id == content_id(found.manifest_json)
    manifest = parse_manifest(found.manifest_json, found.manifest_id)
    assert (manifest.tenant_id, manifest.model_version, manifest.index_version) == ("demo", "m-1", "main")
    assert manifest.prompt.system == "Answer from the sources."
    assert Tenant.model_validate_json(found.tenant_json).name == "Demonstration"
    assert (found.environment, len(found.environment_revision)) == ("dev", 64)


def test_only_the_tenants_of_the_environment_are_resolved() -> None:
    repository = load_repository(EXAMPLES / "pass" / "full", "dev")
    assert sorted(resolve(repository, "dev")) == ["acme.de", "demo"]
    assert sorted(resolve(repository, "production")) == ["demo"]


def test_overrides_reach_the_manifest() -> None:
    root = EXAMPLES / "pass" / "full"
    acme = json.loads(bundle(root, "acme.de").manifest_json)
    assert (acme["model_version"], acme["index_version"]) == ("local-1", "acme-2026")
    assert acme["flags"] == {"handoff": "off", "sample_rate": 0.25, "suggestions": True, "trial_days": 30}
    assert acme["prompt_version"] == "cited-1"


def test_a_manifest_id_depends_on_content_and_not_on_spelling(minimal: Path) -> None:
    before = bundle(minimal)
    path = minimal / "environments" / "dev.yaml"
    path.write_text("# a comment\n" + "\n".join(reversed(path.read_text().split("tenants:")[0].splitlines())))
    with path.open("a") as file:
        file.write("\ntenants: {demo: {}}\n")
    after = bundle(minimal)
    assert after.manifest_id == before.manifest_id
    assert after.environment_revision != before.environment_revision


def test_what_does_not_shape_answers_changes_the_tenant_and_not_the_manifest(minimal: Path) -> None:
    before = bundle(minimal)
    (minimal / "tenants" / "demo.yaml").write_text(
        "tenant_id: demo\nname: Other\nsession_minutes: 5\n"
        "sources: [{id: handbook, kind: folder, path: /srv/handbook}]\n"
    )
    after = bundle(minimal)
    assert after.manifest_id == before.manifest_id
    assert after.tenant_json != before.tenant_json


def test_two_tenants_never_share_a_manifest(minimal: Path) -> None:
    (minimal / "tenants" / "acme.yaml").write_text("tenant_id: acme\nname: Acme\n")
    with (minimal / "environments" / "dev.yaml").open("a") as file:
        file.write("  acme: {}\n")
    assert bundle(minimal, "acme").manifest_id != bundle(minimal, "demo").manifest_id


def test_a_manifest_that_fits_into_no_message_is_refused(
    minimal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolving, "MAX_JSON_BYTES", 400)
    with pytest.raises(InvalidRepository, match=r"environments/dev\.yaml: makes a message larger"):
        bundle(minimal)


def test_the_products_own_manifest_is_the_one_that_its_files_say() -> None:
    root = Path(__file__).parents[2] / "manifests"
    manifest = json.loads(bundle(root).manifest_json)
    assert manifest["model_version"] == "local-1"
    assert [link["kind"] for link in manifest["models"]["chain"]] == ["environment", "extractive"]


def test_approved_answers_shape_the_manifest_and_drafts_do_not(minimal: Path) -> None:
    before = bundle(minimal).manifest_id
    path = minimal / "curated" / "demo.yaml"
    path.parent.mkdir()
    draft = 'answers:\n- {id: tea, questions: ["When is tea?"], answer: At four.}\n'
    path.write_text(draft)
    assert bundle(minimal).manifest_id == before
    path.write_text(draft.replace("}", ", state: approved, approved_by: ana, expires_at: 2027-01-01}"))
    found = bundle(minimal)
    assert found.manifest_id != before
    (answer,) = parse_manifest(found.manifest_json, found.manifest_id).curated
    assert (answer.id, str(answer.expires_at)) == ("tea", "2027-01-01")
