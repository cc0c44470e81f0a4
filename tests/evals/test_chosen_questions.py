"""What is reported is never what was tuned on."""

from __future__ import annotations

import pytest

from evals.chosen_questions import reported, sample, tunable
from evals.judged_set import SETS, JudgedSet


@pytest.mark.parametrize("judged", SETS.values(), ids=SETS)
def test_no_question_is_both_reported_and_tuned_on(judged: JudgedSet) -> None:
    if judged.absence:
        pytest.skip(judged.absence)
    _, questions = reported(judged)
    assert questions
    assert tunable(judged)
    assert not {q.text for q in questions} & {q.text for q in tunable(judged)}


def test_a_set_without_a_split_of_its_own_is_halved(small_set: JudgedSet) -> None:
    name, held_out = reported(small_set)
    assert name == "held out"
    assert {q.name for q in (*held_out, *tunable(small_set))} == {q.name for q in small_set.questions()}


def test_a_sample_is_the_same_whatever_the_order() -> None:
    words = [f"word {number}" for number in range(50)]
    chosen = sample(words, str, 7)
    assert len(set(chosen)) == 7
    assert chosen == sample(words[::-1], str, 7)
    assert set(chosen) != set(words[:7])


def test_without_a_limit_everything_is_taken_in_its_order() -> None:
    assert sample(["b", "a"], str, None) == ("b", "a")
