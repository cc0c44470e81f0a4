"""The retrievers work in the real LangChain, LlamaIndex and Haystack, against a running retrieval."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import JACKETS, RADIO
from tests.clients.environments import build_wheel, frameworks_environment, install, run
from tests.clients.team import target, token
from tests.retrieval.running_server import Running

# The first run on a machine also installs the frameworks.
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

# They would report their use to their makers, or ask for files.
QUIET = {
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "NLTK_DATA": "/nonexistent",
}


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the frameworks and the client's wheel."""
    found = frameworks_environment()
    install(found, "--offline", "--reinstall", build_wheel(tmp_path_factory.mktemp("wheel")))
    return found


async def answer_of(program: str, python: Path, running: Running) -> Any:
    def ask() -> Any:
        return run(python, "-I", f"{program}.py", target(running), token(running), seconds=100, **QUIET)

    done = await asyncio.to_thread(ask)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def langchain(found: Any) -> tuple[str, str, Any]:
    return found["id"], found["page_content"], found["metadata"]


def llamaindex(found: Any) -> tuple[str, str, Any]:
    return found["id"], found["text"], found["metadata"]


def haystack(found: Any) -> tuple[str, str, Any]:
    return found["id"], found["content"], found["meta"]


@pytest.mark.parametrize("parts", [langchain, llamaindex, haystack])
async def test_a_framework_finds_what_the_client_finds(
    parts: Callable[[Any], tuple[str, str, Any]], python: Path, running: Running
) -> None:
    answer = await answer_of(f"with_{parts.__name__}", python, running)

    name, text, facts = parts(answer["found"][0])
    assert (name, text) == (RADIO.passage_id, RADIO.text)
    assert facts["url"] == RADIO.url
    assert facts["heading_path"] == ["Guide", "Part"]
    assert facts["document_id"] == RADIO.document_id
    assert {parts(each)[0] for each in answer["found"]} == {RADIO.passage_id, JACKETS.passage_id}
    assert len(answer["async"]) == 2
    assert len(answer["narrowed"]) == 1
    assert answer["refused"] == "k"
    _particulars(parts.__name__, answer)


def _particulars(framework: str, answer: Any) -> None:
    if framework == "langchain":
        assert answer["chain"][0] == RADIO.text
        assert answer["batch"] == [2, 2]
    elif framework == "llamaindex":
        assert answer["engine"][0] == RADIO.passage_id
        assert answer["source"] == RADIO.document_id
        assert RADIO.text in answer["prompt"]
        assert RADIO.passage_id not in answer["prompt"]
    else:
        assert len(answer["read_again"]) == 1
        assert answer["written"] is False
        assert answer["loops"] == [1, 1]
