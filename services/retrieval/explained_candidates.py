"""Says what became of each candidate of a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.retrieval.candidates import Candidates
from services.retrieval.explanation import ExplainedCandidate, Outcome
from services.retrieval.found_passage import FoundPassage
from services.retrieval.fusion import Fused
from services.retrieval.index import Hit, Key
from services.retrieval.selection import Selection


def explain_candidates(
    fused: Sequence[Fused],
    found: Candidates,
    ids: Mapping[Key, str],
    ranked: Sequence[FoundPassage],
    chosen: Selection,
) -> tuple[ExplainedCandidate, ...]:
    """Returns the candidates in the order of their fused scores, with what became of them.

    Args:
        fused: Every candidate of the page.
        found: What each search found.
        ids: Passage ids of the candidates that were read, by the index's keys.
        ranked: The candidates that were read, in their final order.
        chosen: What is on the page.
    """
    by_id = {each.passage.passage_id: each for each in ranked}
    dense, bm25 = _ranks(found.near), _ranks(found.words)
    reranked = [each for each in ranked if each.rerank is not None]
    rerank = {each.passage.passage_id: rank for rank, each in enumerate(_by_rerank(reranked), start=1)}
    candidates = []
    for rank, each in enumerate(fused, start=1):
        passage_id = ids.get(each.key, "")
        if passage_id in by_id:
            usual: Outcome = "returned" if passage_id in chosen.places else "beyond_k"
            outcome, because_of = chosen.reasons.get(passage_id, (usual, ""))
            candidates.append(
                ExplainedCandidate(
                    found=by_id[passage_id],
                    fused_rank=rank,
                    dense_rank=dense.get(each.key, 0),
                    bm25_rank=bm25.get(each.key, 0),
                    rerank_rank=rerank.get(passage_id, 0),
                    rank=chosen.places.get(passage_id, 0),
                    outcome=outcome,
                    because_of=because_of,
                )
            )
    return tuple(candidates)


def _ranks(hits: Sequence[Hit] | None) -> dict[Key, int]:
    return {hit.key: rank for rank, hit in enumerate(hits or (), start=1)}


def _by_rerank(reranked: Sequence[FoundPassage]) -> list[FoundPassage]:
    return sorted(reranked, key=lambda found: -(found.rerank or 0.0))
