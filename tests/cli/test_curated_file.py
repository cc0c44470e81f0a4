"""Editing a file of curated answers leaves everything else as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.curated_file import CuratedFile
from cli.output import CommandFailed
from libs.common.curated import CuratedAnswer, Reference
from services.config.strict_yaml import parse_yaml

WRITTEN = """\
# Ours, by hand.
answers:
  # Tea comes first.
  - id: tea
    questions: ["When is tea?", 'Tea?']   # two ways
    state: draft  # not yet
    answer: |
      At **four**.

      Not at five.

  - answer: Never.
    id: coffee
    expires_at: 2027-01-01
    questions:
    - When is coffee?
"""
SOUP = CuratedAnswer(
    id="soup",
    questions=("What is in the soup: beans?", "Is there #1 soup"),
    answer="Beans.\n\n- 1 l water\n- *salt*\n",
    links=(Reference(title="Menu: today", url="https://example.org/menu?a=1&b=2"),),
    access=("staff",),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "curated" / "demo.yaml"
    file.parent.mkdir()
    file.write_text(WRITTEN)
    return file


def test_a_change_touches_what_it_changes_and_nothing_else(path: Path) -> None:
    CuratedFile(path).change("tea", {"state": "approved", "approved_by": 'Ana "A" #1', "revision": 2})
    expected = WRITTEN.replace("state: draft  #", 'state: "approved"  #').replace(
        "  - id: tea\n", '  - id: tea\n    approved_by: "Ana \\"A\\" #1"\n    revision: 2\n'
    )
    assert path.read_text() == expected
    assert CuratedFile(path).find("tea").approved_by == 'Ana "A" #1'


def test_an_answer_whose_id_is_not_its_first_field_is_changed_alike(path: Path) -> None:
    CuratedFile(path).change("coffee", {"state": "expired", "expires_at": "2028-01-01"})
    assert 'id: coffee\n    state: "expired"\n    expires_at: "2028-01-01"\n' in path.read_text()


def test_another_answer_comes_last_and_both_readers_understand_it(path: Path) -> None:
    CuratedFile(path).add(SOUP)
    assert path.read_text().startswith(WRITTEN)
    assert CuratedFile(path).answers[-1] == SOUP
    assert parse_yaml(path.read_text())["answers"][-1]["answer"] == SOUP.answer


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Nothing yet.\n",
        "answers: []\n",
        'answers:\n- {id: a, questions: ["When?"], answer: x}\n',
    ],
)
def test_the_first_answers_of_any_file_can_be_added(path: Path, text: str) -> None:
    path.write_text(text)
    before = CuratedFile(path).answers
    CuratedFile(path).add(SOUP)
    CuratedFile(path).add(SOUP.model_copy(update={"id": "broth"}))
    assert [answer.id for answer in CuratedFile(path).answers] == [*(a.id for a in before), "soup", "broth"]
    assert parse_yaml(path.read_text())["answers"][-1]["id"] == "broth"
    assert text.split("answers")[0] in path.read_text()


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    path = tmp_path / "curated" / "new.yaml"
    CuratedFile(path).add(SOUP)
    assert CuratedFile(path).answers == (SOUP,)


def test_what_would_not_be_valid_is_not_written(path: Path) -> None:
    with pytest.raises(CommandFailed, match="approved_by"):
        CuratedFile(path).change("tea", {"state": "approved"})
    with pytest.raises(CommandFailed, match="already"):
        CuratedFile(path).add(SOUP.model_copy(update={"id": "tea"}))
    assert path.read_text() == WRITTEN


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("answers: [", "not valid YAML"),
        ("answers: 3\n", "answers: Input should be"),
        ("answers:\n- {id: a}\n", "answers.0.questions"),
        ("- a\n", "would not be valid"),
        ("answers:\n", "would not be valid"),
    ],
)
def test_a_file_that_is_wrong_is_explained(path: Path, text: str, said: str) -> None:
    path.write_text(text)
    with pytest.raises(CommandFailed, match=said):
        CuratedFile(path)


def test_an_unknown_answer_and_one_in_brackets_are_explained(path: Path) -> None:
    with pytest.raises(CommandFailed, match="no answer soup"):
        CuratedFile(path).change("soup", {"state": "expired"})
    path.write_text('answers:\n- {id: a, questions: ["When?"], answer: x}\n')
    with pytest.raises(CommandFailed, match="brackets"):
        CuratedFile(path).change("a", {"state": "expired"})
