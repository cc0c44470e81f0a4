"""Tells how well what a search returns separates questions about the documents from any others."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.retrieval_service import RetrievalService
from cli.retrieval_client import connect_retrieval
from evals.corpora import DATA
from evals.separation import auc
from evals.visitor import TENANT
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from services.generation.evidence import weigh
from services.generation.passage import Found
from services.generation.searcher_grpc import found_in

OUT_OF_SCOPE = DATA / "intents-oos" / "clinc150_test.jsonl"
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class OffTopicFigures:
    """Areas under the ROC curve; 1 separates perfectly, 0.5 not at all.

    Attributes:
        on_topic: Questions about the documents.
        off_topic: Questions about something else.
        similarity: By the cosine of the nearest passage that the search returned.
        relevance: By what the product makes of it: similarity and words (see evidence.py).
    """

    on_topic: int
    off_topic: int
    similarity: float
    relevance: float


def out_of_scope(path: Path = OUT_OF_SCOPE) -> tuple[str, ...]:
    """Returns CLINC150's questions that belong to none of its intents; none where it is not here."""
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return tuple(row["text"] for row in rows if row["intent"] == "oos")


async def separate(
    service: RetrievalService,
    on_topic: Sequence[str],
    off_topic: Sequence[str],
    asked: Callable[[], None] = lambda: None,
) -> OffTopicFigures:
    """Searches for both kinds of questions with the tenant's profile, as an answer begins.

    Args:
        service: Where to search.
        on_topic: Questions about its documents.
        off_topic: Questions about something else.
        asked: Called after each question.
    """
    similarity: list[float] = []
    relevance: list[float] = []
    async with connect_retrieval(service.settings, TENANT, ("search",)) as client:
        for text in (*on_topic, *off_topic):
            request = pb.SearchRequest(query=text, include_text=True)
            response = await client.stub.Search(request, metadata=client.metadata, timeout=_SECONDS)
            found = found_in(response)
            similarity.append(_nearest(found))
            relevance.append(weigh(text, found.passages, "en", 0.0).relevance)
            asked()
    at = len(on_topic)
    return OffTopicFigures(
        on_topic=at,
        off_topic=len(off_topic),
        similarity=auc(similarity[:at], similarity[at:]),
        relevance=auc(relevance[:at], relevance[at:]),
    )


def _nearest(found: Found) -> float:
    return max((passage.dense for passage in found.passages if passage.dense is not None), default=-1.0)
