"""The settings pick the engine, and both engines serve what their worker published."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from libs.common.settings import load_settings
from services.retrieval.index import IndexFailure
from services.retrieval.index_engine import open_engine, open_publishing
from services.retrieval.progress_meter import ProgressMeter
from services.retrieval.settings import Settings
from services.retrieval.visibility import Condition, Visibility
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_embedder import FakeEmbedder
from tests.fakes.qdrant_server import QdrantServer
from tests.retrieval.example_cluster import ListShelf, SilentBoard
from tests.retrieval.example_passages import embedded, example
from tests.retrieval.hit_ids import hit_ids

PASSAGE = example("The radio needs a battery.")


async def served(settings: Settings) -> tuple[str, int, list[str]]:
    """What a serving process serves once a worker with the same settings has published a passage."""
    clock = FakeClock()
    shelf = ListShelf(embedded([PASSAGE]))
    meter = ProgressMeter(SilentBoard(), clock)
    publishing = open_publishing(settings, shelf, meter, clock, "fake-1", lambda: 384)  # type: ignore[arg-type]
    assert publishing.recover() == 0
    publishing.publish(5)
    async with AsyncExitStack() as closing:
        version = open_engine(settings, clock, closing)("second")
        closing.push_async_callback(version.close)
        await version.refresh()
        with version.lease() as serving:
            assert serving is not None
            condition = Condition(Visibility("acme", frozenset()))
            vector = FakeEmbedder().embed_query("radio")
            near, words = await serving.index.hybrid(vector, "radio", condition, 5)
            assert near
            return (
                serving.build.index_version,
                serving.build.revision,
                await hit_ids(serving.index, words, condition),
            )


def settings(tmp_path: Path, **more: str) -> Settings:
    base: Mapping[str, str] = {"CAUSEWAY_DATA": str(tmp_path), "CAUSEWAY_INDEX_VERSION": "second"}
    return load_settings(Settings, {**base, **more})


async def test_without_a_cluster_the_index_is_embedded(tmp_path: Path) -> None:
    assert await served(settings(tmp_path)) == ("second", 5, [PASSAGE.passage_id])
    assert (tmp_path / "retrieval" / "index" / "second").is_dir()


async def test_with_a_cluster_nothing_is_kept_here(tmp_path: Path) -> None:
    server = QdrantServer("secret")
    server.start()
    (tmp_path / "key").write_text("secret\n")
    try:
        chosen = settings(
            tmp_path,
            CAUSEWAY_QDRANT_URL=server.url,
            CAUSEWAY_QDRANT_API_KEY_FILE=str(tmp_path / "key"),
            CAUSEWAY_QDRANT_REPLICAS="3",
            CAUSEWAY_QDRANT_SHARDS="2",
            CAUSEWAY_QDRANT_WRITE_CONSISTENCY="2",
            CAUSEWAY_QDRANT_QUANTISATION="scalar",
            CAUSEWAY_QDRANT_PREFIX="desk",
        )
        assert await served(chosen) == ("second", 5, [PASSAGE.passage_id])
    finally:
        server.stop()
    (made,) = server.created
    assert made.collection_name.startswith("desk-second--")
    assert (made.shard_number, made.replication_factor, made.write_consistency_factor) == (2, 3, 2)
    assert not (tmp_path / "retrieval").exists()


async def test_an_address_that_is_none_is_named(tmp_path: Path) -> None:
    async with AsyncExitStack() as closing:
        with pytest.raises(IndexFailure, match="CAUSEWAY_QDRANT_URL"):
            open_engine(settings(tmp_path, CAUSEWAY_QDRANT_URL="qdrant:6334"), FakeClock(), closing)
