"""Makes the large index that P3 searches, with the product's own builder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.passages import Texts, mixed_passages
from libs.embedding.embedder import Embedder, Vectors
from services.retrieval.build import Build, BuildRefused
from services.retrieval.builds import BuildFolder
from services.retrieval.passage import Passage
from services.retrieval.qdrant_edge.edge_builder import QdrantEdgeBuilder

INDEX_VERSION = "main"
_REVISION = 1
_NOISE = 0.8
"""Length of the noise beside a real vector of length 1: neighbours have a cosine of about .61 then."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """The size of an index.

    Attributes:
        tenant: Whose passages it holds.
        passages: How many.
        embedded: How many of them have vectors that the model computed; the others' lie around those.
    """

    tenant: str
    passages: int
    embedded: int = 1_000


def prepare_index(folder: Path, bulk: Bulk, texts: Texts, embedder: Embedder) -> Build:
    """Returns the published build below a folder, making it unless it is there.

    The vectors of the first passages are computed. Computing those of the rest would take an hour; each
    is one of the first, chosen by chance, plus noise, so that they lie where vectors of texts lie.
    """
    builds = BuildFolder(folder, INDEX_VERSION)
    try:
        pointer = builds.pointer()
        if pointer is not None:
            build = builds.open(pointer)
            if build.passages == bulk.passages and build.embedder == embedder.identity:
                return build
    except BuildRefused:
        shutil.rmtree(folder, ignore_errors=True)
    passages = _with_vectors(bulk, texts, embedder)
    builder = QdrantEdgeBuilder(builds, embedder.identity, embedder.dimensions)
    build = builder.build(_REVISION, passages, bulk.passages, lambda _done, _count: None)
    builds.publish(build)
    return build


def _with_vectors(bulk: Bulk, texts: Texts, embedder: Embedder) -> Iterator[tuple[Passage, Vectors]]:
    passages = mixed_passages(texts, bulk.passages, bulk.tenant)
    chance = np.random.default_rng(7)
    centres: list[Vectors] = []
    for passage in passages:
        if len(centres) < min(bulk.embedded, len(texts.real)):
            vector = embedder.embed_passages([passage.indexed_text])[0]
            centres.append(vector)
        else:
            vector = _beside(centres[int(chance.integers(len(centres)))], chance)
        yield passage, vector


def _beside(centre: Vectors, chance: np.random.Generator) -> Vectors:
    noise = chance.standard_normal(len(centre)).astype(np.float32)
    moved: Vectors = centre + noise * (_NOISE / np.float32(np.linalg.norm(noise)))
    return moved / np.float32(np.linalg.norm(moved))
