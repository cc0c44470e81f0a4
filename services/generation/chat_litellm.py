"""Talks to every provider that LiteLLM knows; the only file that imports it, and only when asked."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import cache
from typing import Any

from services.generation.chat_model import Finished, ModelError, Piece, WritingTask
from services.generation.events import Usage

_BUNDLED_PRICES = "LITELLM_LOCAL_MODEL_COST_MAP"


@cache
def load_litellm() -> Any:
    """Imports LiteLLM, which takes seconds; call it in a thread before the first answer.

    Its only switch against fetching a price list from the network on import is an environment variable,
    so that is set here, the one place outside settings that touches the environment.
    """
    os.environ[_BUNDLED_PRICES] = "True"
    import litellm

    litellm.suppress_debug_info = True
    litellm.telemetry = False
    litellm.drop_params = True
    litellm.callbacks = []
    litellm.success_callback = []
    litellm.failure_callback = []
    return litellm


class LiteLlmChat:
    """A `ChatModel` through LiteLLM.

    Args:
        name: LiteLLM's name of the model, such as `anthropic/claude-...`.
        base_url: Address of the provider, where it is not the usual one; may be empty.
        api_key: The provider's key; where empty, LiteLLM looks for the provider's own variable.
    """

    def __init__(self, name: str, base_url: str = "", api_key: str = "") -> None:
        self._name = name
        self._options = {"api_base": base_url or None, "api_key": api_key or None}

    @property
    def name(self) -> str:
        """Names the model on the wire."""
        return self._name

    async def stream(self, task: WritingTask) -> AsyncGenerator[Piece, None]:
        """Yields text as it comes, then `Finished`; closing the generator closes the connection.

        LiteLLM ends a stream that was cut off with a finish reason of its own making, so the reason is
        taken from what the provider sent.

        Raises:
            ModelError: It failed; whatever was yielded before stands.
        """
        litellm = await asyncio.to_thread(load_litellm)
        from openai import APIConnectionError, OpenAIError  # the family of LiteLLM's own errors

        try:
            response = await litellm.acompletion(
                model=self._name,
                messages=[{"role": m.role, "content": m.content} for m in task.messages],
                max_tokens=task.max_output_tokens,
                temperature=0,
                stream=True,
                stream_options={"include_usage": True},
                num_retries=0,
                max_retries=0,
                **{key: value for key, value in self._options.items() if value},
            )
            usage = Usage()
            async with aclosing(_closing(response)) as chunks:
                async for chunk in chunks:
                    usage = self._usage(litellm, chunk) or usage
                    text = chunk.choices[0].delta.content if chunk.choices else None
                    if text:
                        yield text
        except APIConnectionError as error:
            raise ModelError("unreachable", type(error).__name__) from None
        except OpenAIError as error:
            raise ModelError("refused", type(error).__name__) from None
        reason = response.received_finish_reason or response.intermittent_finish_reason
        if reason is not None:
            yield Finished("length" if reason == "length" else "stop", usage)

    def _usage(self, litellm: Any, chunk: Any) -> Usage | None:
        usage = getattr(chunk, "usage", None)
        if usage is None:
            return None
        read, written = usage.prompt_tokens or 0, usage.completion_tokens or 0
        return Usage(read, written, _price(litellm, self._name, read, written))


async def _closing(response: Any) -> AsyncGenerator[Any, None]:
    """LiteLLM's chunks; however this ends, the provider's connection is closed."""
    try:
        async for chunk in response:
            yield chunk
    finally:
        await response.aclose()


def _price(litellm: Any, model: str, read: int, written: int) -> float:
    prices = litellm.model_cost.get(model) or litellm.model_cost.get(model.partition("/")[2]) or {}
    return float(
        read * (prices.get("input_cost_per_token") or 0.0)
        + written * (prices.get("output_cost_per_token") or 0.0)
    )
