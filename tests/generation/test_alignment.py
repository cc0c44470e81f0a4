"""A sentence read closely against a question."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.generation.alignment import FEATURES, Alignment
from tests.fakes.fake_embedder import FakeEmbedder

SAID = "The northern castle was built in 1066 by William."


def aligned(question: str, sentence: str = SAID, language: str = "en") -> dict[str, float]:
    return dict(Alignment(FakeEmbedder()).aligned(question, sentence, language))


def test_where_every_word_is_matched_nothing_differs() -> None:
    found = aligned("Who built the northern castle in 1066?")
    differences = ("unmatched_name", "unmatched_number", "opposites", "other_ordinal", "negated")
    assert [found[name] for name in differences] == [0.0] * 5
    assert found["unmatched_likeness"] == 1.0


def test_a_name_a_number_or_an_ordinal_of_its_own_is_noticed() -> None:
    assert aligned("What castle did Harold build?")["unmatched_name"] == 1.0
    assert aligned("What castle was built in 1200?")["unmatched_number"] == 1.0
    assert aligned("Which was the second castle?")["other_ordinal"] == 1.0


def test_the_opposite_of_a_word_is_noticed() -> None:
    assert aligned("Who built the southern castle?")["opposites"] == 1.0


def test_a_negation_counts_more_where_only_the_question_has_it() -> None:
    found = aligned("Who did not build the castle?")
    assert (found["negated"], found["only_question_negated"]) == (1.0, 1.0)
    found = aligned("Who did not build the castle?", "William did not build the castle.")
    assert (found["negated"], found["only_question_negated"]) == (1.0, 0.0)


def test_what_names_the_thing_asked_for_need_not_be_said() -> None:
    assert aligned("Which king was it who built the castle?")["unmatched_likeness"] == 1.0
    assert aligned("Which castle did the king build?")["unmatched_likeness"] < 1.0


def test_opposites_and_negations_are_english() -> None:
    found = aligned("no southern first castle", language="de")
    assert [found[name] for name in ("opposites", "other_ordinal", "negated")] == [0.0] * 3


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_can_be_compared(question: str, sentence: str) -> None:
    assert set(aligned(question, sentence)) == set(FEATURES)
