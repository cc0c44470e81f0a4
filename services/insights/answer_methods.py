"""The calls about answer records."""

from __future__ import annotations

from functools import partial

from libs.common.answer_record_messages import record_of
from libs.common.caller import Caller
from libs.common.pb.insights.v1 import insights_pb2
from services.insights.answer_messages import filter_of, page_message
from services.insights.answers import AnswerStore, Place, check_record, checked_filter
from services.insights.page_token import read_page_token, write_page_token
from services.insights.write_queue import WriteQueue


class AnswerMethods:
    """Records answers, and lists them.

    Args:
        store: Where they are kept.
        queue: Runs what blocks.
    """

    def __init__(self, store: AnswerStore, queue: WriteQueue) -> None:
        self._store = store
        self._queue = queue

    async def record(
        self, caller: Caller, request: insights_pb2.RecordAnswerRequest
    ) -> insights_pb2.RecordAnswerResponse:
        """Makes a record durable; one of a visitor who allows no analytics is dropped.

        Raises:
            InvalidRequest: Something is out of bounds.
            DependencyUnavailable: It could not be written; sending it again is safe.
            Overloaded: Too much is waiting to be written.
        """
        record = record_of(request.record)
        check_record(record)
        if not caller.privacy.analytics:
            return insights_pb2.RecordAnswerResponse(recorded=False)
        write = partial(self._store.add, caller.tenant, caller.subject_hash, record)
        return insights_pb2.RecordAnswerResponse(recorded=True, duplicate=await self._queue.run(write))

    async def list(
        self, caller: Caller, request: insights_pb2.ListAnswersRequest
    ) -> insights_pb2.ListAnswersResponse:
        """Lists the caller's tenant's records.

        Raises:
            InvalidRequest: Something is out of bounds.
            DependencyUnavailable: They could not be read.
            Overloaded: Too much is waiting.
        """
        wanted = filter_of(request)
        size = checked_filter(wanted, request.page_size)
        after = read_page_token(request.page_token)
        kept = await self._queue.run(partial(self._store.page, caller.tenant, wanted, after, size + 1))
        token = ""
        if len(kept) > size:
            last = kept[size - 1]
            token = write_page_token(Place(last.recorded_at, last.record.query_id))
        return page_message(kept[:size], token)
