"""Picks the engine of the index by the settings: embedded, or a Qdrant cluster."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import cast

from libs.common.clock import Clock
from services.retrieval.build import Build
from services.retrieval.builds import BuildFolder
from services.retrieval.index import Index, IndexFailure
from services.retrieval.late_builder import LateBuilder
from services.retrieval.passage_shelf import PassageShelf
from services.retrieval.progress_meter import ProgressMeter
from services.retrieval.publication import Publication, Publishing
from services.retrieval.qdrant_cluster.cluster_index import QdrantClusterIndex
from services.retrieval.qdrant_cluster.cluster_publication import ClusterPublication
from services.retrieval.qdrant_cluster.collection import CollectionShape, Quantisation, alias_of
from services.retrieval.qdrant_cluster.collection_writer import CollectionWriter
from services.retrieval.qdrant_cluster.connection import (
    ClusterAddress,
    open_serving_client,
    open_writing_client,
)
from services.retrieval.qdrant_cluster.served_collection import ServedCollection
from services.retrieval.qdrant_edge.bm25 import QdrantBm25
from services.retrieval.qdrant_edge.edge_builder import QdrantEdgeBuilder
from services.retrieval.qdrant_edge.edge_index import open_qdrant_edge
from services.retrieval.served_index import ServedIndex
from services.retrieval.served_versions import ServedVersion
from services.retrieval.serving_copy import ServingCopies
from services.retrieval.settings import Settings


def open_engine(settings: Settings, clock: Clock, closing: AsyncExitStack) -> Callable[[str], ServedVersion]:
    """Opens what a serving process needs, and returns what opens an index version by its name.

    Raises:
        IndexFailure: The settings name a cluster that cannot even be addressed.
    """
    if not settings.qdrant_url:
        copies = ServingCopies(settings.serving_folder)
        closing.callback(copies.close)

        def open_embedded(version: str) -> ServedVersion:
            folder = BuildFolder(settings.index_folder, version)
            return ServedIndex(folder, partial(load_index, copies), clock)

        return open_embedded
    client = open_serving_client(cluster_address(settings))
    closing.push_async_callback(client.close)
    quantisation = cast("Quantisation", settings.qdrant_quantisation)

    def open_collection(version: str) -> ServedVersion:
        alias = alias_of(settings.qdrant_prefix, version)
        index = QdrantClusterIndex(client, alias, QdrantBm25(), quantisation, settings.qdrant_timeout)
        return ServedCollection(client, alias, index, clock)

    return open_collection


def open_publishing(
    settings: Settings,
    shelf: PassageShelf,
    meter: ProgressMeter,
    clock: Clock,
    embedder: str,
    dimensions: Callable[[], int],
) -> Publishing:
    """Opens what the ingest worker publishes with.

    Args:
        settings: Name the engine and the index version.
        shelf: Holds the passages.
        meter: Shows how far a publication is.
        clock: Measures how long it takes.
        embedder: Identity of the embedder.
        dimensions: Tells the length of its vectors; may load the model for that.

    Raises:
        IndexFailure: The settings name a cluster that cannot even be addressed.
    """
    if not settings.qdrant_url:
        folder = BuildFolder(settings.index_folder, settings.index_version)
        builder = LateBuilder(lambda: QdrantEdgeBuilder(folder, embedder, dimensions()))
        return Publication(folder, builder, shelf, embedder, meter, clock)
    shape = CollectionShape(
        embedder,
        settings.qdrant_shards,
        settings.qdrant_replicas,
        settings.qdrant_write_consistency,
        cast("Quantisation", settings.qdrant_quantisation),
    )
    writer = CollectionWriter(open_writing_client(cluster_address(settings)), QdrantBm25())
    return ClusterPublication(
        writer, shape, dimensions, settings.qdrant_prefix, settings.index_version, shelf, meter, clock
    )


def cluster_address(settings: Settings) -> ClusterAddress:
    """Returns where the cluster is, and how it is spoken to."""
    return ClusterAddress(
        settings.qdrant_url, settings.qdrant_api_key, settings.qdrant_ca_file, settings.qdrant_timeout
    )


def load_index(copies: ServingCopies, build: Build) -> Index:
    """Opens a build for this process alone."""
    folder = copies.take(build)
    try:
        return open_qdrant_edge(build, folder, partial(copies.drop, folder))
    except IndexFailure:
        copies.drop(folder)
        raise
