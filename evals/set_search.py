"""Asks a running retrieval service for the documents that answer a question, page after page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from benchmarks.retrieval_service import RetrievalService
from cli.retrieval_client import RetrievalClient, connect_retrieval
from evals.visitor import TENANT
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb

_PAGE = 50
"""The most that the service gives at once."""
_SECONDS = 30.0


@dataclass(slots=True)
class Rankings:
    """What the service found.

    Attributes:
        documents: For each question's name, the documents of its passages, each at its best one's place.
        profile: The profile that the service searched with.
        degradations: What answers went without, and how many did: figures mean less if there are any.
    """

    documents: dict[str, list[str]] = field(default_factory=dict)
    profile: str = ""
    degradations: Counter[str] = field(default_factory=Counter)

    def note(self, response: pb.SearchResponse) -> None:
        """Takes down what a response says of itself."""
        self.profile = response.profile
        self.degradations.update(response.degradations)


async def rank_documents(
    service: RetrievalService,
    questions: Mapping[str, str],
    depth: int,
    asked: Callable[[], None] = lambda: None,
) -> Rankings:
    """Searches for each question until so many documents are found, or there are no more.

    One after the other, so that nothing waits and the service has no reason to do less.

    Args:
        service: Where to search.
        questions: The questions by their names.
        depth: How many documents are wanted for each.
        asked: Called after each question.
    """
    rankings = Rankings()
    async with connect_retrieval(service.settings, TENANT, ("search",)) as client:
        for name, text in questions.items():
            rankings.documents[name] = await _documents(client, text, depth, rankings)
            asked()
    return rankings


async def first_page(service: RetrievalService, questions: Mapping[str, str], k: int) -> Rankings:
    """Searches once for each question, and takes what the service gives.

    Args:
        service: Where to search.
        questions: The questions by their names.
        k: Passages that are asked for.
    """
    rankings = Rankings()
    async with connect_retrieval(service.settings, TENANT, ("search",)) as client:
        for name, text in questions.items():
            response = await client.stub.Search(
                pb.SearchRequest(query=text, k=k), metadata=client.metadata, timeout=_SECONDS
            )
            rankings.note(response)
            rankings.documents[name] = list(dict.fromkeys(passage.uri for passage in response.passages))
    return rankings


async def _documents(client: RetrievalClient, text: str, depth: int, rankings: Rankings) -> list[str]:
    found: dict[str, None] = {}
    request = pb.SearchRequest(query=text, k=min(_PAGE, depth))
    while True:
        response: pb.SearchResponse = await client.stub.Search(
            request, metadata=client.metadata, timeout=_SECONDS
        )
        rankings.note(response)
        found |= dict.fromkeys(passage.uri for passage in response.passages)
        if len(found) >= depth or not response.next_page_token:
            return list(found)[:depth]
        request.page_token = response.next_page_token
