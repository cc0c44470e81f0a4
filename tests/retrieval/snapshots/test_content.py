"""Passages and documents survive the way into a chunk and back; anything else in it is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from libs.common.errors import Conflict
from services.retrieval.index import StoredPassage
from services.retrieval.snapshots.content import document_chunk, documents_of, passage_chunk, passages_of
from tests.retrieval.example_passages import embedded
from tests.retrieval.snapshots.example_snapshot import PASSAGES, records

ENTRIES = [StoredPassage.of(*pair) for pair in embedded(PASSAGES[:3])]


def test_passages_come_back_to_the_bit() -> None:
    found = passages_of(passage_chunk("", ENTRIES))
    assert [entry.passage for entry in found] == [entry.passage for entry in ENTRIES]
    for one, other in zip(found, ENTRIES, strict=True):
        assert one.vector.tobytes() == other.vector.astype("<f4").tobytes()


def test_documents_come_back() -> None:
    assert documents_of(document_chunk("000000", records())) == records()


def test_the_form_is_canonical() -> None:
    again = [StoredPassage.of(replace(entry.passage), np.array(entry.vector)) for entry in ENTRIES]
    assert passage_chunk("x", again) == passage_chunk("x", ENTRIES)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"start":', b'"begin":'),
        (b'"start":3', b'"start":"3"'),
        (b'"access":[]', b'"access":""'),
        (b'"access":[]', b'"access":[1]'),
        (b'"text":', b'"text" '),
        (b"\n", b" "),
    ],
)
def test_what_another_program_wrote_is_refused(old: bytes, new: bytes) -> None:
    chunk = passage_chunk("", ENTRIES)
    assert old in chunk.content
    with pytest.raises(Conflict):
        passages_of(replace(chunk, content=chunk.content.replace(old, new)))


def test_vectors_must_be_there_and_finite() -> None:
    chunk = passage_chunk("", ENTRIES)
    nan = StoredPassage.of(ENTRIES[0].passage, np.full(384, np.nan, np.float32))
    for wrong in (
        replace(chunk, content=chunk.content[:-1]),
        replace(chunk, content=chunk.content[: -3 * 384 * 4]),
        replace(chunk, count=4),
        replace(chunk, count=0),
        replace(chunk, name="zz"),
        passage_chunk("", [nan]),
    ):
        with pytest.raises(Conflict):
            passages_of(wrong)
    documents = document_chunk("000000", records())
    with pytest.raises(Conflict):
        documents_of(replace(documents, content=documents.content + b"x"))
