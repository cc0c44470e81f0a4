"""Examples are labelled as the questions say, and the weights learned from them make sense."""

from __future__ import annotations

from evals.fit_sentences import document_examples, out_of_scope_examples, sentence_weights, squad_examples
from evals.question_set import Kind, Question
from evals.squad2 import SquadQuestion
from services.generation.passage import Found, Passage
from services.generation.sentence_ranking import SentenceRanking
from tests.fakes.fake_embedder import FakeEmbedder

TEXT = "The gate is green and old. The gate opens at nine. Ask the guard for a key."
FOUND = Found((Passage("p", "d", "house/gate.md", "Gate", (), TEXT, 1.0, 0.7),))


def question(half: str, kind: Kind = "answerable") -> Question:
    """When the gate opens, asked so that it falls into a half."""
    given = ("gate.md",), ("opens", "nine")
    sources, right = given if kind == "answerable" else ((), ())
    texts = (f"When does the gate open{'?' * marks}" for marks in range(1, 20))
    return next(q for q in (Question(text, kind, (), sources, right) for text in texts) if q.half == half)


def test_only_the_development_half_is_learned_from() -> None:
    asked = [question("development"), question("held_out")]
    found = dict.fromkeys((each.ask for each in asked), FOUND)
    (example,) = document_examples(asked, found, SentenceRanking(FakeEmbedder()))
    assert example.question == asked[0].ask
    assert [c.words for c, right in zip(example.ranked, example.right, strict=True) if right] == [
        "The gate opens at nine."
    ]
    assert example.answered


def test_a_near_miss_has_nothing_right() -> None:
    asked = question("development", "near_miss")
    (example,) = document_examples([asked], {asked.ask: FOUND}, SentenceRanking(FakeEmbedder()))
    assert not any(example.right)
    assert not example.answered


def test_squads_answers_count_in_their_own_passage_only() -> None:
    ranking = SentenceRanking(FakeEmbedder())
    here, elsewhere = (SquadQuestion("When does it open?", ("nine",), name) for name in ("house/gate", "x"))
    (first,) = squad_examples([here], {here.text: FOUND}, ranking)
    (second,) = squad_examples([elsewhere], {here.text: FOUND}, ranking)
    assert (sum(first.right), sum(second.right)) == (1, 0)


def test_out_of_scope_questions_only_teach_when_to_refuse() -> None:
    (example,) = out_of_scope_examples(["Who is it?"], {"Who is it?": FOUND}, SentenceRanking(FakeEmbedder()))
    assert (example.weight, example.answered) == (0.0, False)
    assert example.fit_weight > 0


def test_weights_have_the_signs_and_bounds_that_make_sense() -> None:
    asked = question("development")
    examples = list(document_examples([asked], {asked.ask: FOUND}, SentenceRanking(FakeEmbedder())))
    weights = sentence_weights(examples, ways=False)
    assert weights["cosine"] >= 0
    assert weights["points"] <= -6
    assert weights["no_fact"] <= -1
