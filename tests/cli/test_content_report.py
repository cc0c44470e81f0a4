"""How the content report reads in a terminal."""

from __future__ import annotations

import pytest
from rich.text import Text

from cli.content_report import TITLES, lines
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from services.retrieval.content_report import KINDS


def place(uri: str, line: str = "") -> pb.ContentPlace:
    return pb.ContentPlace(document_id="d_1", uri=uri, source_id="docs", line=line)


def shown(kind: str, *examples: pb.ContentExample, count: int = 1) -> list[str]:
    finding = pb.ContentFinding(kind=kind, count=count, examples=examples)
    report = pb.GetContentReportResponse(documents=9, findings=[finding])
    return [Text.from_markup(line).plain for line in lines(report)]


def test_every_kind_has_a_title() -> None:
    assert set(TITLES) == set(KINDS)


def test_a_contradiction_shows_both_lines() -> None:
    example = pb.ContentExample(
        at=place("a.md", "It costs [200]  euros."), other=place("b.md", "It costs 250 euros.")
    )
    assert shown("contradiction", example) == [
        "9 documents\n",
        "Nearly the same pages that say different things  1",
        "  a.md (docs)",
        "      “It costs [200] euros.”",
        "  b.md (docs)",
        "      “It costs 250 euros.”",
        "",
    ]


@pytest.mark.parametrize(
    ("kind", "example", "line"),
    [
        (
            "near_duplicate",
            {"other": place("b.md"), "similarity": 0.93},
            "  a.md (docs) and b.md (docs)  93% the same",
        ),
        ("duplicate", {"other": place("b.md"), "similarity": 1.0}, "  a.md (docs) and b.md (docs)"),
        ("empty_page", {"detail": "3 words"}, "  a.md (docs)  3 words"),
        ("missing_title", {}, "  a.md (docs)"),
    ],
)
def test_a_finding_is_one_line(kind: str, example: dict[str, object], line: str) -> None:
    found = pb.ContentExample(at=place("a.md"), **example)  # type: ignore[arg-type]
    assert shown(kind, found)[2] == line


def test_a_link_is_readable_and_cut() -> None:
    link = shown("broken_link", pb.ContentExample(at=place("a.md", "b%20c.md" + "x" * 500)))[2]
    assert link.startswith("  a.md (docs) → b c.md")
    assert len(link) < 200
    assert link.endswith("…")


def test_what_is_not_shown_is_counted() -> None:
    assert shown("missing_title", pb.ContentExample(at=place("a.md")), count=12)[3] == "  … and 11 more"
