"""Nothing that the contract says is lost between a message and what a team holds in its hands."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from causeway_client import explanation, passage, search
from causeway_client.messages import read_index, read_passage, read_result, write_search
from causeway_client.pb.retrieval.v1 import retrieval_pb2 as own
from causeway_client.search import PageHint, SearchFilter
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb

MOMENT = datetime(2026, 1, 31, 12, tzinfo=UTC)


def filled(message: Any) -> Any:
    """Sets every field of a message, and of those below it, to something that is not its default."""
    for number, each in enumerate(message.DESCRIPTOR.fields, start=1):
        value: Any = f"{each.name}-{number}"
        if each.message_type is not None:
            below = getattr(message, each.name)
            filled(below.add() if each.is_repeated else below)
            continue
        if each.name == "updated_at":
            value = "2026-01-31T12:00:00Z"
        elif each.type == each.TYPE_BYTES:
            value = bytes([1, 255])
        elif each.type == each.TYPE_BOOL:
            value = True
        elif each.type != each.TYPE_STRING:
            value = number
        if each.is_repeated:
            getattr(message, each.name).append(value)
        else:
            setattr(message, each.name, value)
    return message


def same(message: type[Any]) -> Any:
    """The client's own message with the fields of the service's."""
    return getattr(own, message.DESCRIPTOR.name).FromString(filled(message()).SerializeToString())


def check(message: Any, held: Any, renamed: dict[str, str]) -> None:
    """Compares every field of a message with the attribute of its name."""
    for each in message.DESCRIPTOR.fields:
        name = renamed.get(each.name, each.name)
        if not name:
            continue
        value, kept = getattr(message, each.name), getattr(held, name)
        if each.message_type is not None:
            first, kept_first = (value[0], kept[0]) if each.is_repeated else (value, kept)
            check(first, kept_first, renamed)
        elif each.name == "updated_at":
            assert kept == MOMENT
        else:
            assert kept == (tuple(value) if each.is_repeated else value), each.name


# Spans are made of both, and checked by themselves.
NOT_AS_THEY_ARE = {"starts": "", "ends": ""}


def test_every_field_of_a_response_is_kept() -> None:
    response = same(pb.SearchResponse)

    check(response, read_result(response, ()), NOT_AS_THEY_ARE)


def test_every_field_of_a_passage_is_kept() -> None:
    message = same(pb.Passage)

    check(message, read_passage(message), NOT_AS_THEY_ARE)


def test_every_attribute_has_its_field() -> None:
    for kind in (
        passage.Passage,
        explanation.Explanation,
        explanation.ExplainedPlan,
        explanation.ExplainedStage,
        explanation.ExplainedCandidate,
    ):
        fields = {each.name for each in getattr(pb, kind.__name__).DESCRIPTOR.fields}
        assert {each.name for each in dataclasses.fields(kind)} == fields


def test_the_state_of_the_index_is_kept() -> None:
    message = same(pb.GetIndexResponse)
    state = read_index(message)

    check(message, state, {"documents": "", "progress": ""})
    assert (state.pending, state.indexed, state.skipped, state.failed) == (1, 2, 3, 4)


def test_what_a_stage_did_not_see_is_none_and_not_zero() -> None:
    found = read_passage(own.Passage(passage_id="p", scores=own.StageScores(bm25=0.0)))

    assert found.scores == passage.Scores(dense=None, bm25=0.0, fused=None, rerank=None)
    assert (found.page, found.updated_at, found.sentence_vectors) == (None, None, None)


def test_sentence_vectors_are_unpacked() -> None:
    vectors = own.SentenceVectors(
        embedder="e",
        dimensions=2,
        starts=[0, 7],
        ends=[6, 9],
        values=bytes([127, 0, 0, 129]),
        scales=[0.5, 2.0],
    )
    read = read_passage(own.Passage(sentence_vectors=vectors)).sentence_vectors

    assert read is not None
    assert read.spans == ((0, 6), (7, 9))
    assert (read.vector(0), read.vector(1)) == ((63.5, 0.0), (0.0, -254.0))


def test_every_option_reaches_the_request() -> None:
    narrowed = SearchFilter(
        document_ids=["a"],
        uri_prefix="docs/",
        tags_any=("b",),
        tags_all=("c", "d"),
        language="en",
        updated_from=datetime(2026, 1, 31, 14, tzinfo=timezone(timedelta(hours=2))),
        updated_before=MOMENT + timedelta(days=1),
    )
    request = write_search(
        "radio",
        {
            "k": 3,
            "profile": "p",
            "filter": narrowed,
            "page_hint": PageHint("https://a.example/", "Radio"),
            "include_text": False,
            "include_sentence_vectors": True,
            "explain": True,
            "timeout": 1.0,
        },
        "token",
    )
    theirs = pb.SearchRequest.FromString(request.SerializeToString())

    expected = pb.SearchRequest(
        query="radio",
        k=3,
        profile="p",
        page_hint=pb.PageHint(url="https://a.example/", title="Radio"),
        include_sentence_vectors=True,
        explain=True,
        page_token="token",
        filter=pb.SearchFilter(
            document_ids=["a"],
            uri_prefix="docs/",
            tags_any=["b"],
            tags_all=["c", "d"],
            language="en",
            updated_from="2026-01-31T12:00:00+00:00",
            updated_before="2026-02-01T12:00:00+00:00",
        ),
    )
    assert theirs == expected
    assert {each.name for each in pb.SearchRequest.DESCRIPTOR.fields} == {
        *search.SearchOptions.__annotations__.keys() - {"timeout"},
        "query",
        "page_token",
    }
    assert {each.name for each in pb.SearchFilter.DESCRIPTOR.fields} == {
        each.name for each in dataclasses.fields(SearchFilter)
    }


def test_by_default_a_passage_brings_its_text_and_the_profile_says_how_many() -> None:
    request = write_search("radio", {})

    assert (request.include_text, request.k, request.HasField("filter")) == (True, 0, False)


@pytest.mark.parametrize(("value", "level"), [("3", 3), ("", 0), ("many", 0)])
def test_the_pressure_is_read_from_the_metadata(value: str, level: int) -> None:
    result = read_result(own.SearchResponse(), (("x-other", b"1"), ("x-causeway-pressure", value)))

    assert result.pressure == level


def test_the_clients_contract_is_that_of_the_service_in_a_pool_of_its_own() -> None:
    theirs, ours = (FileDescriptorProto.FromString(each.DESCRIPTOR.serialized_pb) for each in (pb, own))
    ours.name = theirs.name

    assert ours == theirs
    assert own.DESCRIPTOR.pool is not pb.DESCRIPTOR.pool
