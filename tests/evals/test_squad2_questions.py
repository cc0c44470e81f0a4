"""Questions of SQuAD 2.0 are judged as those over other documents are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.judgement import Outcome, judge
from evals.question_set import Question, half_of
from evals.squad2_questions import squad2_as_questions

ASKED = [text for n in range(99) if half_of(text := f"Who built castle {n}?") == "held_out"][:2]


@pytest.fixture
def questions(tmp_path: Path) -> dict[str, Question]:
    answerable, near_miss = ASKED
    rows: dict[str, list[dict[str, object]]] = {
        "queries": [{"_id": "a", "text": answerable}],
        "answers": [{"_id": "a", "answers": ["William, the Duke", "W. (1066)", "..."]}],
        "unanswerable": [{"_id": "u", "text": near_miss}],
    }
    for name, lines in rows.items():
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\na\tdev-Castle-3\t1\n")
    return {question.ask: question for question in squad2_as_questions(tmp_path)}


@pytest.mark.parametrize(
    ("text", "uri", "verdict"),
    [
        ("It was WILLIAM the duke.", "x/dev-Castle-3.md", "right"),
        ("Built by W 1066", "dev-Castle-3.md", "right"),
        ("Built by W 10667", "dev-Castle-3.md", "wrong"),
        ("Williams the dukedom", "dev-Castle-3.md", "wrong"),
        ("William the Duke", "dev-Castle-33.md", "wrong"),
        ("...", "dev-Castle-3.md", "wrong"),
    ],
)
def test_right_is_one_of_the_answers_cited_from_its_passage(
    questions: dict[str, Question], text: str, uri: str, verdict: str
) -> None:
    assert judge(questions[ASKED[0]], Outcome("stop", text, (uri,))) == verdict


def test_a_near_miss_is_to_be_refused(questions: dict[str, Question]) -> None:
    assert questions[ASKED[1]].kind == "near_miss"
    assert judge(questions[ASKED[1]], Outcome("refusal")) == "right"
    assert judge(questions[ASKED[1]], Outcome("stop", "William")) == "wrong"
