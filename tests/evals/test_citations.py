"""What answers cite is checked as readers get it."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import citations
from evals.citations import UNKNOWN, CitationFigures, citations_report, measure, streamed
from evals.corpora import Corpus
from services.generation.passage import Found, Passage
from services.generation.sentence_ranking import SentenceRanking
from services.generation.support import SupportMeter
from tests.fakes.fake_embedder import FakeEmbedder
from tests.generation.examples import source

GATE = Passage("g", "d", "gate.md", "Gate", (), "The gate is green and old. It opens at nine.", 1.0, 0.7)
TEA = Passage("t", "e", "tea.md", "Tea", (), "Tea is served in the kitchen. Biscuits are free.", 0.5, 0.4)


def test_a_quoted_sentence_is_supported_and_no_planted_number_gets_out() -> None:
    embedder = FakeEmbedder()
    found = {"When does the gate open?": Found((GATE, TEA))}
    figures = measure(list(found), found, SentenceRanking(embedder), SupportMeter(embedder))
    assert figures.sentences >= 1
    assert (figures.supported, figures.separation) == (1.0, 1.0)
    assert figures.planted >= 1
    assert figures.released == 0


@pytest.mark.parametrize("form", UNKNOWN)
def test_no_form_of_an_unknown_number_gets_out(form: str) -> None:
    text, claims = streamed(f"Tea is at four {form}. So it is [2].", {2: source(2)})
    assert "Tea is at four" in text
    assert [claim.numbers for claim in claims] == [(2,)]
    assert text.count("[") == 1


def test_a_filter_that_let_numbers_through_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.citations.UNKNOWN", ("[1]",))
    embedder = FakeEmbedder()
    found = {"When does the gate open?": Found((GATE,))}
    assert measure(list(found), found, SentenceRanking(embedder), SupportMeter(embedder)).released == 0
    monkeypatch.setattr(citations, "streamed", lambda answer, sources: (answer + "[77]", []))
    assert measure(list(found), found, SentenceRanking(embedder), SupportMeter(embedder)).released == 1


def test_the_report_names_the_targets() -> None:
    report = citations_report(CitationFigures(200, 0.991, 0.98, 150, 0))
    assert "| supported by a passage that they cite | 99.1 % | ≥ 95 % |" in report
    assert "| of these released | 0 | 0 |" in report


def test_without_the_questions_it_says_that_it_was_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(citations, "SQUAD2", Corpus("squad2", tmp_path / "gone"))
    assert "Not run: squad2:" in citations.run(full=False)
