"""Which ids run where."""

from __future__ import annotations

from services.config.environment import Environment, Overrides, choice_for

DEFAULTS = {
    "model_version": "m-1",
    "prompt_version": "p-1",
    "policy_version": "g-1",
    "retrieval_profile": "r-1",
    "index_version": "main",
}


def environment(**own: object) -> Environment:
    return Environment.model_validate(
        {"environment": "dev", **DEFAULTS, "flags": {"a": 1, "b": True}, "tenants": {"demo": own}}
    )


def test_a_tenant_without_overrides_has_the_defaults() -> None:
    assert choice_for(environment(), "demo").model_dump() == {**DEFAULTS, "flags": {"a": 1, "b": True}}


def test_every_id_can_be_overridden_on_its_own() -> None:
    for name in DEFAULTS:
        choice = choice_for(environment(**{name: "other"}), "demo").model_dump()
        assert choice == {**DEFAULTS, name: "other", "flags": {"a": 1, "b": True}}


def test_flags_are_laid_over_the_defaults() -> None:
    assert choice_for(environment(flags={"b": False, "c": "x"}), "demo").flags == {
        "a": 1,
        "b": False,
        "c": "x",
    }


def test_overrides_are_empty_by_default() -> None:
    assert Overrides().model_dump(exclude_none=True) == {"flags": {}}
