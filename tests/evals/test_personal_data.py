import json
from pathlib import Path

import pytest

from evals import personal_data
from evals.personal_data import Example, Found, made_examples, measure, report, written_examples
from libs.common.pii.span import PiiSpan


def test_what_is_found_missed_and_invented_is_counted_kind_by_kind() -> None:
    examples = (
        Example("I am ana@example.org.", (PiiSpan(5, 20, "email"),)),
        Example("Call nobody.", (PiiSpan(5, 11, "telephone"),)),
        Example("Or bob@example.org", ()),
    )
    assert measure(examples) == (Found("email", 1, 1, 1), Found("telephone", 1, 0, 0))


def test_shares_of_nothing_are_whole() -> None:
    assert (Found("card", 0, 0, 0).recall, Found("card", 0, 0, 0).precision) == (1.0, 1.0)
    assert (Found("card", 4, 3, 1).recall, Found("card", 4, 3, 1).precision) == (0.75, 0.75)


def test_written_examples_keep_the_kinds_that_are_looked_for(tmp_path: Path) -> None:
    spans = [[0, 3, "PERSON"], [4, 9, "US_SSN"]]
    (tmp_path / "x.jsonl").write_text(json.dumps({"text": "Ana 12345", "spans": spans}) + "\n")
    assert written_examples(tmp_path / "x.jsonl") == (Example("Ana 12345", (PiiSpan(4, 9, "national_id"),)),)


def test_made_examples_are_the_same_each_time_and_nearly_all_found() -> None:
    assert made_examples() == made_examples() != made_examples(2)
    for each in measure(made_examples()):
        assert each.recall >= 0.95, each
        assert each.invented == 0, each


def test_the_report_names_each_set_of_examples() -> None:
    lines = report(
        [("written", (Found("card", 4, 3, 1),)), ("made", (Found("secret", 1, 1, 0),))]
    ).splitlines()
    assert lines[2] == "| written | card | 4 | 3 | 75.0 % | 1 | 75.0 % |"
    assert len(lines) == 4


def test_missing_examples_are_an_error_of_the_system() -> None:
    with pytest.raises(OSError, match="nowhere"):
        written_examples(Path("nowhere.jsonl"))


def test_what_is_not_here_is_listed_as_not_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(personal_data, "WRITTEN", tmp_path / "none.jsonl")
    printed = personal_data.run(full=False)
    assert printed.startswith("## Personal data")
    assert "| made | secret | 200 |" in printed
    assert "Not run: presidio-research" in printed
