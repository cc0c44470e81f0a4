"""The content report over documents that have every fault once."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest

from services.retrieval.content_report import KINDS, ContentReport, Finding
from services.retrieval.content_report_sql import SqlContentReporter
from services.retrieval.document_digest import digest_of
from services.retrieval.document_metadata import Metadata
from services.retrieval.documents import DocumentHeader
from services.retrieval.ingest_queue import StagedPassage
from services.retrieval.ingest_queue_sql import SqlIngestQueue
from services.retrieval.intake import Arrival
from services.retrieval.intake_store_sql import SqlIntakeStore
from services.retrieval.passage_shelf_sql import SqlPassageShelf
from services.retrieval.resemblance_sql import SqlResemblance
from tests.retrieval.conftest import Connect

BEES = " ".join(random.Random(1).choices([f"bee{n}" for n in "abcdefghijklmnopqrstuvwxyz" * 9], k=120))
FOOTER = "This page is maintained by the documentation team; write to them."


def fill(
    intake: SqlIntakeStore,
    queue: SqlIngestQueue,
    shelf: SqlPassageShelf,
    uri: str,
    text: str,
    *,
    source: str = "docs",
    tenant: str = "acme",
    titled: bool = True,
    links: Sequence[str] = (),
) -> None:
    intake.record(tenant, source, [Arrival(DocumentHeader(uri, "text/markdown"), uri + text[:9], 1)])
    (claimed,) = queue.claim(9)
    if not text:
        queue.settle(claimed, "skipped", "The document is empty.", retry=False, code="empty")
        return
    passage = StagedPassage(f"{source}{uri}", (), "", text, 0, len(text), f"{source}{uri}{text}".encode())
    digest = digest_of([text], titled=titled, links=links, anchors=("known",))
    assert queue.stage(claimed, Metadata(uri), [passage], digest)
    lacking = shelf.unembedded("e1", 100)
    shelf.keep_vectors("e1", lacking, np.ones((len(lacking), 2), np.float32))
    assert shelf.go_live("e1") == 1


@pytest.fixture
def report(
    connect: Connect, intake_store: SqlIntakeStore, queue: SqlIngestQueue, shelf: SqlPassageShelf
) -> SqlContentReporter:
    def put(uri: str, text: str, **more: object) -> None:
        fill(intake_store, queue, shelf, uri, text, **more)  # type: ignore[arg-type]

    put("a.md", f"{BEES}.\nA hive costs 200 euros today.")
    put("b.md", f"{BEES}.\nA hive costs 250 euros today.")
    put("copy.md", f"{BEES}.\nA hive costs 200 euros today.", source="wiki")
    put("empty.md", "")
    put("short.md", "Coming soon.")
    put("untitled.md", "This page names no title, although it says a thing or two.", titled=False)
    links = ("a.md#known", "a.md#unknown", "gone.md", "https://elsewhere.example/")
    put("links.md", "This page links to others that are there and that are not there.", links=links)
    for number in "abcde":
        own = " ".join(f"{number}{place}" for place in range(40))
        put(f"page-{number}.md", f"{FOOTER}\n{own}.")
    put("stub.md", f"{FOOTER}")
    put("other.md", f"{BEES}.\nA hive costs 900 euros today.", tenant="other")
    compared = SqlResemblance(connect())
    while compared.compare(9):
        pass
    return SqlContentReporter(connect())


def only(report: ContentReport, kind: str) -> Finding:
    (finding,) = report.examples[kind]  # type: ignore[index]
    return finding


def test_every_fault_is_found_once_and_worst_first(report: SqlContentReporter) -> None:
    found = report.make("acme", "", 10)
    assert found.documents == 13
    assert list(found.counts.items()) == [
        *(("contradiction", 1), ("duplicate", 1), ("near_duplicate", 1), ("broken_link", 1)),
        *(("broken_anchor", 1), ("empty_page", 2), ("boilerplate_page", 1), ("missing_title", 1)),
    ]
    assert list(found.counts) == list(KINDS)


def test_findings_say_where_and_what(report: SqlContentReporter) -> None:
    found = report.make("acme", "", 10)
    contradiction = only(found, "contradiction")
    assert contradiction.other is not None
    lines = {contradiction.at.uri: contradiction.at.line, contradiction.other.uri: contradiction.other.line}
    assert lines == {"a.md": "A hive costs 200 euros today.", "b.md": "A hive costs 250 euros today."}
    duplicate = only(found, "duplicate")
    assert duplicate.other is not None
    assert (duplicate.at.uri, duplicate.at.source_id, duplicate.other.uri) == ("copy.md", "wiki", "a.md")
    assert 0.75 <= only(found, "near_duplicate").similarity < 1.0
    assert (only(found, "broken_link").at.uri, only(found, "broken_link").at.line) == ("links.md", "gone.md")
    broken = only(found, "broken_anchor")
    assert broken.other is not None
    assert (broken.at.line, broken.other.uri) == ("a.md#unknown", "a.md")
    assert only(found, "boilerplate_page").at.uri == "stub.md"
    assert [(f.at.uri, f.detail) for f in found.examples["empty_page"]] == [
        ("short.md", "2 words"),
        ("empty.md", "The document is empty."),
    ]
    assert only(found, "missing_title").at.uri == "untitled.md"


def test_a_report_is_narrowed_to_a_source_and_its_examples_to_a_number(report: SqlContentReporter) -> None:
    wiki = report.make("acme", "wiki", 10)
    assert (wiki.documents, dict(wiki.counts)) == (1, {"duplicate": 1})
    short = report.make("acme", "docs", 1)
    assert short.counts["empty_page"] == 2
    assert len(short.examples["empty_page"]) == 1


def test_a_tenant_without_documents_has_nothing_wrong(report: SqlContentReporter) -> None:
    nobody = report.make("nobody", "", 10)
    assert (nobody.documents, dict(nobody.counts)) == (0, {})
    assert report.make("acme", "%\0'", 10).counts == {}
