"""Answers from a language model behind a real OpenAI-compatible HTTP server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.stack import Stack, running
from tests.fakes.openai_upstream import Script, Upstream, openai_upstream_in_a_thread

pytestmark = pytest.mark.process

WORDS = ("Ask ", "at least ", "fourteen days ", "before [1]", ". See also [9].")


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with openai_upstream_in_a_thread(WORDS) as served:
        yield served


@pytest.fixture(scope="module")
def stack(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    named = {
        "CAUSEWAY_MODEL": "openai/test-model",
        "CAUSEWAY_MODEL_BASE_URL": upstream.base_url,
        "CAUSEWAY_MODEL_API_KEY": "sk-planted",
    }
    with running(Stack(tmp_path_factory.mktemp("model"), extra=named)) as started:
        yield started


def ask(stack: Stack, question: str) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(stack.cli("ask", question, "--json").stdout)
    return found


def test_the_model_answers_and_cites_by_number(stack: Stack, upstream: Upstream) -> None:
    answer = ask(stack, "How many days before must I ask for leave?")

    assert str(answer["text"]).startswith("Ask at least fourteen days before [1]")
    assert "[9]" not in str(answer["text"])
    assert answer["done"]["finish"] == "stop"
    assert answer["done"]["model"] == "test-model"
    assert answer["done"]["citations"] == [1]
    assert answer["done"]["usage"]["prompt_tokens"] == 12  # type: ignore[index]
    assert upstream.keys[-1] == "Bearer sk-planted"
    sent = json.dumps(upstream.requests[-1])
    assert "fourteen days" in sent
    assert upstream.requests[-1]["stream"] is True


def test_a_question_about_something_else_never_reaches_the_model(stack: Stack, upstream: Upstream) -> None:
    before = len(upstream.requests)

    answer = ask(stack, "What is the best recipe for chocolate cake?")

    assert answer["done"]["finish"] == "refusal"
    assert len(upstream.requests) == before


def test_a_model_that_fails_at_once_is_replaced_by_quotes_and_the_reader_is_told(
    stack: Stack, upstream: Upstream
) -> None:
    upstream.script = Script(fault="status_500")
    try:
        answer = ask(stack, "Who inspects the lifejackets?")
    finally:
        upstream.script = Script(words=WORDS)

    assert "mate" in str(answer["text"])
    assert "extractive_answer" in answer["done"]["degradations"]  # type: ignore[operator]
    assert [notice["code"] for notice in answer["notices"]] == ["model_fallback"]  # type: ignore[index]


def test_a_model_that_breaks_off_ends_in_a_typed_error(stack: Stack, upstream: Upstream) -> None:
    upstream.script = Script(words=WORDS, fault="ends_without_finish")
    try:
        done = stack.cli("ask", "How much does a return ticket cost?", "--json", check=False)
    finally:
        upstream.script = Script(words=WORDS)

    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["kind"] == "model_failed"


def test_the_key_is_in_no_log(stack: Stack) -> None:
    ask(stack, "How many days before must I ask for leave?")

    logs = [path.read_text() for path in Path(stack.data, "logs").iterdir()]
    assert logs
    assert not any("sk-planted" in log or "How many days" in log for log in logs)
