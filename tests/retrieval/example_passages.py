"""Passages for tests, and what builds and serves them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

from libs.common.caller import Caller
from libs.common.clock import SystemClock
from libs.embedding.embedder import Embedder, Vectors
from services.retrieval.build import Build
from services.retrieval.builds import BuildFolder
from services.retrieval.index import Index
from services.retrieval.passage import Passage
from services.retrieval.qdrant_edge.edge_builder import QdrantEdgeBuilder
from services.retrieval.qdrant_edge.edge_index import open_qdrant_edge
from services.retrieval.reranker import Reranker, RerankerUnavailable
from services.retrieval.rerankers import Rerankers
from services.retrieval.reranking import Reranking
from services.retrieval.serving_copy import ServingCopies
from tests.fakes.fake_embedder import FakeEmbedder

PAGE_KEY = b"seals page tokens in tests"


def example(
    text: str,
    *,
    tenant: str = "acme",
    uri: str = "guide.md",
    url: str = "",
    access: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    language: str = "",
    updated_at: str = "2026-01-31T12:00:00Z",
) -> Passage:
    """A passage whose ids follow from what it says."""
    return Passage(
        passage_id=str(uuid5(NAMESPACE_OID, f"{tenant}/{uri}/{text}")),
        tenant=tenant,
        document_id=f"d-{tenant}-{uri}",
        uri=uri,
        url=url,
        title="Guide",
        heading_path=("Guide", "Part"),
        text=text,
        start=3,
        end=3 + len(text),
        updated_at=updated_at,
        access=access,
        language=language,
        tags=tags,
    )


def visitor(tenant: str = "acme", *access: str) -> Caller:
    """A caller of a tenant."""
    return Caller("generation", tenant, "visitor-1", frozenset(access))


def embedded(passages: Iterable[Passage], embedder: Embedder | None = None) -> list[tuple[Passage, Vectors]]:
    """Passages with their vectors."""
    by = embedder or FakeEmbedder()
    return [(passage, by.embed_passages([passage.indexed_text])[0]) for passage in passages]


def build_index(
    root: Path, passages: Iterable[Passage], revision: int = 1, embedder: Embedder | None = None
) -> Build:
    """Builds and publishes the passages as version `main` below a folder."""
    folder = BuildFolder(root, "main")
    by = embedder or FakeEmbedder()
    entries = embedded(passages, by)
    builder = QdrantEdgeBuilder(folder, by.identity, by.dimensions)
    build = builder.build(revision, entries, len(entries), lambda done, total: None)
    folder.publish(build)
    return build


def open_index(copies: ServingCopies, build: Build) -> Index:
    """Opens a build as a serving process does."""
    return open_qdrant_edge(build, copies.take(build), lambda: None)


def reranking(**models: Reranker) -> Reranking:
    """Re-ranks by models that are there already, one candidate at a time; others cannot be loaded."""
    return reranking_on(1, **models)


def reranking_on(threads: int, **models: Reranker) -> Reranking:
    """Re-ranks so many candidates at the same time."""

    def load(name: str) -> Reranker:
        raise RerankerUnavailable(f"there is no model {name}")

    rerankers = Rerankers(load, SystemClock())
    rerankers._known.update(models)
    return Reranking(rerankers, threads)
