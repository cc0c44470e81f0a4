"""Sources fit the budget, without repetitions and without stumps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.generation.context import MIN_REMAINDER, assemble, count_tokens, within
from tests.generation.examples import COFFEE, LEAVE, TEA, passage

LONG = " ".join(f"Sentence number {i} says something about topic {i * 7}." for i in range(60))


def test_sources_are_numbered_in_the_order_of_relevance() -> None:
    sources = assemble((passage(TEA), passage(COFFEE), passage(LEAVE)), 2400)
    assert [(source.n, source.text) for source in sources] == [(1, TEA), (2, COFFEE), (3, LEAVE)]


def test_near_duplicates_are_left_out() -> None:
    twin = passage(TEA.replace("Biscuits", "Biscuits,"), passage_id="twin")
    assert [source.passage.text for source in assemble((passage(TEA), twin, passage(COFFEE)), 2400)] == [
        TEA,
        COFFEE,
    ]


def test_a_passage_that_does_not_fit_is_skipped_and_a_smaller_one_follows() -> None:
    wall = "word" * 500
    sources = assemble((passage(TEA), passage(wall), passage(COFFEE)), 160)
    assert [source.passage.text for source in sources] == [TEA, COFFEE]


def test_a_passage_is_cut_at_the_end_of_a_sentence() -> None:
    (source,) = assemble((passage(LONG),), 400)
    assert LONG.startswith(source.text)
    assert source.text.endswith(".")
    assert MIN_REMAINDER <= count_tokens(source.text) <= 400


def test_no_stump_is_offered() -> None:
    assert assemble((passage(LONG),), MIN_REMAINDER) == ()


def test_empty_passages_are_left_out() -> None:
    assert assemble((passage(" "),), 2400) == ()


def test_a_smaller_budget_keeps_the_numbers() -> None:
    sources = assemble((passage(LONG), passage(TEA), passage(COFFEE)), 2400)
    kept = within(sources, 100)
    assert [source.n for source in kept] == [2, 3][: len(kept)]
    assert kept
    assert within(sources, 2400) == sources


def test_scripts_without_spaces_count_a_token_a_character() -> None:
    assert count_tokens("年次休暇") == 4
    assert count_tokens("annual leave") == 4
    assert count_tokens("") == 0


@given(st.integers(0, 3000))
def test_the_budget_is_never_exceeded(budget: int) -> None:
    sources = assemble((passage(LONG), passage(TEA), passage(COFFEE), passage(LEAVE)), budget)
    assert sum(count_tokens(source.text) for source in sources) <= budget
