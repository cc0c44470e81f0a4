"""Passages between parser and index."""

from __future__ import annotations

import numpy as np
import pytest

from services.retrieval.document_metadata import Metadata
from services.retrieval.documents import DocumentHeader, document_id_of
from services.retrieval.ingest_queue import LEASE_SECONDS, StagedPassage
from services.retrieval.ingest_queue_sql import Claimant, SqlIngestQueue
from services.retrieval.intake import Arrival
from services.retrieval.intake_store_sql import SqlIntakeStore
from services.retrieval.passage import Passage
from services.retrieval.passage_shelf import Unembedded
from services.retrieval.passage_shelf_sql import SqlPassageShelf
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.conftest import DIGEST, FIRST, Connect, Documents, Look

HEADER = DocumentHeader(
    "a.md", "text/markdown", "https://example.org/a#top", ("staff",), "2026-01-01T00:00:00Z"
)


def stage(
    intake_store: SqlIntakeStore,
    queue: SqlIngestQueue,
    *texts: str,
    header: DocumentHeader = HEADER,
    content: str = "1",
    anchor: str = "here",
    metadata: Metadata | None = None,
) -> None:
    arrival = Arrival(header, content, 1)
    intake_store.record("acme", "docs", [arrival])
    (claimed,) = queue.claim(9)
    passages = [
        StagedPassage(f"{header.uri}-{text}", ("Above",), anchor, text, 2, 2 + len(text), text.encode())
        for text in texts
    ]
    assert queue.stage(claimed, metadata or Metadata("Title"), passages, DIGEST)


def embed(shelf: SqlPassageShelf, embedder: str = "e1") -> list[str]:
    lacking = shelf.unembedded(embedder, 100)
    vectors = np.array([[float(len(text.text)), 1.0] for text in lacking], np.float32).reshape(-1, 2)
    shelf.keep_vectors(embedder, lacking, vectors)
    return [text.text for text in lacking]


def live(shelf: SqlPassageShelf, embedder: str = "e1") -> list[Passage]:
    with shelf.snapshot(embedder) as snapshot:
        passages = [passage for passage, _ in snapshot.passages]
        assert len(passages) == snapshot.count
    return passages


def test_a_document_goes_live_once_all_its_passages_have_vectors(
    intake_store: SqlIntakeStore,
    queue: SqlIngestQueue,
    shelf: SqlPassageShelf,
    store: Documents,
) -> None:
    stage(intake_store, queue, "one", "three")
    assert shelf.count_unembedded("e1") == 2
    first = shelf.unembedded("e1", 1)
    assert first[0].text in ("Title > Above\none", "Title > Above\nthree")
    shelf.keep_vectors("e1", first, np.ones((1, 2), np.float32))
    assert shelf.go_live("e1") == 0
    assert live(shelf) == []
    embed(shelf)
    assert shelf.count_unembedded("e1") == 0
    assert shelf.go_live("e1") == 1
    assert shelf.go_live("e1") == 0
    (document,) = store.list("acme", 9, FIRST, None)
    assert (document.state, document.passages) == ("indexed", 2)


def test_live_passages_come_whole_and_in_order(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, shelf: SqlPassageShelf
) -> None:
    stage(intake_store, queue, "one", "three")
    embed(shelf)
    shelf.go_live("e1")
    with shelf.snapshot("e1") as snapshot:
        (passage, vector), (second, _) = snapshot.passages
    assert passage == Passage(
        passage_id="a.md-one",
        tenant="acme",
        document_id=document_id_of("acme", "docs", "a.md"),
        uri="a.md",
        url="https://example.org/a#here",
        title="Title",
        heading_path=("Above",),
        text="one",
        start=2,
        end=5,
        updated_at="2026-01-01T00:00:00Z",
        access=("staff",),
    )
    assert vector.dtype == np.float32
    assert vector.tolist() == [float(len("Title > Above\none")), 1.0]
    assert second.text == "three"


@pytest.mark.parametrize(
    ("url", "anchor", "expected"),
    [
        ("", "here", ""),
        ("https://example.org/a", "", "https://example.org/a"),
        ("https://example.org/a", "here", "https://example.org/a#here"),
    ],
)
def test_addresses_lead_to_the_section_where_both_are_known(
    intake_store: SqlIntakeStore,
    queue: SqlIngestQueue,
    shelf: SqlPassageShelf,
    url: str,
    anchor: str,
    expected: str,
) -> None:
    stage(intake_store, queue, "one", header=DocumentHeader("a.md", "text/markdown", url), anchor=anchor)
    embed(shelf)
    shelf.go_live("e1")
    (passage,) = live(shelf)
    assert passage.url == expected
    assert passage.updated_at == "2025-06-15T15:06:40Z"  # when it was accepted


def access(shelf: SqlPassageShelf) -> list[tuple[str, ...]]:
    with shelf.snapshot("e1") as snapshot:
        return [passage.access for passage, _ in snapshot.passages]


