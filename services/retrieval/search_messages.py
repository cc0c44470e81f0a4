"""Searches and passages as messages of the wire."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from libs.common.admission import PRIORITIES, PRIORITY_KEY, Priority
from libs.common.errors import InvalidRequest
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from services.retrieval.explanation_messages import write_explanation, write_scores
from services.retrieval.found_passage import FoundPassage
from services.retrieval.passage import Passage
from services.retrieval.passage_filter import PassageFilter
from services.retrieval.search_query import SearchQuery
from services.retrieval.search_result import SearchResult
from services.retrieval.sentence_vectors import SentenceVectors

_NOTHING = PassageFilter()


def read_search(request: pb.SearchRequest) -> SearchQuery:
    """Returns what is looked for; raises InvalidRequest with the field that is outside its limits."""
    return SearchQuery(
        text=request.query,
        k=request.k,
        profile=request.profile,
        filter=_filter(request.filter) if request.HasField("filter") else _NOTHING,
        page_url=request.page_hint.url,
        page_token=request.page_token,
        explain=request.explain,
    )


def read_priority(metadata: Iterable[tuple[str, str | bytes]]) -> Priority:
    """Returns the priority that a call's metadata names.

    Raises:
        InvalidRequest: It names one that does not exist.
    """
    named = next((value for key, value in metadata if key == PRIORITY_KEY), "interactive")
    if named not in PRIORITIES:
        known = ", ".join(sorted(PRIORITIES))
        raise InvalidRequest(f"A priority is one of {known}.", field=PRIORITY_KEY)
    return cast("Priority", named)


def _filter(message: pb.SearchFilter) -> PassageFilter:
    return PassageFilter(
        document_ids=tuple(message.document_ids),
        uri_prefix=message.uri_prefix,
        tags_any=tuple(message.tags_any),
        tags_all=tuple(message.tags_all),
        language=message.language,
        updated_from=message.updated_from,
        updated_before=message.updated_before,
    )


def write_result(result: SearchResult, *, include_text: bool) -> pb.SearchResponse:
    """Writes what a search found."""
    timings = result.timings
    response = pb.SearchResponse(
        passages=[_found(found, include_text=include_text) for found in result.passages],
        degradations=result.degradations,
        timings=pb.SearchTimings(
            embed_ms=timings.embed,
            search_ms=timings.search,
            fuse_ms=timings.fuse,
            rerank_ms=timings.rerank,
            total_ms=timings.total,
        ),
        index_version=result.index_version,
        profile=result.profile,
        content_revision=result.content_revision,
        next_page_token=result.next_page,
    )
    if result.explanation is not None:
        response.explanation.CopyFrom(write_explanation(result.explanation))
    return response


def _found(found: FoundPassage, *, include_text: bool) -> pb.Passage:
    message = write_passage(found.passage, include_text=include_text)
    message.score = found.score
    message.scores.CopyFrom(write_scores(found))
    message.joined_ids.extend(part.passage.passage_id for part in found.parts)
    message.neighbour_ids.extend(found.neighbours)
    return message


def write_passage(passage: Passage, *, include_text: bool) -> pb.Passage:
    """Writes a passage, without scores."""
    return pb.Passage(
        passage_id=passage.passage_id,
        document_id=passage.document_id,
        uri=passage.uri,
        url=passage.url,
        title=passage.title,
        heading_path=passage.heading_path,
        text=passage.text if include_text else "",
        start=passage.start,
        end=passage.end,
        updated_at=passage.updated_at,
        page=passage.page,
        language=passage.language,
        tags=passage.tags,
        product=passage.product,
        version=passage.version,
    )


def write_sentences(sentences: SentenceVectors, embedder: str) -> pb.SentenceVectors:
    """Writes the sentence vectors of a passage."""
    return pb.SentenceVectors(
        embedder=embedder,
        dimensions=sentences.values.shape[1],
        starts=[start for start, _ in sentences.spans],
        ends=[end for _, end in sentences.spans],
        values=sentences.values.tobytes(),
        scales=sentences.scales.tolist(),
    )
