"""From what a visitor asks to what the core is asked."""

from __future__ import annotations

import hashlib

import pytest

from libs.common.errors import InvalidRequest, NotFound
from services.edge_gateway.problem import Unprocessable
from services.edge_gateway.questions import ChatBody, Questions
from tests.edge_gateway.harness import Edge, bundle

RAW = b'{"question": "How fast?"}'


def questions(edge: Edge) -> Questions:
    return Questions(edge.ids, edge.manifests)


def body(**fields: object) -> ChatBody:
    return ChatBody.model_validate({"question": "How fast?"} | fields)


def test_a_question_carries_ids_versions_and_hints(edge: Edge) -> None:
    asked = body(page={"url": "https://a.example/x", "title": "X"}, locale="de")

    question = questions(edge).prepare(edge.session(), asked, RAW, None)

    assert edge.ids.owns_query(("acme", "ana"), question.query_id)
    assert edge.ids.owns_conversation(("acme", "ana"), question.conversation_id)
    assert question.body_hash == hashlib.sha256(RAW).hexdigest()
    assert (question.text, question.locale) == ("How fast?", "de")
    assert (question.page_url, question.page_title) == ("https://a.example/x", "X")
    assert (question.manifest_id, question.variant) == (bundle().manifest_id, "stable")


def test_without_a_locale_the_sessions_counts_and_without_a_page_there_is_no_hint(edge: Edge) -> None:
    question = questions(edge).prepare(edge.session(locale="fr"), body(), RAW, None)

    assert (question.locale, question.page_url, question.page_title) == ("fr", "", "")


def test_a_conversation_goes_on(edge: Edge) -> None:
    conversation = edge.ids.new_conversation(("acme", "ana"))

    question = questions(edge).prepare(edge.session(), body(conversation_id=conversation), RAW, None)

    assert question.conversation_id == conversation


@pytest.mark.parametrize("conversation", ["", "c_1", "c_" + "A" * 32, "null"])
def test_a_forged_conversation_is_not_found(edge: Edge, conversation: str) -> None:
    with pytest.raises(NotFound) as caught:
        questions(edge).prepare(edge.session(), body(conversation_id=conversation), RAW, None)
    assert caught.value.field == "conversation_id"


@pytest.mark.parametrize("owner", [("acme", "bob"), ("globex", "ana")])
def test_the_conversation_of_another_visitor_is_not_found(edge: Edge, owner: tuple[str, str]) -> None:
    with pytest.raises(NotFound):
        questions(edge).prepare(
            edge.session(), body(conversation_id=edge.ids.new_conversation(owner)), RAW, None
        )


def test_the_same_key_gives_the_same_ids(edge: Edge) -> None:
    first = questions(edge).prepare(edge.session(), body(), RAW, "k-1")
    again = questions(edge).prepare(edge.session(), body(), RAW, "k-1")
    other = questions(edge).prepare(edge.session(), body(), RAW, None)

    assert first == again
    assert other.query_id != first.query_id
    assert other.conversation_id != first.conversation_id


def test_a_malformed_key_is_refused(edge: Edge) -> None:
    with pytest.raises(InvalidRequest) as caught:
        questions(edge).prepare(edge.session(), body(), RAW, "a b")
    assert caught.value.field == "Idempotency-Key"


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "x" * 201])
def test_an_empty_question_or_one_beyond_the_policy_is_refused(edge: Edge, text: str) -> None:
    with pytest.raises(Unprocessable) as caught:
        questions(edge).prepare(edge.session(), body(question=text), RAW, None)
    assert caught.value.field == "question"


def test_a_question_of_many_bytes_is_refused_though_its_characters_are_few(edge: Edge) -> None:
    edge.manifests.current["acme"] = bundle(policy={"max_question_chars": 4096})
    text = "🚢" * 1025

    with pytest.raises(Unprocessable, match="4096 bytes"):
        questions(edge).prepare(edge.session(), body(question=text), RAW, None)


def test_blanks_around_a_question_do_not_count(edge: Edge) -> None:
    question = questions(edge).prepare(edge.session(), body(question="  a  " + " " * 300), RAW, None)

    assert question.text == "a"