def test_passages_carry_the_metadata_of_their_document(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, shelf: SqlPassageShelf
) -> None:
    said = Metadata("T", "https://example.org/x", "2026-01-01T00:00:00Z", (), ("bee",), "en", "Hive", "2")
    stage(intake_store, queue, "one", header=DocumentHeader("a.md", "text/markdown"), metadata=said)
    embed(shelf)
    shelf.go_live("e1")
    (passage,) = live(shelf)
    assert (passage.url, passage.updated_at) == ("https://example.org/x#here", "2026-01-01T00:00:00Z")
    assert (passage.title, passage.tags, passage.product, passage.version) == ("T", ("bee",), "Hive", "2")


def test_a_passage_is_read_by_those_only_who_may_see_it_then_and_now(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, shelf: SqlPassageShelf
) -> None:
    def header(*tags: str) -> DocumentHeader:
        return DocumentHeader("a.md", "text/markdown", access=tags)

    stage(intake_store, queue, "secret", header=header(), metadata=Metadata("T", access=("board",)))
    embed(shelf)
    shelf.go_live("e1")
    assert access(shelf) == [("board",)]
    # New content for everyone is accepted, then read: what is live is still the old one.
    stage(intake_store, queue, "open", header=header(), content="2", metadata=Metadata("T"))
    assert access(shelf) == [("board",)]
    for now, expected in (((), [("board",)]), (("board", "x"), [("board",)]), (("x",), [])):
        intake_store.record("acme", "docs", [Arrival(header(*now), "2", 1)])
        assert access(shelf) == expected


def test_the_old_passages_stay_live_until_the_new_ones_are_ready(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, shelf: SqlPassageShelf
) -> None:
    stage(intake_store, queue, "old", "both")
    embed(shelf)
    shelf.go_live("e1")
    stage(intake_store, queue, "both", "new", content="2")
    assert [passage.text for passage in live(shelf)] == ["old", "both"]
    assert embed(shelf) == ["Title > Above\nnew"]
    assert shelf.go_live("e1") == 1
    assert [passage.text for passage in live(shelf)] == ["both", "new"]


def test_equal_texts_are_embedded_once(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, shelf: SqlPassageShelf
) -> None:
    stage(intake_store, queue, "same", "same2")
    stage(intake_store, queue, "same", header=DocumentHeader("b.md", "text/markdown"))
    assert shelf.count_unembedded("e1") == 2
    assert len(embed(shelf)) == 2
    assert shelf.go_live("e1") == 2
    assert len(live(shelf)) == 3


def test_vectors_of_another_embedder_do_not_count(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, shelf: SqlPassageShelf
) -> None:
    stage(intake_store, queue, "one")
    embed(shelf, "e1")
    assert shelf.count_unembedded("e2") == 1
    assert shelf.go_live("e2") == 0
    embed(shelf, "e2")
    shelf.go_live("e2")
    assert [len(live(shelf, "e2")), len(live(shelf, "e3"))] == [1, 0]


def test_a_snapshot_does_not_see_what_changes_and_does_not_stand_in_its_way(
    intake_store: SqlIntakeStore,
    queue: SqlIngestQueue,
    shelf: SqlPassageShelf,
    store: Documents,
) -> None:
    stage(intake_store, queue, "one", "two", "three")
    embed(shelf)
    shelf.go_live("e1")
    with shelf.snapshot("e1") as snapshot:
        texts = [next(snapshot.passages)[0].text]
        store.delete("acme", [document_id_of("acme", "docs", "a.md")])
        shelf.keep_vectors("e1", [Unembedded("x", b"x")], np.ones((1, 2), np.float32))
        texts += [passage.text for passage, _ in snapshot.passages]
    assert texts == ["one", "two", "three"]
    assert live(shelf) == []


def test_a_snapshot_that_is_left_early_can_be_opened_again(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, shelf: SqlPassageShelf
) -> None:
    stage(intake_store, queue, "one", "two")
    embed(shelf)
    shelf.go_live("e1")
    with pytest.raises(ValueError, match="invalid literal"), shelf.snapshot("e1") as snapshot:
        int(next(snapshot.passages)[0].text)
    assert len(live(shelf)) == 2


def test_passages_of_a_document_that_has_changed_again_are_not_embedded(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, shelf: SqlPassageShelf, look: Look
) -> None:
    stage(intake_store, queue, "one")
    arrival = Arrival(HEADER, "2", 1)
    intake_store.record("acme", "docs", [arrival])
    assert shelf.unembedded("e1", 9) == []
    assert look.one("SELECT count(*) AS v FROM passages WHERE live = 0") == 1
    assert shelf.go_live("e1") == 0


def test_workers_embed_different_documents_and_take_over_those_of_a_dead_one(
    intake_store: SqlIntakeStore, queue: SqlIngestQueue, connect: Connect, clock: FakeClock
) -> None:
    for number in range(4):
        stage(intake_store, queue, f"text {number}", header=DocumentHeader(f"{number}.md", "text/markdown"))
    queue.release()
    one, two = (SqlPassageShelf(connect(), clock, Claimant(f"s{n}", alone=False)) for n in range(2))
    first = {text.text for text in one.unembedded("e1", 4)}  # as many documents as two small ones need
    second = {text.text for text in two.unembedded("e1", 4)}
    assert (len(first), len(second), first & second) == (2, 2, set())
    embed(two)
    assert (one.go_live("e1"), two.go_live("e1")) == (0, 2)
    clock.advance(LEASE_SECONDS + 1)
    assert set(embed(two)) == first
    assert two.go_live("e1") == 2
