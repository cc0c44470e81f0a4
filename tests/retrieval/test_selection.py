"""A page holds the best candidates, as diverse and as whole as the profile asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from libs.common.manifest import Profile
from libs.embedding.embedder import Vectors
from services.retrieval.found_passage import FoundPassage
from services.retrieval.neighbours import MOST_JOINED
from services.retrieval.selection import considered, select
from tests.retrieval.example_passages import example
from tests.retrieval.example_runs import held


def candidate(name: str, score: float, document: str = "", start: int = 0) -> FoundPassage:
    uri = document or f"{name}.md"
    passage = replace(example(name, uri=uri), passage_id=name, start=start, end=start + 10)
    return FoundPassage(passage, score, score, None, None)


def vectors(**each: Sequence[float]) -> dict[str, Vectors]:
    return {name: np.asarray(value, np.float32) for name, value in each.items()}


def names(passages: Sequence[FoundPassage]) -> list[str]:
    return [found.passage.passage_id for found in passages]


def test_without_wishes_the_best_come_in_their_order() -> None:
    chosen = select([candidate("a", 0.9), candidate("b", 0.8), candidate("c", 0.7)], {}, 2, Profile())
    assert names(chosen.passages) == ["a", "b"]
    assert chosen.places == {"a": 1, "b": 2}
    assert chosen.reasons == {"c": ("beyond_k", "")}


def test_a_document_gives_no_more_passages_than_it_may() -> None:
    found = [candidate(name, 1.0 - n / 10, "one.md", n * 999) for n, name in enumerate("abc")]
    chosen = select([*found, candidate("x", 0.1)], {}, 3, Profile(per_document=2))
    assert names(chosen.passages) == ["a", "b", "x"]
    assert chosen.reasons["c"] == ("same_document", "")


def test_relevance_against_novelty_passes_over_what_says_the_same_again() -> None:
    found = [candidate("a", 0.9), candidate("again", 0.89), candidate("new", 0.6)]
    near = vectors(a=[1, 0], again=[0.99, 0.14], new=[0, 1])
    assert names(select(found, near, 2, Profile(relevance=0.5)).passages) == ["a", "new"]
    assert select(found, near, 2, Profile(relevance=0.5)).reasons["again"] == ("similar", "a")
    assert names(select(found, near, 2, Profile(relevance=0.99)).passages) == ["a", "again"]


def test_neighbours_become_one_passage_and_make_room_for_another() -> None:
    found = [candidate("a", 0.9, "one.md", 20), candidate("x", 0.8), candidate("b", 0.7, "one.md", 5)]
    chosen = select([*found, candidate("y", 0.6), candidate("z", 0.5)], {}, 3, Profile(neighbours="join"))
    assert names(chosen.passages) == ["a", "x", "y"]
    assert chosen.passages[0].passage.text == "b\n\na"
    assert held(chosen.passages[0]) == ("b", "a")
    assert chosen.places == {"a": 1, "b": 1, "x": 2, "y": 3}
    assert chosen.reasons["b"] == ("joined", "a")


def test_a_neighbour_from_beyond_the_page_is_joined_too() -> None:
    found = [candidate("a", 0.9, "one.md", 20), candidate("x", 0.8), candidate("b", 0.7, "one.md", 5)]
    chosen = select(found, {}, 2, Profile(neighbours="join"))
    assert [held(passage) for passage in chosen.passages] == [("b", "a"), ("x",)]


def test_no_passage_grows_without_end() -> None:
    found = [candidate(name, 1.0 - n / 10, "one.md", n * 12) for n, name in enumerate("abcdef")]
    chosen = select(found, {}, 6, Profile(neighbours="join"))
    assert max(len(passage.parts) for passage in chosen.passages) == MOST_JOINED
    assert sorted(one for passage in chosen.passages for one in held(passage)) == list("abcdef")


def test_neighbours_that_are_not_on_the_page_are_offered() -> None:
    found = [candidate("a", 0.9, "one.md", 20), candidate("x", 0.8), candidate("b", 0.7, "one.md", 5)]
    chosen = select(found, {}, 2, Profile(neighbours="offer"))
    assert [passage.neighbours for passage in chosen.passages] == [("b",), ()]
    whole = select(found, {}, 3, Profile(neighbours="offer"))
    assert [passage.neighbours for passage in whole.passages] == [(), (), ()]


def test_more_candidates_are_looked_at_where_there_is_something_to_choose() -> None:
    assert considered(Profile(), 8) == 8
    for profile in (Profile(per_document=1), Profile(relevance=0.7), Profile(neighbours="join")):
        assert considered(profile, 8) == 40
