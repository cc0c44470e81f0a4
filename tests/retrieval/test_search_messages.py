from __future__ import annotations

import pytest

from libs.common.errors import InvalidRequest
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from services.retrieval.found_passage import FoundPassage
from services.retrieval.search_messages import read_priority, read_search, write_result
from services.retrieval.search_result import SearchResult, Timings
from tests.retrieval.example_passages import example


def test_every_part_of_a_request_is_read() -> None:
    message = pb.SearchRequest(
        query=" radio ",
        k=3,
        profile="p",
        filter=pb.SearchFilter(document_ids=["d_1"], uri_prefix="a/", tags_any=["x"], language="en"),
        page_hint=pb.PageHint(url="https://x.example/"),
    )
    query = read_search(message)
    assert (query.text, query.k, query.profile, query.page_url) == ("radio", 3, "p", "https://x.example/")
    assert query.filter.document_ids == ("d_1",)
    assert (query.filter.uri_prefix, query.filter.tags_any, query.filter.language) == ("a/", ("x",), "en")


def test_a_call_is_interactive_unless_it_says_otherwise() -> None:
    assert read_priority([("authorization", "x")]) == "interactive"
    assert read_priority([("x-causeway-priority", "shadow")]) == "shadow"


@pytest.mark.parametrize("value", ["urgent", "", b"\xff"])
def test_a_priority_that_does_not_exist_is_refused(value: str | bytes) -> None:
    with pytest.raises(InvalidRequest, match="background, interactive, shadow"):
        read_priority([("x-causeway-priority", value)])


def test_a_stage_that_saw_nothing_leaves_its_score_out() -> None:
    found = FoundPassage(example("The radio."), 0.5, 0.5, None, 2.0)
    result = SearchResult((found,), ("dense_search",), Timings(total=1.5), "main", 7, "default")
    message = write_result(result, include_text=False)
    (passage,) = message.passages
    assert not passage.scores.HasField("dense")
    assert passage.scores.bm25 == 2.0
    assert passage.text == ""
    assert list(message.degradations) == ["dense_search"]
    assert message.content_revision == 7
