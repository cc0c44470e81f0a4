"""Passages that follow each other are read as one, and no document crowds out the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.generation.neighbours import joined, spread
from services.generation.passage import Passage
from services.generation.stored_vectors import StoredVectors

TEXT = "One is first. " * 3 + "\n\n" + "Two is next. " * 3 + "\n\n" + "Three is last. " * 3


def part(start: int, end: int, document: str = "d", **changes: object) -> Passage:
    passage = Passage(f"{document}{start}", document, f"{document}.md", "T", ("H",), TEXT[start:end], 1.0)
    return replace(passage, start=start, **changes)  # type: ignore[arg-type]


FIRST, SECOND = TEXT.index("\n\n"), TEXT.rindex("\n\n")
ONE, TWO, THREE = part(0, FIRST), part(FIRST + 2, SECOND), part(SECOND + 2, len(TEXT))


def test_what_follows_is_joined_in_the_order_of_the_document_and_ranks_as_the_better_one() -> None:
    other = part(0, 14, "e")
    (whole, alone) = joined((TWO, other, ONE))
    assert whole.text == TEXT[:SECOND]
    assert (whole.passage_id, whole.start) == (TWO.passage_id, 0)
    assert alone == other


def test_what_two_passages_hold_together_is_joined_to_both() -> None:
    (whole,) = joined((ONE, THREE, TWO))
    assert whole.text == TEXT


def test_other_documents_other_sections_and_distant_passages_stay_apart() -> None:
    for other in (replace(TWO, document_id="e"), replace(TWO, heading_path=("G",)), THREE):
        assert len(joined((ONE, other))) == 2


def test_places_do_not_grow_without_end() -> None:
    long = replace(ONE, text="word " * 500, start=0)
    after = replace(TWO, text="more " * 500, start=2500)
    assert len(joined((long, after))) == 2


def test_vectors_move_with_their_sentences() -> None:
    def kept(value: int, embedder: str = "e") -> StoredVectors:
        return StoredVectors(embedder, (0,), (13,), np.array([[value, 0]], np.int8), (1.0,))

    (whole,) = joined((replace(ONE, vectors=kept(1)), replace(TWO, vectors=kept(2))))
    assert whole.vectors is not None
    moved = whole.vectors.at(FIRST + 2, FIRST + 15)
    assert moved is not None
    assert moved.tolist() == [2.0, 0.0]
    (mixed,) = joined((replace(ONE, vectors=kept(1)), replace(TWO, vectors=kept(2, "f"))))
    assert mixed.vectors is None


@given(st.lists(st.sampled_from("abc"), max_size=12))
def test_spreading_loses_nothing_and_keeps_the_order_within_a_document(documents: list[str]) -> None:
    passages = [replace(part(0, 5, name), passage_id=f"{name}{at}") for at, name in enumerate(documents)]
    after = spread(passages)
    assert sorted(p.passage_id for p in after) == sorted(p.passage_id for p in passages)
    for name in "abc":
        own = [p.passage_id for p in after if p.document_id == name]
        assert own == [p.passage_id for p in passages if p.document_id == name]


def test_a_fourth_passage_of_a_document_comes_after_those_of_others() -> None:
    passages = [replace(ONE, passage_id=f"d{at}") for at in range(4)] + [part(0, 5, "e")]
    assert [p.passage_id for p in spread(passages)] == ["d0", "d1", "d2", "e0", "d3"]
