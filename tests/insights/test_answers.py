from dataclasses import replace
from typing import Any

import pytest

from libs.common.answer_record import Latencies, RecordedSource, Spent, Versions
from libs.common.errors import InvalidRequest
from services.insights.answers import DEFAULT_PAGE, AnswerFilter, check_record, checked_filter
from tests.insights.example_answers import ANSWER


def test_a_record_with_everything_is_taken() -> None:
    check_record(ANSWER)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"query_id": "q_x"}, "record.query_id"),
        ({"finish": "well"}, "record.finish"),
        ({"question": "ä" * 2049}, "record.question"),
        ({"question": "a\x00"}, "record.question"),
        ({"versions": Versions(manifest_id="x")}, "record.versions"),
        ({"intent": "x" * 201}, "record"),
        ({"degradations": ("a\x00",)}, "record"),
        ({"degradations": ("a",) * 101}, "record.degradations"),
        ({"sources": (RecordedSource(1, "p"),) * 101}, "record.sources"),
        ({"sources": (RecordedSource(1, "p", support=2.0),)}, "record"),
        ({"confidence": float("nan")}, "record"),
        ({"latencies": Latencies(total_ms=float("inf"))}, "record"),
        ({"spent": Spent(prompt_tokens=-1)}, "record"),
    ],
    ids=str,
)
def test_what_is_out_of_bounds_is_refused_by_name(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        check_record(replace(ANSWER, **changes))
    assert caught.value.field == field


def test_no_size_of_a_page_means_the_usual_one() -> None:
    assert (checked_filter(AnswerFilter(), 0), checked_filter(AnswerFilter(), 7)) == (DEFAULT_PAGE, 7)


@pytest.mark.parametrize(
    ("wanted", "size", "field"),
    [
        (AnswerFilter(), -1, "page_size"),
        (AnswerFilter(), 501, "page_size"),
        (AnswerFilter(confidence_below=1.5), 0, "confidence_below"),
        (AnswerFilter(confidence_below=float("nan")), 0, "confidence_below"),
        (AnswerFilter(since=-1.0), 0, "since_ms"),
    ],
)
def test_a_list_that_cannot_be_is_refused_by_name(wanted: AnswerFilter, size: int, field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        checked_filter(wanted, size)
    assert caught.value.field == field
