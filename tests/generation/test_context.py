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


@given(st.permutations([TEA, COFFEE, LEAVE, LONG, TEA + " ", LEAVE]), st.integers(0, 3000), st.booleans())
def test_sources_are_stable_distinct_within_the_budget_and_numbered_in_order(
    texts: list[str], budget: int, for_model: bool
) -> None:
    passages = tuple(passage(text, passage_id=str(at), start=at * 9000) for at, text in enumerate(texts))
    sources = assemble(passages, budget, for_model=for_model)
    assert sources == assemble(passages, budget, for_model=for_model)
    assert [source.n for source in sources] == list(range(1, len(sources) + 1))
    assert len({source.passage.text.strip() for source in sources}) == len(sources)
    assert sum(count_tokens(source.text) for source in sources) <= budget
    assert all(
        source.text == source.passage.text or count_tokens(source.text) >= MIN_REMAINDER for source in sources
    )


def test_for_a_model_passages_that_follow_each_other_are_one_source() -> None:
    later = passage(COFFEE, passage_id="later", start=len(TEA) + 2)
    parts = (passage(TEA, start=0), later)
    assert len(assemble(parts, 2400)) == 2
    (whole,) = assemble(parts, 2400, for_model=True)
    assert whole.text == f"{TEA}\n\n{COFFEE}"
