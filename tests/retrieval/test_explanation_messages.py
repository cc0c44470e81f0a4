"""Explanations are written with everything that they say."""

from __future__ import annotations

from libs.common.manifest import Profile
from services.retrieval.explanation import ExplainedCandidate, ExplainedStage, Explanation
from services.retrieval.explanation_messages import write_explanation
from services.retrieval.found_passage import FoundPassage
from services.retrieval.search_plan import SearchPlan
from tests.retrieval.example_passages import example

FOUND = FoundPassage(example("The radio."), 0.55, 0.5, None, 2.0, boost=0.05)
EXPLANATION = Explanation(
    plan=SearchPlan(4, 30, True, ("reduced_k",), 2),
    profile=Profile(fusion="reciprocal_rank"),
    dense_weight=0.25,
    stages=(ExplainedStage("bm25", 1.5, 7, "a note"),),
    candidates=(ExplainedCandidate(FOUND, 2, 0, 3, 4, 1, "joined", "p-1"),),
    in_cache=True,
    offset=8,
)


def test_the_plan_is_the_profile_and_what_the_pressure_left_of_it() -> None:
    message = write_explanation(EXPLANATION)
    plan = message.plan
    assert (plan.level, plan.k, plan.prefetch) == (2, 4, 30)
    assert (plan.fusion, plan.dense_weight) == ("reciprocal_rank", 0.25)
    assert (message.in_cache, message.offset) == (True, 8)


def test_each_step_is_named_with_its_time_and_what_came_of_it() -> None:
    (stage,) = write_explanation(EXPLANATION).stages
    assert (stage.name, stage.took_ms, stage.found, stage.note) == ("bm25", 1.5, 7, "a note")


def test_each_candidate_has_its_ranks_and_scores() -> None:
    (candidate,) = write_explanation(EXPLANATION).candidates
    assert candidate.passage_id == FOUND.passage.passage_id
    assert (candidate.uri, candidate.title, list(candidate.heading_path)) == (
        "guide.md",
        "Guide",
        ["Guide", "Part"],
    )
    assert (candidate.fused_rank, candidate.dense_rank, candidate.bm25_rank, candidate.rank) == (2, 0, 3, 1)
    assert not candidate.scores.HasField("dense")
    assert (candidate.scores.bm25, candidate.scores.fused, candidate.boost) == (2.0, 0.5, 0.05)
    assert (candidate.rerank_rank, candidate.because_of) == (4, "p-1")
    assert (candidate.score, candidate.outcome) == (0.55, "joined")
