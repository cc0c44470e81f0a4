"""Makes the content report out of what lies in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import orjson

from services.retrieval.boilerplate import Lines, boilerplate, lines_of
from services.retrieval.content_report import KINDS, ContentReport, Finding, Kind, Page, place_of
from services.retrieval.contradictions import contradictions
from services.retrieval.database import Database, Row, Session
from services.retrieval.link_check import LinkCheck

FEWEST_WORDS = 10
"""A page with fewer words is as good as empty."""
MOST_PAIRS = 2000
"""Pairs of nearly the same documents that are searched for contradictions."""

_PAGES = """
SELECT d.document_id, d.source_id, d.uri, d.url, d.own_url, d.content_type, d.state, d.reason, d.reason_code,
    d.duplicate_of, d.near_duplicate_of, d.similarity, g.words, g.titled, g.links, g.anchors
FROM documents d LEFT JOIN document_digests g ON g.document_id = d.document_id
WHERE d.tenant = :tenant ORDER BY d.uri, d.document_id
"""
_TEXTS = """
SELECT p.document_id, p.text FROM passages p JOIN documents d ON d.document_id = p.document_id
WHERE d.tenant = :tenant AND d.duplicate_of = '' AND p.live = 1 ORDER BY p.document_id, p.ordinal
"""
_TEXT = "SELECT text FROM passages WHERE document_id = :id AND live = 1 ORDER BY ordinal"


class SqlContentReporter:
    """A `ContentReporter`.

    Args:
        database: Retrieval's database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, tenant: str, source_id: str, examples: int) -> ContentReport:
        """Looks at all documents of a tenant."""
        with self._database.snapshot() as session:
            rows = session.rows(_PAGES, {"tenant": tenant})
            pages = {row["document_id"]: _page(row) for row in rows}
            counts = dict.fromkeys(KINDS, 0)
            shown: dict[Kind, list[Finding]] = {kind: [] for kind in KINDS}
            for kind, finding in _findings(session, tenant, rows, pages):
                if source_id in ("", finding.at.source_id):
                    counts[kind] += 1
                    if len(shown[kind]) < examples:
                        shown[kind].append(finding)
        looked_at = sum(source_id in ("", page.source_id) for page in pages.values())
        found: dict[Kind, int] = {kind: count for kind, count in counts.items() if count}
        return ContentReport(looked_at, found, {kind: tuple(shown[kind]) for kind in found})


def _findings(
    session: Session, tenant: str, rows: Sequence[Row], pages: Mapping[str, Page]
) -> Iterator[tuple[Kind, Finding]]:
    indexed = [row for row in rows if row["state"] == "indexed"]
    yield from _resemblances(session, indexed, pages)
    links = LinkCheck(pages.values())
    for row in indexed:
        page = pages[row["document_id"]]
        for kind, link, target in links.faults(page):
            other = None if target is None else place_of(target)
            yield kind, Finding(place_of(page, link), other)
        if page.words < FEWEST_WORDS:
            yield "empty_page", Finding(place_of(page), detail=f"{page.words} words")
        if not page.titled:
            yield "missing_title", Finding(place_of(page))
    for row in rows:
        if row["state"] == "skipped" and row["reason_code"] in ("empty", "no_text"):
            yield "empty_page", Finding(place_of(pages[row["document_id"]]), detail=row["reason"])
    for document_id, share in boilerplate(_lines(session, tenant)).items():
        detail = f"{share:.0%} of its text stands in other documents too"
        yield "boilerplate_page", Finding(place_of(pages[document_id]), detail=detail)


def _resemblances(
    session: Session, rows: Sequence[Row], pages: Mapping[str, Page]
) -> Iterator[tuple[Kind, Finding]]:
    pairs: dict[tuple[str, str], float] = {}
    for row in rows:
        page = pages[row["document_id"]]
        if row["duplicate_of"] in pages:
            other = place_of(pages[row["duplicate_of"]])
            yield "duplicate", Finding(place_of(page), other, similarity=1.0)
        elif row["near_duplicate_of"] in pages:
            first, second = sorted((row["document_id"], row["near_duplicate_of"]))
            pairs[first, second] = row["similarity"]
    for (first, second), likeness in pairs.items():
        places = place_of(pages[first]), place_of(pages[second])
        yield "near_duplicate", Finding(*places, similarity=likeness)
    for first, second in list(pairs)[:MOST_PAIRS]:
        for ours, theirs in contradictions(_text(session, first), _text(session, second)):
            at, other = place_of(pages[first], ours), place_of(pages[second], theirs)
            yield "contradiction", Finding(at, other, similarity=pairs[first, second])


def _lines(session: Session, tenant: str) -> dict[str, Lines]:
    rows = session.stream(_TEXTS, {"tenant": tenant})
    by_document = groupby(rows, key=lambda row: str(row["document_id"]))
    return {document_id: lines_of(row["text"] for row in group) for document_id, group in by_document}


def _text(session: Session, document_id: str) -> str:
    return "\n".join(row["text"] for row in session.rows(_TEXT, {"id": document_id}))


def _page(row: Row) -> Page:
    known = row["words"] is not None
    return Page(
        document_id=row["document_id"],
        source_id=row["source_id"],
        uri=row["uri"],
        url=row["url"] or row["own_url"],
        content_type=row["content_type"],
        words=row["words"] if known else 0,
        titled=bool(row["titled"]) if known else True,
        links=tuple(orjson.loads(row["links"])) if known else (),
        anchors=tuple(orjson.loads(row["anchors"])) if known else (),
    )
