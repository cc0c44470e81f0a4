"""What P1 and P2 ask."""

from __future__ import annotations

from benchmarks.corpus import OWN_DOCUMENTATION


def test_no_question_is_asked_twice() -> None:
    asked = OWN_DOCUMENTATION.asked(3)
    assert len(asked) == len(set(asked)) == 3 * len(OWN_DOCUMENTATION.questions)
    assert asked[0] == f"{OWN_DOCUMENTATION.questions[0]} (1)"
