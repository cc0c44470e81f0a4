"""Sets are read as their files say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.judged_set import SETS, JudgedSet
from tests.evals.conftest import QUESTIONS, SUBJECTS


def test_documents_come_with_title_and_text(small_set: JudgedSet) -> None:
    documents = {document.name: document for document in small_set.documents()}
    assert documents.keys() == SUBJECTS.keys()
    assert documents["comet"].title == "Comet"
    assert documents["comet"].text == SUBJECTS["comet"]


def test_questions_come_with_the_documents_that_answer_them(small_set: JudgedSet) -> None:
    questions = {question.name: question for question in small_set.questions()}
    assert questions.keys() == QUESTIONS.keys()
    assert questions["q-comet"].answers == {"comet"}


def test_judgements_of_not_relevant_and_questions_without_any_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "queries.jsonl").write_text(
        '{"_id": "1", "text": "one"}\n{"_id": "2", "text": "two"}\n{"_id": "3", "text": "three"}\n'
    )
    (tmp_path / "qrels/train.tsv").write_text(
        "query-id\tcorpus-id\tscore\n1\ta\t1\n1\tb\t0\n1\tc\t2\n2\ta\t0\n"
    )
    questions = JudgedSet("tiny", tmp_path).questions("train")
    assert [(question.name, set(question.answers)) for question in questions] == [("1", {"a", "c"})]


def test_a_separator_of_unicode_inside_a_text_ends_no_line(tmp_path: Path) -> None:
    row = {"_id": "1", "title": "Old_Castle", "text": "one\u2028two\x85three"}
    (tmp_path / "corpus.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    [document] = JudgedSet("tiny", tmp_path).documents()
    assert document.text == row["text"]
    assert document.title == "Old Castle"


def test_a_set_that_is_not_here_says_where_it_was_looked_for(tmp_path: Path, small_set: JudgedSet) -> None:
    assert small_set.absence == ""
    assert str(tmp_path / "gone") in JudgedSet("gone", tmp_path / "gone").absence


@pytest.mark.parametrize("judged", SETS.values(), ids=SETS)
def test_every_published_set_names_only_documents_that_it_has(judged: JudgedSet) -> None:
    if judged.absence:
        pytest.skip(judged.absence)
    names = {document.name for document in judged.documents()}
    questions = judged.questions()
    assert questions
    assert all(question.answers <= names for question in questions)
