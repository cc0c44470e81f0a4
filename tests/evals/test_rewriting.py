"""Three ways of searching for a conversation's questions."""

from __future__ import annotations

from datetime import UTC, datetime

from evals.mtrag import Asked
from evals.rewriting import after_the_last, as_asked, recall, report, rewritten
from services.generation.memory import PastTurn
from services.generation.passage import Found
from tests.generation.examples import passage

BEFORE = PastTurn("", "When is tea served?", "", "At four in the garden.", "stop", datetime.now(UTC))
FOLLOW_UP = Asked("c<::>2", "And is it free?", (BEFORE,), "tea", "ANSWERABLE", False, frozenset({"tea"}))
FIRST = Asked("d<::>1", "How much is coffee?", (), "tea", "ANSWERABLE", True, frozenset({"coffee", "x"}))


def search(query: str) -> Found:
    if "tea" in query:
        return Found((passage(passage_id="tea", dense=0.8, score=1.0),))
    return Found((passage(passage_id="coffee", dense=0.1, score=0.3),))


def test_the_ways_search_for_different_words() -> None:
    assert recall(as_asked(FOLLOW_UP, search), FOLLOW_UP.relevant) == 0
    assert recall(after_the_last(FOLLOW_UP, search), FOLLOW_UP.relevant) == 1
    assert recall(rewritten(FOLLOW_UP, search), FOLLOW_UP.relevant) == 1


def test_a_first_question_is_searched_for_as_it_is() -> None:
    assert rewritten(FIRST, search) == as_asked(FIRST, search) == after_the_last(FIRST, search)
    assert recall(as_asked(FIRST, search), FIRST.relevant) == 0.5


def test_the_report_has_a_row_for_each_kind_and_half() -> None:
    text = report((FOLLOW_UP, FIRST), {"as asked": (0.0, 0.5)}, (FIRST,), {"as asked": (0.25,)})
    assert "| all | both | 2 | .250 |" in text
    assert "| lean on the conversation | both | 1 | .000 |" in text
    assert "| standalone, another subject before | both | 1 | .250 |" in text
    assert len(text.splitlines()) == 2 + 3 * 4
