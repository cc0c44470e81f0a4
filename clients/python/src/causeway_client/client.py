"""The client for programs without an event loop; threads may share it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from types import TracebackType
from typing import Self, Unpack

import grpc

from causeway_client.call_throttle import CallThrottle
from causeway_client.messages import read_index, read_passage, read_result, write_search
from causeway_client.metadata import Received, call_metadata
from causeway_client.method import GET_INDEX, GET_PASSAGES, SEARCH, Method, Request, Response
from causeway_client.passage import Passage
from causeway_client.pb.retrieval.v1 import retrieval_pb2 as pb
from causeway_client.pool import ChannelPool
from causeway_client.repeat import RepeatBudget
from causeway_client.search import IndexState, SearchOptions, SearchResult, passages_at_most
from causeway_client.status import error_of
from causeway_client.tokens import TokenSource, read_token, tenant_of
from causeway_client.transport import Options, channel_options, credentials


class CausewayClient:
    """Searches a Causeway index.

    Connections are made with the first calls. Every method may raise a `CausewayError`.

    Args:
        target: `host:port` of retrieval, or any gRPC target, e.g. `dns:///retrieval.internal:50051`.
        token: A service token with the role `search`, or what returns one.
        options: What holds for all calls.

    Raises:
        ValueError: The target is not on this machine, and the options name no transport security.
    """

    def __init__(self, target: str, token: TokenSource, options: Options | None = None) -> None:
        self._options = options or Options()
        self._token = token
        self._repeats = RepeatBudget()
        self._throttle = CallThrottle(on=self._options.throttle)
        arguments = channel_options(self._options)
        secret = credentials(target, self._options)
        if secret is None:
            opened = partial(grpc.insecure_channel, target, arguments)
        else:
            opened = partial(grpc.secure_channel, target, secret, arguments)
        self._pool: ChannelPool[grpc.Channel] = ChannelPool(opened, self._options.connections)

    def search(self, query: str, *, page_token: str = "", **options: Unpack[SearchOptions]) -> SearchResult:
        """Finds the passages that best match a query.

        Args:
            query: What is looked for.
            page_token: `next_page_token` of the page before; everything else must be as it was there.
            options: See `SearchOptions`.
        """
        request = write_search(query, options, page_token)
        response, metadata = self._call(SEARCH, request, options.get("timeout"))
        return read_result(response, metadata)

    def search_pages(self, query: str, **options: Unpack[SearchOptions]) -> Iterator[SearchResult]:
        """Yields one page after the other, each of `k` passages; Causeway gives at most 500 in all.

        Args:
            query: What is looked for.
            options: See `SearchOptions`; `timeout` holds for each page.
        """
        token = ""
        while True:
            page = self.search(query, page_token=token, **options)
            yield page
            token = page.next_page_token
            if not token:
                return

    def iterate(
        self, query: str, *, limit: int | None = None, **options: Unpack[SearchOptions]
    ) -> Iterator[Passage]:
        """Yields passages, best first, and asks for further pages as they are needed.

        Args:
            query: What is looked for.
            limit: Passages at most; None for all that there are.
            options: See `SearchOptions`; `k` is the size of a page.

        Raises:
            ValueError: The limit is negative.
        """
        pages = self.search_pages(query, **options)
        return islice((passage for page in pages for passage in page.passages), passages_at_most(limit))

    def get_passages(
        self, passage_ids: Sequence[str], *, timeout: float | None = None
    ) -> tuple[Passage, ...]:
        """Returns passages in the order of their ids, with their text.

        Args:
            passage_ids: At most 100; those that do not exist, or that the token may not see, are left out.
            timeout: Seconds that the call may take.
        """
        response, _ = self._call(GET_PASSAGES, pb.GetPassagesRequest(passage_ids=passage_ids), timeout)
        return tuple(map(read_passage, response.passages))

    def get_index(self, *, timeout: float | None = None) -> IndexState:
        """Says what is being served.

        Args:
            timeout: Seconds that the call may take.
        """
        response, _ = self._call(GET_INDEX, pb.GetIndexRequest(), timeout)
        return read_index(response)

    def close(self) -> None:
        """Closes every connection; calls that are under way end with `ClientClosed`."""
        for channel in self._pool.drain():
            channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _call(
        self, method: Method[Request, Response], request: Request, timeout: float | None
    ) -> tuple[Response, Received]:
        token = read_token(self._token)
        metadata = call_metadata(token, self._options.priority)
        seconds = self._options.timeout if timeout is None else timeout
        with self._throttle.attempt(method.name, tenant_of(token)), self._pool.lease() as channel:
            call = channel.unary_unary(
                method.path, request_serializer=method.write, response_deserializer=method.parse
            )
            attempts = self._repeats.begin(seconds)
            while True:
                try:
                    response, outcome = call.with_call(request, attempts.left(), metadata)
                except grpc.RpcError as failed:
                    self._pool.require_open()
                    if attempts.again(failed):
                        continue
                    raise error_of(failed) from None
                return response, tuple(outcome.initial_metadata() or ())
