"""Which documents say the same, whatever order they come in."""

from __future__ import annotations

import itertools
import random

import pytest

from services.retrieval import resemblance_sql
from services.retrieval.document_digest import digest_of
from services.retrieval.document_metadata import Metadata
from services.retrieval.documents import Document, DocumentHeader, document_id_of
from services.retrieval.ingest_queue_sql import SqlIngestQueue
from services.retrieval.intake import Arrival
from services.retrieval.intake_store_sql import SqlIntakeStore
from services.retrieval.passage_shelf_sql import SqlPassageShelf
from services.retrieval.resemblance_sql import SqlResemblance
from tests.retrieval.conftest import FIRST, Connect, Documents, Look

BEES = " ".join(random.Random(1).choices([f"bee{n}" for n in range(500)], k=200))
NEARLY = BEES.replace("bee7 ", "wasp ").replace("bee8 ", "ant ")
NEARER = BEES + " and one more word"
WASPS = " ".join(random.Random(2).choices([f"wasp{n}" for n in range(500)], k=200))


class Corpus:
    """Documents that are read, embedded and compared."""

    def __init__(
        self, connect: Connect, intake: SqlIntakeStore, queue: SqlIngestQueue, store: Documents
    ) -> None:
        self.intake, self.queue, self.store = intake, queue, store
        self.resemblance = SqlResemblance(connect())
        self.shelf: SqlPassageShelf

    def put(self, tenant: str = "acme", **texts: str) -> None:
        for uri, text in texts.items():
            self.intake.record(
                tenant, "docs", [Arrival(DocumentHeader(uri, "text/markdown"), text[:60] + str(len(text)), 1)]
            )
            (claimed,) = self.queue.claim(9)
            if text:
                assert self.queue.stage(claimed, Metadata(uri), [], digest_of([text]))
            else:
                self.queue.settle(claimed, "skipped", "It is empty.", retry=False)
        self.shelf.go_live("e1")
        self.compare()

    def compare(self) -> None:
        while self.resemblance.compare(2):
            pass

    def delete(self, uri: str) -> None:
        self.store.delete("acme", [document_id_of("acme", "docs", uri)])
        self.compare()

    def seen(self) -> dict[str, tuple[str, str]]:
        """(duplicate_of, near_duplicate_of) of each document that has one, by names."""
        found: list[Document] = self.store.list("acme", 99, FIRST, None)
        names = {document.document_id: document.uri for document in found} | {"": ""}
        return {
            d.uri: (names[d.duplicate_of], names[d.near_duplicate_of])
            for d in found
            if d.duplicate_of or d.near_duplicate_of
        }


@pytest.fixture
def corpus(
    connect: Connect,
    intake_store: SqlIntakeStore,
    queue: SqlIngestQueue,
    shelf: SqlPassageShelf,
    store: Documents,
) -> Corpus:
    made = Corpus(connect, intake_store, queue, store)
    made.shelf = shelf
    return made


def test_the_same_text_is_a_duplicate_of_the_first_by_uri(corpus: Corpus) -> None:
    corpus.put(c=BEES, a=BEES, b=BEES.upper(), w=WASPS)
    assert corpus.seen() == {"b": ("a", ""), "c": ("a", "")}
    (b,) = (d for d in corpus.store.list("acme", 9, FIRST, None) if d.uri == "b")
    assert b.similarity == 1.0


def test_nearly_the_same_text_is_told_of_both_with_its_similarity(corpus: Corpus) -> None:
    corpus.put(a=BEES, b=NEARLY, w=WASPS)
    assert corpus.seen() == {"a": ("", "b"), "b": ("", "a")}
    assert {
        0.75 <= d.similarity < 1.0 for d in corpus.store.list("acme", 9, FIRST, None) if d.uri != "w"
    } == {True}


def test_the_nearest_counts(corpus: Corpus) -> None:
    corpus.put(a=BEES, b=NEARLY, c=NEARER)
    assert corpus.seen()["a"] == ("", "c")
    assert corpus.seen()["c"] == ("", "a")
    corpus.delete("c")
    assert corpus.seen() == {"a": ("", "b"), "b": ("", "a")}


def test_another_tenants_documents_resemble_nothing(corpus: Corpus) -> None:
    corpus.put(a=BEES)
    corpus.put("other", a=BEES, b=NEARLY)
    assert corpus.seen() == {}


def test_a_document_that_changes_or_leaves_resembles_nothing_any_more(corpus: Corpus) -> None:
    corpus.put(a=BEES, b=BEES, c=NEARLY)
    assert corpus.seen() == {"a": ("", "c"), "b": ("a", ""), "c": ("", "a")}
    corpus.delete("a")
    assert corpus.seen() == {"b": ("", "c"), "c": ("", "b")}
    corpus.put(c=WASPS)
    assert corpus.seen() == {}
    corpus.put(c=BEES)
    assert corpus.seen() == {"c": ("b", "")}
    corpus.put(b="")
    assert corpus.seen() == {}


@pytest.mark.parametrize("connect", ["sqlite"], indirect=True)
def test_the_outcome_does_not_hang_on_the_order_of_arrival(corpus: Corpus) -> None:
    texts = {"a": BEES, "b": NEARLY, "c": NEARER, "d": BEES, "e": WASPS}
    outcomes = []
    for order in list(itertools.permutations(texts))[::7]:
        corpus.put(**{uri: WASPS[:100] + uri * 30 for uri in texts})
        corpus.put(**{uri: texts[uri] for uri in order})
        outcomes.append(corpus.seen())
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert outcomes[0]["d"] == ("a", "")


@pytest.mark.parametrize("connect", ["sqlite"], indirect=True)
def test_what_resembled_a_document_is_found_without_looking_at_all(look: Look) -> None:
    """Else reading a document would take the longer, the more there are."""
    for statement in (resemblance_sql._UNLIKE, resemblance_sql._NOT_NEAR):
        plan = " ".join(
            str(row["detail"]) for row in look.rows(f"EXPLAIN QUERY PLAN {statement}", {"id": "d"})
        )
        assert "SCAN documents" not in plan
        assert "documents_alike" in plan
