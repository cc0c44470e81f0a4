"""What is particular to the index on Qdrant Edge."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from services.retrieval.builds import BuildFolder
from services.retrieval.index import IndexFailure
from services.retrieval.qdrant_edge.edge_builder import QdrantEdgeBuilder
from services.retrieval.qdrant_edge.edge_index import QdrantEdgeIndex, open_qdrant_edge
from services.retrieval.serving_copy import ServingCopies
from services.retrieval.term_statistics import TermStatistics
from services.retrieval.visibility import Condition, Visibility
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.example_passages import build_index, example, open_index
from tests.retrieval.hit_ids import hit_ids

ALL = Condition(Visibility("acme", frozenset()))


@pytest.fixture
def copies(tmp_path: Path) -> Iterator[ServingCopies]:
    copies = ServingCopies(tmp_path / "serving")
    yield copies
    copies.close()


def idf(passages: int, containing: int) -> float:
    return math.log(1 + (passages - containing + 0.5) / (containing + 0.5))


async def test_the_keyword_score_is_bm25_over_what_the_caller_may_see(
    tmp_path: Path, copies: ServingCopies
) -> None:
    """Rareness counted elsewhere would tell a caller about passages it may not see."""
    own = [example("walrus one"), example("walrus two"), example("herring three")]
    hidden = [example(f"walrus {n}", access=("board",)) for n in range(20)]
    foreign = [example(f"walrus {n}", tenant="globex") for n in range(20)]
    index = open_index(copies, build_index(tmp_path / "index", [*own, *hidden, *foreign]))
    alone = open_index(copies, build_index(tmp_path / "alone", own))
    found = await index.keywords("walrus", ALL, 100)
    assert set(await hit_ids(index, found, ALL)) == {own[0].passage_id, own[1].passage_id}
    # "Guide > Part" above the text: four words, of an expected length of 128.
    frequency = 2.2 / (1 + 1.2 * (1 - 0.75 + 0.75 * 4 / 128))
    assert [hit.score for hit in found] == pytest.approx([idf(3, 2) * frequency] * 2, rel=1e-4)
    assert found == await alone.keywords("walrus", ALL, 100)
    index.close()
    alone.close()


async def test_an_index_large_enough_for_a_graph_finds_the_nearest_visible_passages(
    tmp_path: Path, copies: ServingCopies
) -> None:
    random = np.random.default_rng(7)
    vectors = random.normal(size=(7000, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    groups: tuple[tuple[str, ...], ...] = ((), ("staff",), ("board",))
    passages = [example(f"text {n}", uri=f"{n % 50}.md", access=groups[n % 3]) for n in range(7000)]
    builder = QdrantEdgeBuilder(BuildFolder(tmp_path / "index", "main"), "fake-1", 384)
    build = builder.build(1, zip(passages, vectors, strict=True), 7000, lambda done, total: None)
    assert list(build.path.rglob("links*.bin")), "the engine made no graph"
    index = open_qdrant_edge(build, copies.take(build), lambda: None)
    visible = Condition(Visibility("acme", frozenset({"staff"})))
    admitted = np.array([visible.admits(passage) for passage in passages])
    found = 0
    for query in vectors[:20] + 0.05 * random.normal(size=(20, 384)).astype(np.float32):
        scores = np.where(admitted, vectors @ query, -2.0)
        nearest = {passages[place].passage_id for place in np.argsort(-scores)[:10]}
        hits = set(await hit_ids(index, await index.nearest(query, visible, 10), visible))
        found += len(hits & nearest)
    assert found >= 0.95 * 200
    index.close()


async def test_words_match_without_regard_to_case_accents_and_inflection(
    tmp_path: Path, copies: ServingCopies
) -> None:
    index = open_index(copies, build_index(tmp_path, [example("Die naïve Köchin kept jumping")]))
    for word in ("NAIVE", "kochin", "jumped"):
        assert len(await index.keywords(word, ALL, 5)) == 1, word
    index.close()


@pytest.mark.parametrize(("question", "language"), [("接続", "ja"), ("数据库", "zh"), ("FastAPI", "ja")])
async def test_words_are_found_in_writing_without_blanks(
    tmp_path: Path, copies: ServingCopies, question: str, language: str
) -> None:
    passages = [
        example("FastAPIでデータベースに接続するには、設定ファイルを編集します。", language="ja"),
        example("要连接数据库，请编辑配置文件。", language="zh"),
        example("The radio needs a battery.", language="en"),
    ]
    index = open_index(copies, build_index(tmp_path / "index", passages))
    best, *_ = await index.keywords(question, ALL, 10)
    wanted = next(p.passage_id for p in passages if p.language == language)
    assert await hit_ids(index, [best], ALL) == [wanted]
    index.close()


async def test_a_passage_without_words_can_be_built_and_found_by_its_vector(
    tmp_path: Path, copies: ServingCopies
) -> None:
    wordless = example("…")
    index = open_index(copies, build_index(tmp_path, [wordless]))
    found = await index.nearest(FakeEmbedder().embed_query("guide"), ALL, 5)
    assert await hit_ids(index, found, ALL) == [wordless.passage_id]
    index.close()


async def test_several_processes_worth_of_copies_serve_one_build_which_stays_as_it_was(
    tmp_path: Path,
) -> None:
    build = build_index(tmp_path / "index", [example(f"text {n}") for n in range(50)])
    before = {path: path.read_bytes() for path in build.path.rglob("*") if path.is_file()}
    several = [ServingCopies(tmp_path / "serving") for _ in range(3)]
    indexes = [open_index(copies, build) for copies in several]
    for index in indexes:
        assert len(await index.keywords("text", ALL, 100)) == 50
    for index, copies in zip(indexes, several, strict=True):
        index.close()
        copies.close()
    assert {path: path.read_bytes() for path in build.path.rglob("*") if path.is_file()} == before


def test_a_folder_with_other_passages_than_its_build_names_is_refused(
    tmp_path: Path, copies: ServingCopies
) -> None:
    few = build_index(tmp_path / "few", [example("one")])
    many = build_index(tmp_path / "many", [example("one"), example("two")])
    with pytest.raises(IndexFailure, match="holds 1 passages instead of 2"):
        open_qdrant_edge(many, copies.take(few), lambda: None)


async def test_a_closed_index_fails_with_the_ports_own_error_and_has_given_its_files_back(
    tmp_path: Path, copies: ServingCopies
) -> None:
    released: list[str] = []
    build = build_index(tmp_path, [example("one")])
    index = open_qdrant_edge(build, copies.take(build), lambda: released.append("files"))
    index.close()
    assert released == ["files"]
    with pytest.raises(IndexFailure, match="Qdrant Edge failed"):
        await index.keywords("one", ALL, 1)


async def test_an_id_that_only_begins_like_a_known_one_is_unknown(
    tmp_path: Path, copies: ServingCopies
) -> None:
    """The engine knows passages by the first half of their ids."""
    known = example("The radio needs a battery.")
    index = open_index(copies, build_index(tmp_path, [known]))
    other = known.passage_id[:-1] + ("0" if known.passage_id[-1] != "0" else "1")
    assert set(await index.fetch([other, known.passage_id], ALL)) == {known.passage_id}
    index.close()


async def test_a_panic_of_the_engine_is_a_failure_like_any_other(tmp_path: Path) -> None:
    """It is not even an Exception, and would end the call, or the process, without a name."""

    class PanicException(BaseException):
        pass

    class Shard:
        def retrieve(self, *_: object, **__: object) -> None:
            raise PanicException("index out of bounds")

    terms = TermStatistics(build_index(tmp_path, [example("walrus")]).path / "terms")
    index = QdrantEdgeIndex(Shard(), terms, lambda: None)  # type: ignore[arg-type]
    with pytest.raises(IndexFailure, match="out of bounds"):
        await index.fetch([example("walrus").passage_id], ALL)
