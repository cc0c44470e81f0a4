"""Chains are resolved with what the environment names."""

from __future__ import annotations

from typing import Literal

import pytest

from libs.common.errors import ModelFailed
from libs.common.manifest import ModelLink
from services.generation.models import EnvironmentModel, ModelMakers, Models, goes_direct
from tests.fakes.scripted_model import ScriptedModel
from tests.generation.examples import manifest

MAKERS = ModelMakers(
    direct=lambda name, base_url, key: ScriptedModel(name=f"direct {name} {base_url} {key}"),
    litellm=lambda name, base_url, key: ScriptedModel(name=f"litellm {name} {base_url} {key}"),
    extractive=lambda min_support: ScriptedModel(name=f"extractive {min_support}"),
)
ENVIRONMENT, EXTRACTIVE = ModelLink(kind="environment"), ModelLink(kind="extractive")


def chain(named: EnvironmentModel, *links: ModelLink) -> list[str]:
    return [link.model.name for link in Models(named, MAKERS).chain(manifest(*links))]


def test_without_a_named_model_the_environment_is_passed_over() -> None:
    assert chain(EnvironmentModel(), ENVIRONMENT, EXTRACTIVE) == ["extractive 0.3"]


def test_the_named_model_comes_with_its_key() -> None:
    named = EnvironmentModel("anthropic/claude", "", "sk-1")
    assert chain(named, ENVIRONMENT, EXTRACTIVE) == ["litellm anthropic/claude  sk-1", "extractive 0.3"]


def test_openai_compatible_servers_are_asked_directly() -> None:
    named = EnvironmentModel("openai/qwen", "http://127.0.0.1:1/v1", "sk-1")
    assert chain(named, ENVIRONMENT) == ["direct qwen http://127.0.0.1:1/v1 sk-1"]


def test_models_of_the_manifest_do_not_get_the_environments_key() -> None:
    link = ModelLink(kind="litellm", model="openai/other", base_url="http://x/v1")
    assert chain(EnvironmentModel("m", "", "sk-1"), link) == ["direct other http://x/v1 "]
    assert chain(EnvironmentModel(), ModelLink(kind="litellm", model="mistral/m")) == ["litellm mistral/m  "]


def test_a_chain_of_nothing_says_what_to_do() -> None:
    with pytest.raises(ModelFailed, match="CAUSEWAY_MODEL"):
        chain(EnvironmentModel(), ENVIRONMENT)


def test_patience_and_limits_come_from_the_manifest() -> None:
    link = ModelLink(kind="litellm", model="m", first_token_seconds=3, idle_seconds=2, max_output_tokens=99)
    resolved = Models(EnvironmentModel(), MAKERS).chain(manifest(link))[0]
    assert (resolved.first_token_seconds, resolved.idle_seconds) == (3, 2)
    assert (resolved.max_output_tokens, resolved.context_tokens) == (99, 2400)


def test_the_extractive_answerer_is_a_last_resort_only_after_others() -> None:
    models = Models(EnvironmentModel("m"), MAKERS)
    assert [link.last_resort for link in models.chain(manifest(ENVIRONMENT, EXTRACTIVE))] == [False, True]
    assert [link.last_resort for link in models.chain(manifest(EXTRACTIVE))] == [False]
    alone = Models(EnvironmentModel(), MAKERS).chain(manifest(ENVIRONMENT, EXTRACTIVE))
    assert [link.last_resort for link in alone] == [False]


@pytest.mark.parametrize(
    ("name", "base_url", "direct"),
    [
        ("openai/m", "http://x", True),
        ("openai/m", "", False),
        ("mistral/m", "http://x", False),
        ("", "", False),
    ],
)
def test_litellm_is_needed_for_everything_else(name: str, base_url: str, direct: bool) -> None:
    assert goes_direct(name, base_url) is direct
    assert Models(EnvironmentModel(name, base_url), MAKERS).needs_litellm is (bool(name) and not direct)


def test_the_key_does_not_show() -> None:
    assert "sk-1" not in repr(EnvironmentModel("m", "u", "sk-1"))


@pytest.mark.parametrize(
    ("named", "links", "quotes"),
    [
        ("", ("environment", "extractive"), True),
        ("openai/m", ("environment", "extractive"), False),
        ("", ("extractive",), True),
        ("", ("environment",), False),
    ],
)
def test_it_is_known_whether_an_answer_will_be_quoted(
    named: str, links: tuple[Literal["environment", "extractive"], ...], quotes: bool
) -> None:
    shape = manifest(*(ModelLink(kind=kind) for kind in links))
    assert Models(EnvironmentModel(named), MAKERS).quotes(shape) is quotes
