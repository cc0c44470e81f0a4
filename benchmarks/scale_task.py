"""What the processes of the scale benchmark are told, and what they report; both cross as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import orjson

Storage = Literal["float32", "int8", "turbo4", "binary"]
STORAGES: tuple[Storage, ...] = ("float32", "int8", "turbo4", "binary")

Search = Literal["plain", "rescored", "rescored, ef 512", "float32", "float32, ef 512"]
"""How vectors are searched: the quantised by themselves, with the float32 ones deciding among twice as many
candidates, or not at all; following 128 candidates through the graph, as the product does, or 512."""


@dataclass(frozen=True, slots=True)
class ScaleTask:
    """One index.

    Attributes:
        shard: Its folder.
        passages: How many it holds.
        storage: How vectors are quantised.
        data: Published corpora.
        real_vectors: File with the real vectors.
        query_vectors: File with the queries' vectors, shape (queries, dimensions).
        queries: The queries, in words.
        neighbours: File with the exact neighbours of the queries; see `exact_neighbours`.
        core: Where the process runs; None leaves it to the system.
    """

    shard: str
    passages: int
    storage: Storage
    data: str
    real_vectors: str
    query_vectors: str
    queries: Sequence[str]
    neighbours: str
    core: int | None

    def to_json(self) -> bytes:
        """The task as JSON."""
        return orjson.dumps(asdict(self))

    @classmethod
    def from_json(cls, raw: bytes) -> ScaleTask:
        """Reads a task that `to_json` wrote."""
        return cls(**orjson.loads(raw))


@dataclass(frozen=True, slots=True)
class BuildFindings:
    """What a build cost.

    Attributes:
        fill_seconds: Tokenising and writing the passages.
        optimize_seconds: Making the graph, and quantising.
        cpu_seconds: CPU of the whole process.
        peak_mib: The most memory that the process held, the pages of mapped files included.
        private_mib: What of it belonged to the process alone when everything was written.
        disk_mib: Size of the shard.
    """

    fill_seconds: float
    optimize_seconds: float
    cpu_seconds: float
    peak_mib: float
    private_mib: float
    disk_mib: float


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of one kind of query.

    Attributes:
        p50: Half take at most this.
        p95: 95 % do.
        p99: 99 % do.
        cpu: CPU of one, in the mean; a busy machine disturbs it least.
    """

    p50: float
    p95: float
    p99: float
    cpu: float


@dataclass(frozen=True, slots=True)
class SearchFindings:
    """What searches found, and how long they took.

    Attributes:
        recall: Share of the ten nearest passages that are among the ten found.
        dense: The search of vectors.
        hybrid: Vectors, words, and reading ten passages, one after the other.
    """

    recall: float
    dense: Latency
    hybrid: Latency


@dataclass(frozen=True, slots=True)
class ServeFindings:
    """What serving an index takes.

    Attributes:
        load_seconds: Until it can be asked.
        private_mib: Memory that only this process uses, after all queries; the interpreter included.
        resident_mib: The same with the mapped files' pages that are in memory.
        keywords: The search of words.
        searches: By the way in which vectors are searched.
    """

    load_seconds: float
    private_mib: float
    resident_mib: float
    keywords: Latency
    searches: Mapping[Search, SearchFindings] = field(default_factory=dict)

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> ServeFindings:
        """Reads findings that were written as JSON."""
        raw = orjson.loads(orjson.dumps(document))
        searches = {
            name: SearchFindings(one["recall"], Latency(**one["dense"]), Latency(**one["hybrid"]))
            for name, one in raw.pop("searches").items()
        }
        return cls(keywords=Latency(**raw.pop("keywords")), searches=searches, **raw)
