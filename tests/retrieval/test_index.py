"""What every index does, the fake one included."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.retrieval.index import Index
from services.retrieval.passage import Passage
from services.retrieval.passage_filter import PassageFilter
from services.retrieval.visibility import Condition, Visibility
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.example_passages import embedded, example
from tests.retrieval.hit_ids import hit_ids
from tests.retrieval.indexes import INDEXES, opened_index

OpenIndex = Callable[[Sequence[Passage]], Awaitable[Index]]

PASSAGES = (
    example(
        "Lifejackets hang beside the door.",
        uri="safety/lifejackets.md",
        url="https://acme.example/safety",
        tags=("safety", "v2"),
        language="en",
    ),
    example(
        "The radio needs a new battery.", uri="radio.md", tags=("v2",), updated_at="2026-02-03T04:05:06Z"
    ),
    example("Salaries are paid on Fridays.", uri="staff/pay.md", access=("staff", "board"), tags=("hr",)),
    example(
        "Merger talks begin in May.",
        uri="staff/merger.md",
        access=("board",),
        tags=("hr", "safety"),
        language="de",
        updated_at="",
    ),
    example("The radio plays in the office of Globex.", tenant="globex", uri="radio.md", tags=("v2",)),
    example("Globex keeps salaries secret.", tenant="globex", uri="pay.md", access=("staff",)),
)


@pytest.fixture(params=INDEXES)
async def open_any(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[OpenIndex]:
    async with AsyncExitStack() as opened:

        async def open_one(passages: Sequence[Passage]) -> Index:
            return await opened.enter_async_context(opened_index(request.param, tmp_path, passages))

        yield open_one


def seen_by(tenant: str, *access: str) -> Condition:
    return Condition(Visibility(tenant, frozenset(access)))


def narrowed(condition: Condition, **parts: Any) -> Condition:
    return Condition(condition.visible, PassageFilter(**parts))


def admitted(condition: Condition) -> set[str]:
    return {passage.passage_id for passage in PASSAGES if condition.admits(passage)}


CONDITIONS = [
    seen_by("acme"),
    seen_by("acme", "staff"),
    seen_by("acme", "board", "unknown"),
    seen_by("globex", "staff"),
    seen_by("nobody"),
    seen_by(""),
    narrowed(seen_by("acme", "staff"), uri_prefix="staff/"),
    narrowed(seen_by("acme"), document_ids=("d-acme-radio.md", "d-globex-radio.md")),
    narrowed(seen_by("acme"), document_ids=("d-globex-radio.md",)),
    narrowed(seen_by("acme", "board"), document_ids=("d-acme-staff/pay.md",), uri_prefix="staff/"),
    narrowed(seen_by("acme"), tags_any=("safety", "v2")),
    narrowed(seen_by("acme"), tags_all=("safety", "v2")),
    narrowed(seen_by("acme", "board"), tags_any=("hr",), language="de"),
    narrowed(seen_by("acme", "board"), language="en"),
    narrowed(seen_by("acme", "board"), updated_from="2026-01-31T12:00:00Z"),
    narrowed(seen_by("acme", "board"), updated_before="2026-01-31T12:00:00Z"),
    narrowed(seen_by("acme"), updated_from="2026-02-01T00:00:00Z", updated_before="2026-03-01T00:00:00Z"),
]


@pytest.mark.parametrize("condition", CONDITIONS)
async def test_every_way_of_asking_finds_exactly_what_the_condition_admits(
    open_any: OpenIndex, condition: Condition
) -> None:
    index = await open_any(PASSAGES)
    vector = FakeEmbedder().embed_query("anything at all")
    near = await index.nearest(vector, condition, 100)
    words = await index.keywords(" ".join(p.text for p in PASSAGES), condition, 100)
    fetched = await index.fetch([passage.passage_id for passage in PASSAGES], condition)
    expected = admitted(condition)
    assert set(await hit_ids(index, near, condition)) == expected
    assert set(await hit_ids(index, words, condition)) == expected
    assert {key: stored.passage.passage_id for key, stored in fetched.items()} == {
        id_: id_ for id_ in expected
    }


async def test_nearest_ranks_by_the_cosine(open_any: OpenIndex) -> None:
    index = await open_any(PASSAGES)
    vector = FakeEmbedder().embed_query(PASSAGES[1].indexed_text)
    found = await index.nearest(vector, seen_by("acme", "board"), 3)
    expected = {p.passage_id: float(np.dot(vector, v)) for p, v in embedded(PASSAGES)}
    ids = await hit_ids(index, found, seen_by("acme", "board"))
    assert ids[0] == PASSAGES[1].passage_id
    assert len(found) == 3
    assert [hit.score for hit in found] == pytest.approx([expected[id_] for id_ in ids], abs=1e-5)
    assert found[0].score == pytest.approx(1.0, abs=1e-5)


async def test_keywords_rank_the_passage_with_the_asked_words_first(open_any: OpenIndex) -> None:
    index = await open_any(PASSAGES)
    found = await index.keywords("radio battery", seen_by("acme"), 5)
    assert await hit_ids(index, found, seen_by("acme")) == [PASSAGES[1].passage_id]
    assert found[0].score > 0


async def test_words_that_nothing_contains_find_nothing(open_any: OpenIndex) -> None:
    index = await open_any(PASSAGES)
    assert await index.keywords("zzz", seen_by("acme"), 5) == []
    assert await index.keywords("?!…", seen_by("acme"), 5) == []


async def test_a_fetched_passage_is_the_one_that_was_built(open_any: OpenIndex) -> None:
    index = await open_any(PASSAGES)
    wanted = PASSAGES[2]
    (stored,) = (await index.fetch([wanted.passage_id], seen_by("acme", "staff"))).values()
    assert stored.passage == wanted
    assert stored.vector == pytest.approx(dict(embedded([wanted]))[wanted], abs=1e-6)


async def test_ids_that_are_unknown_or_malformed_are_passed_over(open_any: OpenIndex) -> None:
    index = await open_any(PASSAGES)
    known = PASSAGES[0].passage_id
    odd = ["", "x", known.upper(), known.replace("-", ""), "00000000-0000-0000-0000-000000000000", "\0"]
    assert await index.fetch(odd, seen_by("acme")) == {}
    ((key, stored),) = (await index.fetch([*odd, known, known], seen_by("acme"))).items()
    assert key == stored.passage.passage_id == known


async def test_an_index_without_passages_finds_nothing(open_any: OpenIndex) -> None:
    index = await open_any([])
    assert await index.nearest(FakeEmbedder().embed_query("x"), seen_by("acme"), 5) == []
    assert await index.keywords("radio", seen_by("acme"), 5) == []
    assert await index.fetch([PASSAGES[0].passage_id], seen_by("acme")) == {}


async def test_both_searches_at_once_find_what_each_finds_alone(open_any: OpenIndex) -> None:
    index = await open_any(PASSAGES)
    vector, condition = FakeEmbedder().embed_query("radio battery"), seen_by("acme", "board")
    near, words = await index.hybrid(vector, "radio battery", condition, 5)
    for together, alone in (
        (near, await index.nearest(vector, condition, 5)),
        (words, await index.keywords("radio battery", condition, 5)),
    ):
        assert [hit.score for hit in together] == pytest.approx([hit.score for hit in alone], abs=1e-6)
        assert {hit.key for hit in together} == {hit.key for hit in alone}
    assert words
    near, words = await index.hybrid(vector, "?!…", condition, 5)
    assert near
    assert words == []


async def test_a_scan_goes_through_all_of_a_tenants_passages_by_id(open_any: OpenIndex) -> None:
    index = await open_any(PASSAGES)
    expected = sorted(p.passage_id for p in PASSAGES if p.tenant == "acme")
    found = await index.scan("acme", "", 3)
    found += await index.scan("acme", found[-1].passage.passage_id, 3)
    assert [entry.passage.passage_id for entry in found] == expected
    assert {entry.passage for entry in found} == {p for p in PASSAGES if p.tenant == "acme"}
    assert await index.scan("acme", expected[-1], 3) == []
    assert await index.scan("nobody", "", 3) == []


@pytest.mark.parametrize("kind", [kind for kind in INDEXES if kind != "fake"])
async def test_every_engine_scores_words_by_bm25_over_what_the_caller_may_see(
    kind: str, tmp_path: Path
) -> None:
    own = [example("walrus one"), example("walrus walrus two"), example("herring three")]
    hidden = [example(f"walrus {n}", access=("board",)) for n in range(20)]
    foreign = [example(f"walrus {n}", tenant="globex") for n in range(20)]
    async with opened_index(kind, tmp_path, [*own, *hidden, *foreign]) as index:
        found = await index.keywords("walrus", seen_by("acme"), 100)
        ids = await hit_ids(index, found, seen_by("acme"))
        narrow = await index.keywords("walrus", narrowed(seen_by("acme"), document_ids=("x",)), 100)
    rareness = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    length = 1.2 * (1 - 0.75 + 0.75 * 4 / 128), 1.2 * (1 - 0.75 + 0.75 * 5 / 128)
    assert ids == [own[1].passage_id, own[0].passage_id]
    assert [hit.score for hit in found] == pytest.approx(
        [rareness * 2 * 2.2 / (2 + length[1]), rareness * 2.2 / (1 + length[0])], rel=1e-4
    )
    assert narrow == []
