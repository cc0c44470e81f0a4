"""SQuAD 2.0, in small."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.squad2 import Reading, SquadHalf, SquadQuestion, holds, measure, squad_questions
from services.generation.alignment import Alignment
from services.generation.passage import Found, Passage
from services.generation.sentence_ranking import SentenceRanking
from tests.fakes.fake_embedder import FakeEmbedder

READING = Reading(SentenceRanking(FakeEmbedder()), Alignment(FakeEmbedder()))
TEXT = "The castle was built in 1066 by William. It stands on a hill. Its gardens are open to all."


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    def lines(name: str, rows: list[dict[str, object]]) -> None:
        (tmp_path / name).write_text("\n".join(map(json.dumps, rows)))

    lines("queries.jsonl", [{"_id": f"a{i}", "text": f"When was castle {i} built?"} for i in range(40)])
    lines("answers.jsonl", [{"_id": f"a{i}", "answers": ["1066"]} for i in range(40)])
    lines("unanswerable.jsonl", [{"_id": f"u{i}", "text": f"Who burnt castle {i}?"} for i in range(40)])
    (tmp_path / "qrels").mkdir()
    relevant = "\n".join(f"a{i}\tdev-Castle-{i}\t1" for i in range(40))
    (tmp_path / "qrels/test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{relevant}\n")
    return tmp_path


def test_halves_do_not_overlap_and_together_are_all(squad: Path) -> None:
    halves = squad_questions(squad, None)
    texts = [question.text for half in halves.values() for question in half.all]
    assert len(texts) == len(set(texts)) == 80
    assert {half.answerable[0].answers for half in halves.values()} == {("1066",)}
    assert all(question.document.startswith("dev-Castle-") for question in halves["held_out"].answerable)


def test_a_sample_is_the_same_each_time_and_part_of_a_larger_one(squad: Path) -> None:
    few, more = squad_questions(squad, 3)["held_out"], squad_questions(squad, 6)["held_out"]
    assert few == squad_questions(squad, 3)["held_out"]
    assert few.answerable == more.answerable[:3]
    assert len(few.unanswerable) == 3


@pytest.mark.parametrize(
    ("text", "answers", "there"),
    [
        ("It was built in 1066.", ("1066",), True),
        ("by William, the Conqueror", ("William the Conqueror",), True),
        ("in 10665", ("1066",), False),
        ("in the end", ("1066", "the END"), True),
        ("nothing", (), False),
    ],
)
def test_an_answer_is_found_whatever_its_case_and_punctuation(
    text: str, answers: tuple[str, ...], there: bool
) -> None:
    assert holds(text, answers) is there


def found(uri: str, text: str) -> Found:
    return Found((Passage("p", "d", uri, "Castle", (), text, 1.0, 0.7),))


def test_the_figures_are_shares_of_the_questions() -> None:
    when = SquadQuestion("When was the castle built?", ("1066",), "dev-Castle-0")
    gone = SquadQuestion("When was the castle of William built?", ("1200",), "dev-Castle-1")
    who = SquadQuestion("Which Dragon ate Pluto?")
    searched = {
        when.text: found("dev-Castle-0.md", TEXT),
        gone.text: found("dev-Castle-10.md", TEXT),
        who.text: found("dev-Moon-0.md", "Moths are small and grey animals."),
    }
    figures = measure("held_out", SquadHalf((when, gone), (who,)), searched, READING)
    assert (figures.answerable, figures.unanswerable) == (2, 1)
    assert (figures.found, figures.sentence, figures.quoted) == (0.5, 0.5, 0.5)
    assert figures.near_miss_auc == 1.0
    assert figures.near_miss_refused == 1.0


def test_where_nothing_was_found_nothing_is_right() -> None:
    question = SquadQuestion("When?", ("1066",), "dev-Castle-0")
    figures = measure("held_out", SquadHalf((question,), ()), {"When?": Found(())}, READING)
    assert figures.quoted == 0.0
