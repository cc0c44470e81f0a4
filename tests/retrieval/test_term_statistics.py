"""A term's weight depends on the passages that a caller may see, and on nothing else."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.retrieval import term_statistics
from services.retrieval.passage import Passage
from services.retrieval.term_statistics import TermCounter, TermStatistics
from services.retrieval.visibility import Visibility
from tests.retrieval.example_passages import example

Counted = tuple[Passage, list[int]]

tags = st.frozensets(st.sampled_from("xyz"))
tenants = st.sampled_from(("acme", "globex"))
terms = st.sampled_from((0, 1, 7, 2**31 - 1, 2**31, 2**32 - 1))
counted = st.builds(
    lambda tenant, access, words: (example("text", tenant=tenant, access=tuple(access)), sorted(words)),
    tenants,
    tags,
    st.frozensets(terms),
)
ASKED = [0, 1, 7, 2**31 - 1, 2**31, 2**32 - 1, 99]


def statistics_of(passages: list[Counted], folder: Path) -> TermStatistics:
    counter = TermCounter()
    for passage, words in passages:
        counter.add(passage, words)
    counter.save(folder / "terms")
    return TermStatistics(folder / "terms")


def weight(total: int, containing: int) -> float:
    return math.log(1 + (total - containing + 0.5) / (containing + 0.5)) if containing else 0.0


@given(st.lists(counted, max_size=12), tenants, tags)
def test_weights_are_those_of_the_visible_passages_alone(
    passages: list[Counted], tenant: str, access: frozenset[str]
) -> None:
    visible = Visibility(tenant, access)
    seen = [words for passage, words in passages if visible.admits(passage)]
    with tempfile.TemporaryDirectory() as folder:
        found = statistics_of(passages, Path(folder)).weights(ASKED, visible)
    assert found == pytest.approx([weight(len(seen), sum(term in words for words in seen)) for term in ASKED])


def test_the_languages_are_those_of_the_visible_passages_alone(tmp_path: Path) -> None:
    passages = [
        (example("a", language="en"), [1]),
        (example("b", language="ja", access=("x",)), [1]),
        (example("c", language="de", tenant="globex"), [1]),
    ]
    found = statistics_of(passages, tmp_path)
    assert found.languages(Visibility("acme", frozenset())) == {"en"}
    assert found.languages(Visibility("acme", frozenset("x"))) == {"en", "ja"}
    assert found.languages(Visibility("nobody", frozenset("x"))) == frozenset()
    assert found.all_languages == {"en", "ja", "de"}


def test_a_build_from_before_languages_were_counted_is_read(tmp_path: Path) -> None:
    statistics_of([(example("a", language="ja"), [1])], tmp_path)
    (tmp_path / "terms" / "groups.json").write_bytes(b'[["acme", [], 1]]')
    found = TermStatistics(tmp_path / "terms")
    assert found.languages(Visibility("acme", frozenset())) == frozenset()
    assert found.weights([1], Visibility("acme", frozenset())) == pytest.approx([weight(1, 1)])


def test_the_order_and_repetition_of_access_tags_make_no_other_group(tmp_path: Path) -> None:
    passages = [(example("a", access=("x", "y")), [1]), (example("b", access=("y", "x", "y")), [1])]
    found = statistics_of(passages, tmp_path).weights([1], Visibility("acme", frozenset("y")))
    assert found == pytest.approx([weight(2, 2)])


def test_counting_in_several_rounds_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(term_statistics, "_COMPACTED_FROM", 5)
    passages = [(example(f"{n}"), [1, 2 + n % 3]) for n in range(20)]
    found = statistics_of(passages, tmp_path).weights([1, 2, 3, 4, 5], Visibility("acme", frozenset()))
    assert found == pytest.approx([weight(20, n) for n in (20, 7, 7, 6, 0)])


def test_an_index_without_passages_knows_no_term(tmp_path: Path) -> None:
    assert statistics_of([], tmp_path).weights([1, 2], Visibility("acme", frozenset())) == [0.0, 0.0]


def test_no_terms_have_no_weights(tmp_path: Path) -> None:
    statistics = statistics_of([(example("a"), [1])], tmp_path)
    assert statistics.weights([], Visibility("acme", frozenset())) == []
