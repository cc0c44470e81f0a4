"""The public subset of a manifest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from libs.common.curated import CuratedAnswer
from libs.common.errors import NotFound
from services.edge_gateway.etag import strong_etag
from services.edge_gateway.public_config import PublicConfigs
from tests.edge_gateway.harness import Edge, bundle


def test_the_subset_names_the_versions_and_the_appearance(edge: Edge) -> None:
    config = PublicConfigs(edge.manifests).of("acme")

    assert json.loads(config.body) == {
        "tenant_id": "acme",
        "environment": "staging",
        "manifest_id": bundle().manifest_id,
        "model_version": "local-1",
        "prompt_version": "cited-1",
        "policy_version": "default-1",
        "retrieval_profile": "balanced-1",
        "flags": {"suggestions": True},
        "title": "Ask Acme",
        "greeting": "",
        "disclaimer": "",
        "banner": "",
        "handoff": {"label": "Call us", "url": "https://acme.example/help"},
        "theme": {},
        "suggestions": ["How do I start?"],
    }
    assert config.etag == strong_etag(config.body)
    assert config.suggestions == ("How do I start?",)


def test_prompts_keys_and_origins_are_not_public(edge: Edge) -> None:
    body = PublicConfigs(edge.manifests).of("acme").body

    for private in (b"identity", b"host-ed", b"anonymous", b"system", b"chain", b"min_relevance"):
        assert private not in body


def test_it_is_written_once_for_each_manifest(edge: Edge) -> None:
    configs = PublicConfigs(edge.manifests)
    before = configs.of("acme")
    assert configs.of("acme") is before

    edge.manifests.current["acme"] = bundle(policy_version="strict-2")

    after = configs.of("acme")
    assert after.etag != before.etag
    assert json.loads(after.body)["policy_version"] == "strict-2"


def test_a_change_of_appearance_alone_changes_the_tag(edge: Edge) -> None:
    configs = PublicConfigs(edge.manifests)
    before = configs.of("acme")

    edge.manifests.current["acme"] = bundle(tenant={"appearance": {"title": "Ask us"}})

    assert configs.of("acme").etag != before.etag


def test_an_unknown_tenant_has_none(edge: Edge) -> None:
    with pytest.raises(NotFound):
        PublicConfigs(edge.manifests).of("globex")


def test_a_tenant_without_suggestions_opens_with_what_editors_answered_for_everybody(edge: Edge) -> None:
    narrower: list[dict[str, Any]] = [{}, {"access": ["staff"]}, {"expires_at": "2099-01-01"}, {}, {}, {}]
    written = {"answer": "x", "state": "approved", "approved_by": "ana"}
    curated = tuple(
        CuratedAnswer.model_validate(
            {"id": f"a-{number}", "questions": [f"Question {number}?", "Or so?"], **written, **more}
        )
        for number, more in enumerate(narrower)
    )
    edge.manifests.current["acme"] = bundle(curated=curated, tenant={"appearance": {}})
    assert PublicConfigs(edge.manifests).of("acme").suggestions == (
        "Question 0?",
        "Question 3?",
        "Question 4?",
    )
