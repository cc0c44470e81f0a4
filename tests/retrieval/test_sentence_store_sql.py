"""Sentence vectors in SQL."""

from __future__ import annotations

import numpy as np
import pytest

from services.retrieval.sentence_store import UnsplitPassage
from services.retrieval.sentence_store_sql import SqlSentenceStore
from services.retrieval.sentence_vectors import SentenceVectors
from tests.retrieval.conftest import Connect, Look

HASHES = [bytes([number]) * 32 for number in range(1, 5)]


def vectors(length: int = 8) -> SentenceVectors:
    return SentenceVectors.of([(0, 4)], np.full((1, length), 0.5, np.float32))


@pytest.fixture
def sentences(connect: Connect, look: Look) -> SqlSentenceStore:
    """A store beside four passages, of which the last is not live yet and two say the same."""
    look.change(
        "INSERT INTO documents (document_id, tenant, source_id, uri, url, content_type, access, updated_at,"
        " content_hash, size_bytes, state, revision, pending_since, last_seen_at, last_changed_at)"
        " VALUES ('d', 't', 's', 'u', '', '', '[]', '', 'c', 0, 'indexed', 1, 0, 0, 0)"
    )
    for ordinal, (place, live) in enumerate([(0, 1), (1, 1), (1, 1), (2, 1), (3, 0)]):
        look.change(
            "INSERT INTO passages (document_id, live, ordinal, passage_id, heading_path, anchor, text, first,"
            " past, text_hash) VALUES ('d', :live, :ordinal, 'p', '[]', '', :text, 0, 4, :hash)",
            {"live": live, "ordinal": ordinal, "text": f"text {place}", "hash": HASHES[place]},
        )
    return SqlSentenceStore(connect())


def test_live_passages_lack_sentence_vectors_until_these_are_kept(sentences: SqlSentenceStore) -> None:
    assert sentences.lacking("e1", b"", 9) == [
        UnsplitPassage(f"text {place}", HASHES[place]) for place in range(3)
    ]

    sentences.keep("e1", {HASHES[1]: vectors(), HASHES[0]: vectors()})

    assert [passage.text for passage in sentences.lacking("e1", b"", 9)] == ["text 2"]
    assert len(sentences.lacking("e2", b"", 9)) == 3


def test_passages_are_gone_through_in_pieces(sentences: SqlSentenceStore) -> None:
    first = sentences.lacking("e1", b"", 2)
    rest = sentences.lacking("e1", first[-1].text_hash, 2)

    assert [passage.text for passage in (*first, *rest)] == ["text 0", "text 1", "text 2"]
    assert sentences.lacking("e1", rest[-1].text_hash, 2) == []


def test_what_was_kept_is_read_by_embedder_and_hash(sentences: SqlSentenceStore) -> None:
    sentences.keep("e1", {HASHES[0]: vectors(), HASHES[1]: vectors(16)})
    sentences.keep("e1", {HASHES[1]: vectors(12)})

    found = sentences.get("e1", HASHES)

    assert {key: one.values.shape for key, one in found.items()} == {HASHES[0]: (1, 8), HASHES[1]: (1, 12)}
    assert sentences.get("e2", HASHES) == {}
    assert sentences.get("e1", []) == {}


def test_what_no_passage_needs_is_swept(sentences: SqlSentenceStore, look: Look) -> None:
    sentences.keep("e1", {HASHES[0]: vectors(), HASHES[3]: vectors(), b"gone": vectors()})
    sentences.keep("e0", {HASHES[0]: vectors()})

    assert sentences.sweep("e1") == 2
    assert set(sentences.get("e1", [*HASHES, b"gone"])) == {HASHES[0], HASHES[3]}
    assert sentences.get("e0", HASHES) == {}
