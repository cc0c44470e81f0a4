"""The conversations of MTRAG-UN."""

from __future__ import annotations

import pytest

from evals.mtrag import MTRAG, changed_subjects, conversations, passages

pytestmark = pytest.mark.skipif(bool(MTRAG.absence), reason=MTRAG.absence or "here")


def test_every_question_has_its_conversation_and_its_passages() -> None:
    asked, known = conversations(), passages()
    assert len(asked) == 265
    assert sum(each.underspecified for each in asked) == 44
    assert all(each.relevant <= known.keys() for each in asked)
    assert all(each.standalone for each in asked if not each.turns)


def test_the_turns_of_a_conversation_are_in_one_half() -> None:
    halves: dict[str, set[str]] = {}
    for each in conversations():
        halves.setdefault(each.id.split("<")[0], set()).add(each.half)
    assert all(len(half) == 1 for half in halves.values())


def test_a_changed_subject_has_another_conversation_before_it() -> None:
    asked = conversations()
    own = {each.id: each for each in asked}
    changed = changed_subjects(asked)
    assert changed
    assert all(each.turns and each.turns != own[each.id].turns and each.standalone for each in changed)
