"""Shows how a search came to its result: the plan, the stages' times, and what became of each candidate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from libs.common.pb.retrieval.v1 import retrieval_pb2

MORE_CANDIDATES = 10
"""Candidates that are shown besides the passages of the result; `--json` has all of them."""

_BAR_CELLS = 24
_EIGHTHS = " ▏▎▍▌▋▊▉"
_OUTCOMES = {
    "returned": "",
    "joined": "joined to a neighbour",
    "beyond_k": "beyond k",
    "same_document": "enough of its document",
    "similar": "too similar to another",
}


def explained(explanation: retrieval_pb2.Explanation) -> RenderableType:
    """The explanation, as wide as the terminal."""
    return Group(
        Text(plan_line(explanation), style="dim"),
        "",
        stages_table(explanation.stages),
        "",
        candidates_table(explanation.candidates),
        *_rest(explanation),
    )


def plan_line(explanation: retrieval_pb2.Explanation) -> str:
    """What was meant to be done, in one line."""
    plan = explanation.plan
    parts = [
        f"k {plan.k}",
        f"prefetch {plan.prefetch}",
        f"{plan.fusion.replace('_', ' ')}, vectors {plan.dense_weight:.2f}",
        f"language {plan.language}" if plan.language else "",
        f"re-rank {plan.rerank_depth} in {plan.rerank_budget_ms:.0f} ms" if plan.rerank_model else "",
        f"at most {plan.per_document} of a document" if plan.per_document else "",
        f"relevance {plan.relevance_weight:.2f}" if plan.relevance_weight < 1 else "",
        f"neighbours {plan.neighbours}" if plan.neighbours not in ("", "off") else "",
        f"pressure {plan.level}" if plan.level else "",
        f"after {explanation.offset}" if explanation.offset else "",
        "would come from the cache" if explanation.in_cache else "",
    ]
    return " · ".join(part for part in parts if part)


def stages_table(stages: Sequence[retrieval_pb2.ExplainedStage]) -> Table:
    """One row for each stage, with a bar for its share of the time."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("stage")
    table.add_column("ms", justify="right")
    table.add_column("found", justify="right")
    table.add_column("", no_wrap=True, width=_BAR_CELLS)
    table.add_column("", style="dim", ratio=1)
    longest = max((stage.took_ms for stage in stages), default=0.0)
    for stage in stages:
        share = stage.took_ms / longest if longest else 0.0
        found = str(stage.found) if stage.found else ""
        table.add_row(stage.name, f"{stage.took_ms:.1f}", found, f"[cyan]{bar(share)}[/]", escape(stage.note))
    return table


def candidates_table(candidates: Sequence[retrieval_pb2.ExplainedCandidate]) -> Table:
    """One row for each candidate: its place, and the score and the rank of each stage."""
    reranked = any(candidate.rerank_rank for candidate in candidates)
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("#", justify="right")
    table.add_column("passage", ratio=1)
    for name in ("dense", "bm25", "fused", *(("rerank",) if reranked else ())):
        table.add_column(name, justify="right", no_wrap=True)
    for candidate in _shown(candidates):
        cells = [
            _stage(candidate, "dense", candidate.dense_rank),
            _stage(candidate, "bm25", candidate.bm25_rank),
            _stage(candidate, "fused", candidate.fused_rank),
        ]
        if reranked:
            cells.append(_stage(candidate, "rerank", candidate.rerank_rank))
        place = str(candidate.rank) if candidate.rank else "–"
        style = "" if candidate.rank else "dim"
        table.add_row(f"[cyan]{place}[/]", _named(candidate), *cells, style=style)
    return table


def bar(share: float) -> str:
    """A bar of eighths of a cell; what took any time at all is seen."""
    eighths = max(round(share * _BAR_CELLS * 8), 1 if share > 0 else 0)
    full, part = divmod(eighths, 8)
    return "█" * full + (_EIGHTHS[part] if part else "")


def _shown(
    candidates: Sequence[retrieval_pb2.ExplainedCandidate],
) -> Iterator[retrieval_pb2.ExplainedCandidate]:
    """The passages of the page in their order, then the first of those that did not get there."""
    yield from sorted((c for c in candidates if c.rank), key=lambda c: c.rank)
    yield from [c for c in candidates if not c.rank][:MORE_CANDIDATES]


def _rest(explanation: retrieval_pb2.Explanation) -> list[str]:
    hidden = len([c for c in explanation.candidates if not c.rank]) - MORE_CANDIDATES
    return [f"[dim]and {hidden} more candidates; --json lists them[/]"] if hidden > 0 else []


def _named(candidate: retrieval_pb2.ExplainedCandidate) -> Text:
    """Its innermost heading, the best name that it has; below, what became of it, and its document."""
    title = candidate.title or candidate.uri
    below = [heading for heading in candidate.heading_path if heading != title]
    name = Text(below[-1] if below else title, overflow="ellipsis", no_wrap=True)
    why = _OUTCOMES.get(candidate.outcome, candidate.outcome.replace("_", " "))
    said = [
        (why, "yellow"),
        (f"+{candidate.boost:.3f} for the page" if candidate.boost else "", "green"),
        (title if below else "", "dim"),
    ]
    for number, (words, style) in enumerate(part for part in said if part[0]):
        name.append(" · " if number else "\n", style="dim").append(words, style=style)
    return name


def _stage(candidate: retrieval_pb2.ExplainedCandidate, name: str, rank: int) -> str:
    if not candidate.scores.HasField(name):
        return "–"
    digits = 2 if name == "bm25" else 3
    return f"{getattr(candidate.scores, name):.{digits}f} [dim]{f'#{rank}' if rank else '':>4}[/]"
