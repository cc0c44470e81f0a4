"""Recording and listing answers, as the server calls them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from libs.common.answer_record import AnswerRecord
from libs.common.answer_record_messages import record_message
from libs.common.caller import Caller, Privacy
from libs.common.errors import InvalidRequest
from libs.common.pb.insights.v1 import insights_pb2
from services.insights.answer_methods import AnswerMethods
from services.insights.write_queue import WriteQueue
from tests.fakes.fake_answer_store import FakeAnswerStore
from tests.fakes.fake_clock import FakeClock
from tests.insights.example_answers import ANSWER

ANA = Caller("generation", "demo", "ana")


@pytest.fixture
def queue() -> Iterator[WriteQueue]:
    opened = WriteQueue("answers", threads=1)
    yield opened
    opened.close()


def _request(record: AnswerRecord = ANSWER) -> insights_pb2.RecordAnswerRequest:
    return insights_pb2.RecordAnswerRequest(record=record_message(record))


async def test_the_visitor_is_kept_as_a_hash_only(queue: WriteQueue, clock: FakeClock) -> None:
    store = FakeAnswerStore(clock)
    await AnswerMethods(store, queue).record(ANA, _request())
    (kept,) = store.kept.values()
    assert kept.subject_hash == ANA.subject_hash
    assert "'ana'" not in repr(kept)


async def test_nothing_is_kept_of_who_allows_no_analytics(queue: WriteQueue, clock: FakeClock) -> None:
    store = FakeAnswerStore(clock)
    private = replace(ANA, privacy=Privacy(analytics=False))
    response = await AnswerMethods(store, queue).record(private, _request())
    assert (response.recorded, response.duplicate) == (False, False)
    assert store.kept == {}


async def test_a_record_out_of_bounds_is_refused_whoever_it_is_about(
    queue: WriteQueue, clock: FakeClock
) -> None:
    methods = AnswerMethods(FakeAnswerStore(clock), queue)
    with pytest.raises(InvalidRequest):
        await methods.record(replace(ANA, privacy=Privacy(analytics=False)), _request(AnswerRecord("x", "y")))


async def test_pages_lead_from_one_to_the_next_and_the_last_says_so(
    queue: WriteQueue, clock: FakeClock
) -> None:
    methods = AnswerMethods(FakeAnswerStore(clock), queue)
    for number in range(5):
        clock.advance(1)
        await methods.record(ANA, _request(replace(ANSWER, query_id=f"q_{number:020}")))
    seen, token = list[str](), ""
    for expected in (2, 2, 1):
        page = await methods.list(ANA, insights_pb2.ListAnswersRequest(page_size=2, page_token=token))
        assert len(page.records) == expected
        seen += [record.query_id for record in page.records]
        token = page.next_page_token
    assert token == ""
    assert seen == [f"q_{number:020}" for number in (4, 3, 2, 1, 0)]
