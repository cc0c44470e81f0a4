"""Turns a manifest's chain of models into models that can be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from libs.common.errors import ModelFailed
from libs.common.manifest import Manifest, ModelLink
from services.generation.chat_model import ChatModel
from services.generation.route import Link

_OPENAI_PREFIX = "openai/"


@dataclass(frozen=True, slots=True)
class EnvironmentModel:
    """The model that the process's environment names.

    Attributes:
        name: A LiteLLM name; empty when none is named.
        base_url: Address of an OpenAI-compatible server; may be empty.
        api_key: Its key; may be empty.
    """

    name: str = ""
    base_url: str = ""
    api_key: str = ""

    def __repr__(self) -> str:
        """Names the model without its key."""
        return f"EnvironmentModel({self.name!r}, {self.base_url!r})"


@dataclass(frozen=True, slots=True)
class ModelMakers:
    """How each kind of model is made.

    Attributes:
        direct: From name, base URL and key: an OpenAI-compatible server, without LiteLLM.
        litellm: From name, base URL and key: anything that LiteLLM knows.
        extractive: From the policy's least support: the answerer that quotes.
    """

    direct: Callable[[str, str, str], ChatModel]
    litellm: Callable[[str, str, str], ChatModel]
    extractive: Callable[[float], ChatModel]


class Models:
    """Resolves chains; the models of the environment are the same for every tenant."""

    def __init__(self, environment: EnvironmentModel, makers: ModelMakers) -> None:
        self._environment = environment
        self._makers = makers

    @property
    def needs_litellm(self) -> bool:
        """Whether the environment's model goes through LiteLLM, which takes seconds to import."""
        named = self._environment
        return bool(named.name) and not goes_direct(named.name, named.base_url)

    def chain(self, manifest: Manifest) -> tuple[Link, ...]:
        """Returns the models of a manifest in the order of trial.

        The extractive answerer is a choice where it comes first, a last resort after others.

        Raises:
            ModelFailed: None is left: the chain is `environment` alone and CAUSEWAY_MODEL is empty.
        """
        links: list[Link] = []
        for link in manifest.models.chain:
            model = self._model(link, manifest.policy.min_support)
            if model is not None:
                links.append(_link(link, model, last_resort=link.kind == "extractive" and bool(links)))
        if not links:
            raise ModelFailed(
                f"No model is configured for {manifest.model_version}: set CAUSEWAY_MODEL or add one to it."
            )
        return tuple(links)

    def quotes(self, manifest: Manifest) -> bool:
        """Whether the first model that a manifest's chain can use is the one that quotes."""
        usable = (
            link.kind
            for link in manifest.models.chain
            if link.kind != "environment" or self._environment.name
        )
        return next(usable, "") == "extractive"

    def _model(self, link: ModelLink, min_support: float) -> ChatModel | None:
        if link.kind == "extractive":
            return self._makers.extractive(min_support)
        if link.kind == "litellm":
            return self._made(link.model, link.base_url, "")
        named = self._environment
        return self._made(named.name, named.base_url, named.api_key) if named.name else None

    def _made(self, name: str, base_url: str, api_key: str) -> ChatModel:
        if goes_direct(name, base_url):
            return self._makers.direct(name.removeprefix(_OPENAI_PREFIX), base_url, api_key)
        return self._makers.litellm(name, base_url, api_key)


def goes_direct(name: str, base_url: str) -> bool:
    """Whether a model is asked without LiteLLM: `openai/...` at an address of its own."""
    return name.startswith(_OPENAI_PREFIX) and bool(base_url)


def _link(link: ModelLink, model: ChatModel, *, last_resort: bool) -> Link:
    return Link(
        model=model,
        first_token_seconds=link.first_token_seconds,
        idle_seconds=link.idle_seconds,
        max_output_tokens=link.max_output_tokens,
        context_tokens=link.context_tokens,
        last_resort=last_resort,
    )
