"""What an environment names and nobody wrote."""

from __future__ import annotations

from services.config.environment import Environment
from services.config.references import missing_files

PRESENT = {("models", "m"), ("prompts", "p"), ("policies", "g"), ("profiles", "r"), ("tenants", "demo")}


def environment(**own: str) -> Environment:
    return Environment.model_validate(
        {
            "environment": "dev",
            "model_version": "m",
            "prompt_version": "p",
            "policy_version": "g",
            "retrieval_profile": "r",
            "index_version": "any",
            "tenants": {"demo": own},
        }
    )


def test_nothing_is_missing_from_a_whole_repository() -> None:
    assert list(missing_files("e", environment(), PRESENT)) == []


def test_an_index_is_no_file() -> None:
    assert list(missing_files("e", environment(index_version="other"), PRESENT)) == []


def test_an_override_is_named_where_it_stands() -> None:
    [problem] = missing_files("e", environment(prompt_version="q"), PRESENT)
    assert problem.field == "tenants.demo.prompt_version"
    assert "prompts/q.md" in problem.wrong


def test_a_default_that_every_tenant_overrides_must_be_there_all_the_same() -> None:
    own = environment(model_version="n")
    [problem] = missing_files("e", own, (PRESENT - {("models", "m")}) | {("models", "n")})
    assert problem.field == "model_version"
