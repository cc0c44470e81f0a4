"""What is learned about answers: near misses from SQuAD 2.0 alone, all else from every example."""

from __future__ import annotations

from evals.fit_answers import FOUND, OF_ANSWER, Row, answer_table, closeness_table, rows_of
from evals.fit_sentences import out_of_scope_examples, squad_examples
from evals.squad2 import SquadQuestion
from services.generation.alignment import FEATURES, Alignment
from services.generation.passage import Found, Passage
from services.generation.sentence_ranking import SentenceRanking
from tests.fakes.fake_embedder import FakeEmbedder

FOUND_GATE = Found((Passage("p", "d", "house/gate.md", "Gate", (), "The gate opens at nine.", 1.0, 0.7),))


def row(near_miss: bool, relevance: float) -> Row:
    aligned = tuple(float(near_miss and name == "opposites") for name in FEATURES)
    found, judged = (0.5,) * len(FOUND), (*(0.5,) * len(OF_ANSWER), relevance)
    return Row(found, aligned, judged, not near_miss, not near_miss, 1.0)


def test_a_difference_that_only_near_misses_have_speaks_against_an_answer() -> None:
    rows = [row(bool(number % 2), 0.5 + number / 100) for number in range(20)]
    closeness = closeness_table(rows)
    assert closeness[0]["opposites"] < -1.0
    assert answer_table(rows, closeness)[0]["closeness"] > 0.0


def test_rows_say_whether_a_passage_answers_where_that_is_known() -> None:
    embedder = FakeEmbedder()
    ranking, alignment = SentenceRanking(embedder), Alignment(embedder)
    asked = [
        SquadQuestion("When does the gate open?", ("nine",), "gate"),
        SquadQuestion("Who shut the gate?"),
    ]
    found = {each.text: FOUND_GATE for each in asked} | {"Is it raining?": FOUND_GATE}
    squad = rows_of(squad_examples(asked, found, ranking), alignment)
    strange = rows_of(out_of_scope_examples(["Is it raining?"], found, ranking), alignment)
    assert [each.answerable for each in (*squad, *strange)] == [True, False, None]
