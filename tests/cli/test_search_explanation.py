"""An explanation fits a terminal, and says what became of each candidate."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from cli.search_explanation import MORE_CANDIDATES, bar, explained, plan_line
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb


def candidate(number: int, **more: object) -> pb.ExplainedCandidate:
    scores = pb.StageScores(dense=0.5, bm25=12.345, fused=0.9)
    values = {
        "title": "How to use your own language model, in a title that is long",
        "heading_path": ["Models", f"Heading {number}"],
        "scores": scores,
        "dense_rank": number,
        "bm25_rank": number + 1,
        "fused_rank": number,
        "outcome": "beyond_k",
    }
    return pb.ExplainedCandidate(**{**values, **more})  # type: ignore[arg-type]


PLAN = pb.ExplainedPlan(k=2, prefetch=40, fusion="normalised_sum", dense_weight=0.6, relevance_weight=1)
STAGES = [
    pb.ExplainedStage(name="embed", took_ms=4.0),
    pb.ExplainedStage(name="bm25", took_ms=1.0, found=40, note="in [English]"),
]


def shown(explanation: pb.Explanation, width: int = 80) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=width, soft_wrap=True, emoji=False)
    console.print(explained(explanation), soft_wrap=False)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 100, 160])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    candidates = [candidate(n, rank=n if n < 3 else 0, rerank_rank=n) for n in range(1, 9)]
    for each in candidates:
        each.scores.rerank = -1.234

    lines = shown(pb.Explanation(plan=PLAN, stages=STAGES, candidates=candidates), width)

    assert max(map(len, lines)) <= width
    assert any("-1.234" in line for line in lines)


def test_passages_of_the_page_come_first_and_in_their_order() -> None:
    candidates = [
        candidate(1),
        candidate(2, rank=2, outcome="returned"),
        candidate(3, rank=1, outcome="returned"),
    ]

    lines = shown(pb.Explanation(plan=PLAN, candidates=candidates))

    places = [line.split()[0] + line.split()[2] for line in lines if "Heading" in line]
    assert places == ["13", "22", "–1"]


def test_what_became_of_a_candidate_is_said_in_words() -> None:
    explanation = pb.Explanation(
        plan=PLAN,
        candidates=[
            candidate(1, outcome="same_document"),
            candidate(2, outcome="beyond_k", boost=0.05),
            candidate(3, outcome="of_a_new_kind"),
        ],
    )

    text = "\n".join(shown(explanation, 160))

    assert "enough of its document" in text
    assert "beyond k · +0.050 for the page" in text
    assert "of a new kind" in text


def test_a_stage_that_did_not_see_a_candidate_has_no_score() -> None:
    lines = shown(pb.Explanation(plan=PLAN, candidates=[candidate(1, scores=pb.StageScores(bm25=2.0))]))

    (row,) = (line for line in lines if "Heading" in line)
    assert row.split()[-4:] == ["–", "2.00", "#2", "–"]
    assert "rerank" not in "\n".join(lines)


def test_a_title_with_brackets_and_a_note_are_shown_as_they_are() -> None:
    explanation = pb.Explanation(
        plan=PLAN, stages=STAGES, candidates=[candidate(1, heading_path=["[red]x[/]"])]
    )

    text = "\n".join(shown(explanation))

    assert "[red]x[/]" in text
    assert "in [English]" in text


def test_most_of_the_rest_is_counted() -> None:
    text = "\n".join(shown(pb.Explanation(plan=PLAN, candidates=[candidate(n) for n in range(1, 15)])))

    assert f"and {14 - MORE_CANDIDATES} more candidates" in text
    assert "Heading 11" not in text


def test_the_plan_names_what_differs_from_the_plainest() -> None:
    full = pb.ExplainedPlan()
    full.CopyFrom(PLAN)
    full.MergeFrom(
        pb.ExplainedPlan(
            level=1, language="de", rerank_model="m", rerank_depth=20, rerank_budget_ms=60, per_document=2
        )
    )
    full.relevance_weight, full.neighbours = 0.8, "join"

    assert plan_line(pb.Explanation(plan=PLAN)) == "k 2 · prefetch 40 · normalised sum, vectors 0.60"
    assert plan_line(pb.Explanation(plan=full, offset=2, in_cache=True)).split(" · ")[3:] == [
        "language de",
        "re-rank 20 in 60 ms",
        "at most 2 of a document",
        "relevance 0.80",
        "neighbours join",
        "pressure 1",
        "after 2",
        "would come from the cache",
    ]


@pytest.mark.parametrize(("share", "cells"), [(0.0, ""), (0.0001, "▏"), (0.5, "█" * 12), (1.0, "█" * 24)])
def test_a_bar_is_as_long_as_its_share(share: float, cells: str) -> None:
    assert bar(share) == cells
