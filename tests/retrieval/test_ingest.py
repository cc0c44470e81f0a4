"""The whole ingest over real stores: everything is accounted for, nothing is done twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.retrieval import ingest as ingest_module
from services.retrieval.documents import DocumentHeader, DocumentSource, Progress, StateCounts
from services.retrieval.index import IndexFailure
from services.retrieval.ingest import PARTIAL_SECONDS, QUIET_SECONDS
from services.retrieval.passage import Passage
from services.retrieval.sentence_store_sql import SqlSentenceStore
from tests.fakes.fake_builder import published
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.conftest import FIRST
from tests.retrieval.example_documents import GUIDE
from tests.retrieval.example_ingest import Bench, open_bench


@pytest.fixture
def bench(tmp_path: Path, clock: FakeClock) -> Iterator[Bench]:
    opened = open_bench(tmp_path, clock)
    yield opened
    opened.close()


def uris(bench: Bench) -> list[str]:
    return sorted({passage.uri for passage in published(bench.folder)})


def served(bench: Bench) -> int:
    pointer = bench.folder.pointer()
    return pointer.revision if pointer else 0


def test_accepted_documents_are_indexed_and_published(bench: Bench, clock: FakeClock) -> None:
    result = bench.send(guide=GUIDE, wasps="# Wasps\n\nWasps do not make honey, but they are useful too.")
    bench.work(clock)
    assert bench.store.counts("acme") == StateCounts(indexed=2)
    assert served(bench) == result.revision
    passages = published(bench.folder)
    assert {(p.title, p.tenant) for p in passages} == {("Bee guide", "acme"), ("Wasps", "acme")}
    assert sum(d.passages for d in bench.store.list("acme", 9, FIRST, None)) == len(passages)
    assert bench.store.progress() == Progress("idle", 0, 0, 0.0)


def test_nothing_is_built_and_no_model_is_loaded_when_there_is_nothing_to_do(
    bench: Bench, clock: FakeClock, tmp_path: Path
) -> None:
    bench.work(clock)
    assert (bench.builder.built, bench.loads) == ([], [])
    bench.send(guide=GUIDE)
    bench.work(clock)
    bench.close()
    again = open_bench(tmp_path, clock)
    result = again.send(guide=GUIDE)
    again.work(clock)
    assert (result.unchanged, again.builder.built, again.loads) == (1, [], [])
    again.close()


def test_many_documents_make_one_build(bench: Bench, clock: FakeClock) -> None:
    bench.send({f"d{n}": f"Document number {n}." for n in range(100)}, complete=False)
    bench.work(clock)
    assert len(bench.builder.built) == 1
    assert len(uris(bench)) == 100


def test_a_build_waits_until_the_stream_has_paused(bench: Bench, clock: FakeClock) -> None:
    for number in range(5):
        bench.send({f"d{number}": f"Document number {number}."}, complete=False)
        assert bench.ingest.round()
        clock.advance(QUIET_SECONDS / 2)
    assert bench.builder.built == []
    bench.work(clock)
    assert bench.builder.built == [5]


def test_a_stream_that_never_pauses_is_published_in_parts(bench: Bench, clock: FakeClock) -> None:
    for number in range(200):
        bench.send({f"d{number}": f"Document number {number}."}, complete=False)
        bench.ingest.round()
        clock.advance(QUIET_SECONDS / 2)
    assert 1 <= len(bench.builder.built) <= 200 * QUIET_SECONDS / 2 / PARTIAL_SECONDS + 1


def test_a_part_is_published_only_with_what_is_settled_before_it(
    bench: Bench, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_module, "_PAGE", 4)  # two small documents
    for number in range(4):
        bench.send({f"d{number}": f"Document number {number}."}, complete=False)
    clock.advance(PARTIAL_SECONDS)
    bench.ingest.round()
    assert (served(bench), uris(bench)) == (2, ["d0.md", "d1.md"])
    bench.work(clock)
    assert (served(bench), len(uris(bench))) == (4, 4)


def test_another_folder_replaces_the_documents_and_the_first_one_comes_back_without_embedding(
    bench: Bench, clock: FakeClock
) -> None:
    bench.send(bees="Bees make honey.", wasps="Wasps sting.")
    bench.work(clock)
    bench.send(ants="Ants build hills.")
    bench.work(clock)
    assert uris(bench) == ["ants.md"]
    bench.embedder.texts.clear()
    bench.send(bees="Bees make honey.", wasps="Wasps sting.")
    bench.work(clock)
    assert (uris(bench), bench.embedder.texts) == (["bees.md", "wasps.md"], [])


def test_a_document_that_moves_costs_no_embedding(bench: Bench, clock: FakeClock) -> None:
    bench.send({"old": GUIDE, "other": "# Wasps\n\nWasps sting."})
    bench.work(clock)
    before = [(p.text, p.title) for p in published(bench.folder) if p.uri == "old.md"]
    bench.embedder.texts.clear()
    bench.send({"new/place": GUIDE, "other": "# Wasps\n\nWasps sting."})
    bench.work(clock)
    assert uris(bench) == ["new/place.md", "other.md"]
    assert [(p.text, p.title) for p in published(bench.folder) if p.uri == "new/place.md"] == before
    assert bench.embedder.texts == []


def test_only_what_has_changed_is_embedded(bench: Bench, clock: FakeClock) -> None:
    long = {name: f"About {name}. " + f"{name} " * 80 for name in ("one", "two", "three")}
    bench.send(guide="\n\n".join(f"## {name}\n\n{text}" for name, text in long.items()))
    bench.work(clock)
    ids = {passage.text: passage.passage_id for passage in published(bench.folder)}
    bench.embedder.texts.clear()
    long["two"] = "Changed. " + "two " * 80
    bench.send(guide="\n\n".join(f"## {name}\n\n{text}" for name, text in long.items()))
    bench.work(clock)
    assert [text.splitlines()[1][:8] for text in bench.embedder.texts] == ["Changed."]
    after = {passage.text: passage.passage_id for passage in published(bench.folder)}
    assert len(after) == 3
    assert sum(ids.get(text) == passage_id for text, passage_id in after.items()) == 2


def test_removed_and_deleted_documents_leave_the_index(bench: Bench, clock: FakeClock) -> None:
    bench.send(bees="Bees make honey.", wasps="Wasps sting.", ants="Ants build.")
    bench.work(clock)
    bench.send(bees="Bees make honey.", wasps="Wasps sting.")
    bench.work(clock)
    assert uris(bench) == ["bees.md", "wasps.md"]
    wasps = next(d for d in bench.store.list("acme", 9, FIRST, None) if d.uri == "wasps.md")
    assert bench.store.delete("acme", [wasps.document_id]).done == 1
    bench.work(clock)
    assert (uris(bench), served(bench)) == (["bees.md"], bench.store.accepted_revision("acme"))


def test_an_emptied_index_is_published_empty(bench: Bench, clock: FakeClock) -> None:
    bench.send(bees="Bees make honey.")
    bench.work(clock)
    result = bench.send()
    bench.work(clock)
    assert (published(bench.folder), served(bench)) == ([], result.revision)


def test_a_change_of_metadata_reaches_the_index(bench: Bench, clock: FakeClock) -> None:
    source = DocumentSource("docs", complete=False)
    bench.accept("acme", source, (DocumentHeader("a.md"), b"Secret matters."))
    bench.work(clock)
    header = DocumentHeader("a.md", url="https://example.org/a", access=("board",))
    bench.accept("acme", source, (header, b"Secret matters."))
    bench.work(clock)
    (passage,) = published(bench.folder)
    assert (passage.access, passage.url) == (("board",), "https://example.org/a")


def test_every_document_ends_in_a_state_with_a_reason(bench: Bench, clock: FakeClock) -> None:
    source = DocumentSource("docs", complete=True)
    result = bench.accept(
        "acme",
        source,
        (DocumentHeader("good.md"), b"Bees make honey."),
        (DocumentHeader("empty.md"), b""),
        (DocumentHeader("headings.md"), b"# Only\n\n## Headings"),
        (DocumentHeader("binary.txt"), b"\0\1\2\3"),
        (DocumentHeader("scan.txt"), b"%PDF-1.7"),
        (DocumentHeader("deep.html"), b"<div>" * 10_000),
    )
    bench.work(clock)
    found = bench.store.list("acme", 9, FIRST, None)
    codes = {d.uri: d.reason_code for d in found if d.reason_code}
    assert codes == {
        "empty.md": "empty",
        "headings.md": "no_text",
        "binary.txt": "binary",
        "scan.txt": "corrupt",
        "deep.html": "too_complex",
    }
    assert {d.uri: (d.state, d.reason) for d in found} == {
        "good.md": ("indexed", ""),
        "empty.md": ("skipped", "The document is empty."),
        "headings.md": ("skipped", "The document holds no text besides headings."),
        "binary.txt": ("failed", "This is binary data, not text; convert it to text, Markdown or HTML."),
        "scan.txt": ("failed", "The PDF is damaged or cut short; save and send it anew."),
        "deep.html": ("failed", "The page's elements are nested too deeply; repair the page."),
    }
    assert (uris(bench), served(bench)) == (["good.md"], result.revision)


def test_a_document_that_turns_bad_takes_its_old_passages_along(bench: Bench, clock: FakeClock) -> None:
    bench.send(bees="Bees make honey.", wasps="Wasps sting.")
    bench.work(clock)
    source = DocumentSource("docs", complete=False)
    bench.accept("acme", source, (DocumentHeader("bees.md"), b"\0\1\2\3"))
    bench.work(clock)
    assert uris(bench) == ["wasps.md"]


def test_a_lost_content_is_retried_and_comes_back_when_it_is_sent_again(
    bench: Bench, clock: FakeClock, tmp_path: Path
) -> None:
    bench.send(bees="Bees make honey.")
    blob = next(path for path in (tmp_path / "blobs").rglob("*") if path.is_file())
    blob.unlink()
    bench.work(clock)
    (document,) = bench.store.list("acme", 9, FIRST, None)
    assert (document.state, document.retryable) == ("failed", True)
    assert document.reason == "Its content was lost or damaged; send the document again."
    result = bench.send(bees="Bees make honey.")
    bench.work(clock)
    assert (result.accepted, uris(bench)) == (1, ["bees.md"])


def test_tenants_share_a_build_and_keep_their_own_passages(bench: Bench, clock: FakeClock) -> None:
    bench.send(bees="Bees make honey.")
    bench.send(tenant="other", bees="Bees make honey.")
    bench.work(clock)
    passages = published(bench.folder)
    assert sorted(passage.tenant for passage in passages) == ["acme", "other"]
    assert len({passage.passage_id for passage in passages}) == 2
    assert len(bench.embedder.texts) == 1


def test_a_model_that_fails_leaves_everything_as_it_was_and_the_work_goes_on_later(
    bench: Bench, clock: FakeClock
) -> None:
    bench.send(bees="Bees make honey.")
    bench.work(clock)
    bench.embedder.failure = RuntimeError("no memory")
    bench.send(complete=False, wasps="Wasps sting.")
    with pytest.raises(RuntimeError, match="no memory"):
        bench.work(clock)
    assert (uris(bench), bench.store.counts("acme")) == (["bees.md"], StateCounts(pending=1, indexed=1))
    bench.embedder.failure = None
    bench.work(clock)
    assert uris(bench) == ["bees.md", "wasps.md"]


def test_a_build_that_fails_is_made_again(bench: Bench, clock: FakeClock) -> None:
    bench.send(bees="Bees make honey.")
    bench.builder.failure = IndexFailure("no room")
    with pytest.raises(IndexFailure):
        bench.work(clock)
    bench.builder.failure = None
    bench.work(clock)
    assert uris(bench) == ["bees.md"]


def test_another_model_has_everything_embedded_and_built_again(
    bench: Bench, clock: FakeClock, tmp_path: Path
) -> None:
    bench.send(bees="Bees make honey.")
    bench.work(clock)
    before = served(bench)
    bench.close()
    again = open_bench(tmp_path, clock, embedder=FakeEmbedder("fake-2"))
    again.work(clock)
    assert len(again.embedder.texts) == 1
    assert (served(again) > before, uris(again)) == (True, ["bees.md"])
    again.close()


def test_a_damaged_build_is_made_again_without_embedding(
    bench: Bench, clock: FakeClock, tmp_path: Path
) -> None:
    bench.send(bees="Bees make honey.")
    bench.work(clock)
    pointer = bench.folder.pointer()
    assert pointer is not None
    (bench.folder.open(pointer).path / "passages.jsonl").write_text("")
    bench.close()
    again = open_bench(tmp_path, clock)
    again.work(clock)
    assert (again.loads, uris(again)) == ([], ["bees.md"])
    assert served(again) > pointer.revision
    again.close()


def test_an_index_that_outlived_its_database_is_overtaken(
    bench: Bench, clock: FakeClock, tmp_path: Path
) -> None:
    for number in range(3):
        bench.send(bees=f"Bees make honey {number}.")
        bench.work(clock)
    bench.close()
    for path in tmp_path.glob("documents.sqlite*"):
        path.unlink()
    again = open_bench(tmp_path, clock)
    result = again.send(wasps="Wasps sting.")
    again.work(clock)
    assert (served(again), uris(again)) == (result.revision, ["wasps.md"])
    again.close()


def test_it_stops_between_documents_and_goes_on_where_it_was(bench: Bench, clock: FakeClock) -> None:
    bench.send({f"d{n}": f"Document number {n}." for n in range(10)})
    bench.stopping[0] = True
    assert not bench.ingest.round()
    assert bench.store.counts("acme") == StateCounts(pending=10)
    bench.ingest.end()
    assert bench.store.progress().phase == ""
    bench.stopping[0] = False
    bench.work(clock)
    assert [d.attempts for d in bench.store.list("acme", 99, FIRST, None)] == [1] * 10


def test_a_document_that_changes_while_it_is_ingested_ends_with_its_last_content(
    bench: Bench, clock: FakeClock
) -> None:
    bench.send(bees="Bees make honey.")
    bench.ingest.round()  # read and embedded, not published
    bench.send(bees="Bees make wax.")
    bench.work(clock)
    (passage,) = published(bench.folder)
    assert passage.text == "Bees make wax."


def test_passages_point_into_the_parsed_text(bench: Bench, clock: FakeClock) -> None:
    bench.send(guide=GUIDE)
    bench.work(clock)
    passages: list[Passage] = published(bench.folder)
    assert all(passage.end - passage.start == len(passage.text) for passage in passages)
    assert all(passage.updated_at.endswith("Z") for passage in passages)


def test_sentences_are_embedded_once_their_passages_are_served(tmp_path: Path, clock: FakeClock) -> None:
    bench = open_bench(tmp_path, clock, sentences=True)
    result = bench.send(guide=GUIDE)
    store, known = SqlSentenceStore(bench.databases[1]), []
    for _ in range(20):
        hashes = {hash_of(passage) for passage in published(bench.folder)}
        known.append((served(bench) == result.revision, len(store.get("fake-1", hashes))))
        clock.advance(QUIET_SECONDS)
        bench.ingest.round()

    passages = published(bench.folder)
    found = store.get("fake-1", {hash_of(passage) for passage in passages})
    assert all(is_served for is_served, count in known if count)
    assert [hash_of(passage) in found for passage in passages] == [True] * len(passages)
    for passage in passages:
        spans = found[hash_of(passage)].spans
        assert all(passage.text[start:end].strip() == passage.text[start:end] for start, end in spans)
    embedded = len(bench.embedder.texts)
    bench.send(guide=GUIDE, wasps="# Wasps\n\nWasps do not make honey.")
    bench.work(clock)
    assert bench.embedder.texts[embedded:] == [
        "Wasps\nWasps do not make honey.",
        "Wasps do not make honey.",
    ]
    bench.close()


def hash_of(passage: Passage) -> bytes:
    return hashlib.sha256(passage.indexed_text.encode()).digest()
