"""From content to passages."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from uuid import UUID

import pytest

from services.retrieval import document_reader
from services.retrieval.document_metadata import Metadata
from services.retrieval.document_reader import DocumentReader
from services.retrieval.ingest_queue import ClaimedDocument
from services.retrieval.parsed_document import Block, ParsedDocument, Unreadable
from services.retrieval.passage import Passage
from tests.retrieval.example_documents import GUIDE, InProcessParser, count_words


def claimed(
    tenant: str = "acme", uri: str = "guide.md", content_type: str = "text/markdown"
) -> ClaimedDocument:
    return ClaimedDocument(f"d_{uri}", tenant, uri, content_type, "hash", 1, 1)


def read(source: str, document: ClaimedDocument | None = None) -> document_reader.Reading:
    return DocumentReader(count_words, InProcessParser()).read(document or claimed(), source.encode())


def test_passages_carry_what_is_needed_to_embed_and_to_find_them() -> None:
    long = GUIDE.replace("Feed sugar", "word " * 60 + "Feed sugar")
    reading = read(long)
    assert reading.metadata.title == "Bee guide"
    passage = reading.passages[-1]
    assert (passage.heading_path, passage.anchor) == (("Feeding",), "feeding")
    above = Passage("", "", "", "", "", "Bee guide", ("Feeding",), passage.text, 0, 0, "")
    assert passage.text_hash == hashlib.sha256(above.indexed_text.encode()).digest()
    assert passage.end - passage.start == len(passage.text)


def test_ids_are_uuids_and_stay_while_the_passage_stays() -> None:
    first = read("# Guide\n\n" + "one " * 80 + "\n\n## More\n\n" + "two " * 80)
    assert [UUID(passage.passage_id).version for passage in first.passages] == [5, 5]
    changed = read("# Guide\n\n" + "one " * 85 + "\n\n## More\n\n" + "two " * 80)
    assert changed.passages[0].passage_id != first.passages[0].passage_id
    assert changed.passages[1].passage_id == first.passages[1].passage_id


def test_equal_passages_of_one_document_have_different_ids() -> None:
    section = "## Same\n\n" + "word " * 80 + "\n\n"
    ids = [passage.passage_id for passage in read(section * 3).passages]
    assert len(set(ids)) == len(ids) == 3


@pytest.mark.parametrize("other", [claimed(tenant="other"), claimed(uri="copy.md")])
def test_equal_passages_of_other_documents_and_tenants_have_other_ids(other: ClaimedDocument) -> None:
    ours = {passage.passage_id for passage in read(GUIDE).passages}
    assert ours.isdisjoint(passage.passage_id for passage in read(GUIDE, other).passages)


def test_a_document_of_headings_only_is_skipped() -> None:
    with pytest.raises(Unreadable, match="no text besides headings") as caught:
        read("# One\n\n## Two\n")
    assert caught.value.state == "skipped"


def test_a_document_that_makes_too_many_passages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_reader, "MAX_PASSAGES", 2)
    with pytest.raises(Unreadable, match="split it"):
        read("".join(f"## {n}\n\n{'word ' * 80}\n\n" for n in range(3)))


@pytest.mark.parametrize("fault", [RecursionError, IndexError, ValueError, MemoryError, AssertionError])
def test_a_parser_that_fails_costs_only_its_document(fault: type[Exception]) -> None:
    class Broken:
        def parse(self, content: bytes, content_type: str, uri: str) -> ParsedDocument:
            raise fault("inside the parser")

        def close(self) -> None:
            raise NotImplementedError

    with pytest.raises(Unreadable, match=f"parser failed on it \\({fault.__name__}\\)") as caught:
        DocumentReader(count_words, Broken()).read(claimed(), GUIDE.encode())
    assert (caught.value.state, caught.value.code) == ("failed", "parser_fault")


def given(**header: object) -> ClaimedDocument:
    return replace(claimed(), given=Metadata(**header))  # type: ignore[arg-type]


def test_what_the_source_says_comes_before_what_the_document_says() -> None:
    source = "---\ntitle: Own\nproduct: Hive\ntags: [b]\n---\nBees make honey, and every hive has one queen."
    metadata = read(source, given(title="Given", tags=("a",))).metadata
    assert metadata == Metadata("Given", tags=("a", "b"), product="Hive", language="en")


def test_a_document_may_narrow_who_sees_it_but_never_widen_it() -> None:
    source = "---\naccess: [staff, press]\n---\nBees make honey."
    assert read(source).metadata.access == ("press", "staff")
    assert read(source, given(access=("board", "staff"))).metadata.access == ("staff",)
    assert read("---\naccess: []\n---\nBees.", given(access=("board",))).metadata.access == ("board",)
    with pytest.raises(Unreadable, match="none; align the two") as caught:
        read(source, given(access=("board",)))
    assert caught.value.code == "access_conflict"


def test_passages_tell_their_page_and_their_language() -> None:
    class Pages:
        def parse(self, content: bytes, content_type: str, uri: str) -> ParsedDocument:
            texts = ["English words about bees and their honey, and about hives in the garden. " * 14]
            texts.append("Deutsche Wörter über Bienen und ihren Honig und über Stöcke im Garten. " * 14)
            text = "\n\n".join(texts)
            middle = len(texts[0])
            blocks = (
                Block("paragraph", 0, middle, page=3),
                Block("paragraph", middle + 2, len(text), page=4),
            )
            return ParsedDocument("Bees", text, blocks)

        def close(self) -> None:
            raise NotImplementedError

    reading = DocumentReader(count_words, Pages()).read(claimed(), b"x")
    assert [(passage.page, passage.language) for passage in reading.passages] == [(3, "en"), (4, "de")]
