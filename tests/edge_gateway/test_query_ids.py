"""Ids that say whose they are."""

from __future__ import annotations

import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.errors import InvalidRequest, NotFound
from services.edge_gateway.query_ids import QueryIds

ANA = ("acme", "ana")
IDS = QueryIds(bytes(range(32)), os.urandom)


def test_an_id_belongs_to_whom_it_was_made_for() -> None:
    query_id = IDS.new_query(ANA)

    assert query_id.startswith("q_")
    assert len(query_id) == 34
    assert IDS.owns_query(ANA, query_id)
    assert IDS.require_query(ANA, query_id) == query_id


@pytest.mark.parametrize("other", [("acme", "bob"), ("globex", "ana"), ("acme", ""), ("acmea", "na")])
def test_an_id_belongs_to_nobody_else(other: tuple[str, str]) -> None:
    query_id = IDS.new_query(ANA)

    assert not IDS.owns_query(other, query_id)
    with pytest.raises(NotFound) as caught:
        IDS.require_query(other, query_id)
    assert caught.value.field == "query_id"


def test_another_edge_with_the_same_secret_knows_the_id_and_one_with_another_does_not() -> None:
    query_id = IDS.new_query(ANA)

    assert QueryIds(bytes(range(32)), os.urandom).owns_query(ANA, query_id)
    assert not QueryIds(bytes(32), os.urandom).owns_query(ANA, query_id)


def test_a_question_is_no_conversation() -> None:
    query_id, conversation_id = IDS.new_query(ANA), IDS.new_conversation(ANA)

    assert IDS.owns_conversation(ANA, conversation_id)
    assert not IDS.owns_query(ANA, conversation_id)
    assert not IDS.owns_conversation(ANA, "c_" + query_id[2:])
    with pytest.raises(NotFound) as caught:
        IDS.require_conversation(ANA, query_id)
    assert caught.value.field == "conversation_id"


def test_ids_are_random_without_a_key_and_the_same_with_the_same_key() -> None:
    assert IDS.new_query(ANA) != IDS.new_query(ANA)
    assert IDS.new_query(ANA, "k-1") == IDS.new_query(ANA, "k-1")
    assert IDS.new_query(ANA, "k-1") != IDS.new_query(ANA, "k-2")
    assert IDS.new_query(ANA, "k-1") != IDS.new_query(("acme", "bob"), "k-1")
    assert IDS.new_conversation(ANA, "k-1") == IDS.new_conversation(ANA, "k-1")
    assert IDS.new_conversation(ANA, "k-1")[2:] != IDS.new_query(ANA, "k-1")[2:]
    assert IDS.owns_query(ANA, IDS.new_query(ANA, "k-1"))


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "tab\t", "ümlaut", "\x7f", "line\n"])
def test_a_key_that_is_not_1_to_200_visible_characters_is_refused(key: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        IDS.new_query(ANA, key)
    assert caught.value.field == "Idempotency-Key"


@pytest.mark.parametrize("key", ["k", "x" * 200, "!~", "3f0c6c5e-8a0c-4b0e-9d5b-0d8e6a8c1f11"])
def test_a_key_of_visible_characters_is_taken(key: str) -> None:
    assert IDS.owns_query(ANA, IDS.new_query(ANA, key))


def test_no_single_changed_bit_is_believed() -> None:
    raw = base64.urlsafe_b64decode(IDS.new_query(ANA)[2:])

    for bit in range(len(raw) * 8):
        forged = bytearray(raw)
        forged[bit // 8] ^= 1 << (bit % 8)
        assert not IDS.owns_query(ANA, "q_" + base64.urlsafe_b64encode(forged).decode())


@given(st.text(max_size=60))
def test_whatever_text_comes_as_an_id_it_is_refused_without_a_fault(text: str) -> None:
    assert not IDS.owns_query(ANA, text)
    assert not IDS.owns_query(ANA, "q_" + text)
