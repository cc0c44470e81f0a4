"""A passage survives the way into a payload and back."""

from __future__ import annotations

from dataclasses import fields, replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.retrieval.index import IndexFailure
from services.retrieval.passage import Passage
from services.retrieval.passage_payload import id_after, is_passage_id, number_of, passage_of, payload_of
from tests.retrieval.example_passages import example

PASSAGE = replace(
    example("text", access=("a",), tags=("t",), language="en"), page=3, product="p", version="2"
)


def test_a_passage_comes_back_as_it_went() -> None:
    payload = payload_of(PASSAGE)
    assert set(payload) == {field.name for field in fields(Passage)} - {"passage_id"}
    assert passage_of(PASSAGE.passage_id, payload | {"digest": "0"}) == PASSAGE


@pytest.mark.parametrize("wrong", [None, {}, {"heading_path": 5}])
def test_what_is_no_whole_passage_is_refused(wrong: dict[str, object] | None) -> None:
    payload = None if not wrong else payload_of(PASSAGE) | wrong
    with pytest.raises(IndexFailure, match="is not whole"):
        passage_of(PASSAGE.passage_id, payload)


def test_an_id_is_a_uuid_as_the_engines_write_it() -> None:
    assert is_passage_id(PASSAGE.passage_id)
    for odd in ("", "x", PASSAGE.passage_id.upper(), PASSAGE.passage_id.replace("-", ""), "\0"):
        assert not is_passage_id(odd)


def test_ids_go_on_past_the_given_one() -> None:
    assert id_after("") is None
    assert id_after(str(UUID(int=6))) == UUID(int=7)


@given(st.uuids(), st.uuids())
def test_numbers_are_in_the_order_of_ids_and_fit_into_64_bits(one: UUID, other: UUID) -> None:
    low, high = sorted(map(str, (one, other)))
    assert 0 <= number_of(low) <= number_of(high) < 2**64
