"""LiteLLM keeps the contract, and its inventions are seen through."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.generation.chat_litellm import LiteLlmChat, load_litellm
from tests.fakes.openai_upstream import Upstream, openai_upstream
from tests.generation.chat_contract import ChatModelContract, collect

ROOT = Path(__file__).parents[2]

pytestmark = [
    # LiteLLM's own: pydantic and asyncio usage of its dependencies, none of it ours to mend.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    async with openai_upstream() as running:
        yield running


@pytest.fixture
async def model(upstream: Upstream) -> LiteLlmChat:
    await asyncio.to_thread(load_litellm)
    return LiteLlmChat("openai/test-model", upstream.base_url, "sk-secret")


class TestLiteLlm(ChatModelContract):
    """LiteLLM keeps the contract."""


async def test_the_key_and_the_prompt_reach_the_server(model: LiteLlmChat, upstream: Upstream) -> None:
    await collect(model)
    assert upstream.keys == ["Bearer sk-secret"]
    assert upstream.requests[0]["messages"][-1] == {"role": "user", "content": "When is tea served?"}


async def test_nothing_is_reported_to_anybody(model: LiteLlmChat) -> None:
    litellm = load_litellm()
    assert (litellm.callbacks, litellm.success_callback, litellm.failure_callback) == ([], [], [])
    assert litellm.telemetry is False


def test_the_service_starts_without_importing_it() -> None:
    code = "import sys, services.generation.__main__; sys.exit('litellm' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_price_list_is_the_bundled_one() -> None:
    load_litellm()
    assert os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] == "True"
