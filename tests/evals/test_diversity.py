"""Diverse pages are compared on questions that may be tuned on."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import diversity
from evals.candidate_lists import CandidateLists, Candidates
from evals.diversity import WAYS, Pages, page_of, report
from evals.judged_set import JudgedSet
from evals.ranking_figures import RankingFigures
from evals.set_index import SetIndex
from evals.visitor import TENANT
from libs.common.retrieval_profile import Profile
from services.retrieval.visibility import Condition, Visibility
from tests.fakes.fake_embedder import FakeEmbedder
from tests.fakes.fake_index import FakeIndex
from tests.retrieval.example_passages import embedded, example

TEXTS = {"a.md": ("radio one", "radio two", "radio three"), "b.md": ("radio four",)}


async def found(profile: Profile) -> list[str]:
    passages = [example(text, uri=uri, tenant=TENANT) for uri, texts in TEXTS.items() for text in texts]
    index, embedder = FakeIndex(embedded(passages)), FakeEmbedder()
    condition = Condition(Visibility(TENANT, frozenset()))
    near = await index.nearest(embedder.embed_query("radio"), condition, 10)
    words = await index.keywords("radio", condition, 10)
    candidates = Candidates({"q": CandidateLists(tuple(near), tuple(words))}, {})
    return await page_of(index, candidates, "q", profile)


async def test_a_page_is_chosen_as_the_profile_says() -> None:
    assert sorted(await found(Profile())) == ["a.md", "a.md", "a.md", "b.md"]
    assert sorted(await found(Profile(per_document=1))) == ["a.md", "b.md"]


def test_the_first_way_is_the_default_s_and_every_way_has_a_row() -> None:
    first, *others = WAYS.values()
    assert (first.per_document, first.relevance) == (0, 1.0)
    assert first not in others
    figures = RankingFigures(7, 0.5, 0.6, 0.7, 0.8)
    lines = report({"small": dict.fromkeys(WAYS, Pages(figures, 8.25, 10.0))}).splitlines()
    assert lines[2] == "| pages | small (7) |"
    assert lines[4] == "| the score alone | 0.500 / 0.700 / 8.2 of 10.0 |"
    assert len(lines) == 4 + len(WAYS)


@pytest.mark.process
@pytest.mark.timeout(300)
def test_the_command_measures_what_is_indexed_and_names_what_is_not(
    small_index: SetIndex,
    small_set: JudgedSet,
    indexes: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert small_index.is_made
    gone = JudgedSet("gone", tmp_path / "gone")
    monkeypatch.setattr(diversity, "SETS", {"small": small_set, "gone": gone})
    assert diversity.main(["--folder", str(indexes)]) == 0
    printed = capsys.readouterr().out
    assert "Not tried: gone is not indexed" in printed
    assert "| pages | small (" in printed
