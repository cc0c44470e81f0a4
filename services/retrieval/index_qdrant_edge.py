"""The embedded index on Qdrant Edge, the only file that imports it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import islice
from operator import itemgetter
from pathlib import Path

import numpy as np
import qdrant_edge as qdrant

from libs.embedding.embedder import Vectors
from services.retrieval.build import Build
from services.retrieval.builds import BuildFolder
from services.retrieval.index import Hit, IndexFailure, Key, StoredPassage
from services.retrieval.keyword_encoder import Words
from services.retrieval.language_terms import LANGUAGES, UNSPACED, LanguageTerms
from services.retrieval.passage import Passage
from services.retrieval.passage_filter import PassageFilter
from services.retrieval.passage_payload import is_passage_id, number_of, passage_of, payload_of
from services.retrieval.term_statistics import TermCounter, TermStatistics
from services.retrieval.visibility import Condition

_SHARD_FOLDER = "shard"
_TERMS_FOLDER = "terms"
_DENSE = "dense"
_KEYWORDS = "bm25"
_ID = "passage_id"
_BATCH = 500
_SEARCH_EF = 128
"""Candidates that a search of the graph follows; Qdrant's own default is ef_construct, 100."""


@cache
def _bm25(language: str) -> qdrant.Bm25:
    """The engine's BM25 for one of `LANGUAGES`; another configuration asks for a higher build.FORMAT."""
    config = qdrant.Bm25Config(
        language=LANGUAGES[language],
        tokenizer=qdrant.TokenizerType.Multilingual if language in UNSPACED else None,
        avg_len=128.0,
        ascii_folding=True,
    )
    return qdrant.Bm25(config)


_FIELD_INDEXES: dict[str, qdrant.KeywordIndexParams | qdrant.DatetimeIndexParams] = {
    "tenant": qdrant.KeywordIndexParams(is_tenant=True),
    "access": qdrant.KeywordIndexParams(),
    "document_id": qdrant.KeywordIndexParams(enable_hnsw=False),
    "uri": qdrant.KeywordIndexParams(prefix=True, enable_hnsw=False),
    "tags": qdrant.KeywordIndexParams(enable_hnsw=False),
    "language": qdrant.KeywordIndexParams(enable_hnsw=False),
    "updated_at": qdrant.DatetimeIndexParams(enable_hnsw=False),
}


class QdrantBm25(LanguageTerms):
    """Terms by the engine's own BM25: lower case, no accents, stems and stop words of each language."""

    def __init__(self) -> None:
        super().__init__(_bm25)


_WORDS = QdrantBm25()


class QdrantEdgeIndex:
    """An `Index` over one loaded shard.

    Queries run on the event loop's own thread. The engine holds the interpreter for as long as a
    query takes (measured: .2 to 1.2 ms), so a thread would not keep the loop free; it would only add
    a hand-over, during which a busy loop may keep the interpreter for 5 ms.

    Args:
        shard: The loaded shard; nobody else uses it.
        terms: How rare words are.
        release: Called once the shard is closed.
    """

    at_once = False

    def __init__(self, shard: qdrant.EdgeShard, terms: TermStatistics, release: Callable[[], None]) -> None:
        self._shard = shard
        self._terms = terms
        self._release = release

    async def nearest(self, vector: Vectors, condition: Condition, limit: int) -> list[Hit]:
        """Returns the passages nearest to a vector, best first; the score is the cosine, -1 to 1."""
        query = qdrant.Query.Nearest(vector.tolist(), using=_DENSE)
        params = qdrant.SearchParams(hnsw_ef=max(_SEARCH_EF, limit))
        return self._hits(query, params, condition, limit)

    async def keywords(self, text: str, condition: Condition, limit: int) -> list[Hit]:
        """Returns the passages that best match the words of a text, best first, by BM25."""
        terms = _WORDS.of_query(text, self._terms.languages(condition.visible))
        weights = self._terms.weights(terms, condition.visible)
        known = [(term, weight) for term, weight in zip(terms, weights, strict=True) if weight > 0]
        if not known:
            return []
        words = qdrant.SparseVector([term for term, _ in known], [weight for _, weight in known])
        query = qdrant.Query.Nearest(words, using=_KEYWORDS)
        return self._hits(query, qdrant.SearchParams(), condition, limit)

    async def hybrid(
        self, vector: Vectors, text: str, condition: Condition, limit: int
    ) -> tuple[list[Hit], list[Hit]]:
        """Returns what `nearest` and `keywords` return."""
        near = await self.nearest(vector, condition, limit)
        return near, await self.keywords(text, condition, limit)

    async def fetch(self, keys: Sequence[Key], condition: Condition) -> dict[Key, StoredPassage]:
        """Returns the passages that meet the condition, by the numbers or ids that they were asked for."""
        asked: dict[qdrant.PointId, Key] = {
            key if isinstance(key, int) else number_of(key): key
            for key in keys
            if isinstance(key, int) or is_passage_id(key)
        }
        with _EngineErrors():
            records = self._shard.retrieve(list(asked), with_payload=True, with_vector=[_DENSE])
        found = [(asked[record.id], _stored(record)) for record in records]
        return {
            key: entry for key, entry in found if _is(entry.passage, key) and condition.admits(entry.passage)
        }

    async def scan(self, tenant: str, after: str, limit: int) -> list[StoredPassage]:
        """Returns a tenant's passages, whoever may see them, in the order of their ids."""
        own = qdrant.Filter(must=[qdrant.FieldCondition("tenant", match=qdrant.MatchValue(tenant))])
        request = qdrant.ScrollRequest(
            offset=number_of(after) + 1 if after else None,
            limit=limit,
            filter=own,
            with_payload=True,
            with_vector=[_DENSE],
        )
        with _EngineErrors():
            records, _ = self._shard.scroll(request)
        return [_stored(record) for record in records]

    def close(self) -> None:
        """Closes the shard; nothing may be asked afterwards."""
        try:
            with _EngineErrors():
                self._shard.close()
        finally:
            self._release()

    def _hits(
        self, query: qdrant.Query, params: qdrant.SearchParams, condition: Condition, limit: int
    ) -> list[Hit]:
        meets = qdrant.Filter(must=_conditions(condition))
        with _EngineErrors():
            found = self._shard.query(qdrant.QueryRequest(limit, query=query, filter=meets, params=params))
        hits = [Hit(_number(point), point.score) for point in found]
        hits.sort(key=_by_key)
        hits.sort(key=_by_score, reverse=True)  # stable: equal scores stay in the order of their numbers
        return hits


def open_qdrant_edge(build: Build, folder: Path, release: Callable[[], None]) -> QdrantEdgeIndex:
    """Loads a build from a folder that belongs to this process alone; pauses other threads.

    Args:
        build: What lies in the folder.
        folder: Its private copy: loading rewrites the shard's configuration file.
        release: Called once the shard is closed.

    Raises:
        IndexFailure: The engine cannot load it, or finds other passages than the build names.
    """
    with _EngineErrors():
        terms = TermStatistics(folder / _TERMS_FOLDER)
        _WORDS.prepare(terms.all_languages)
        shard = qdrant.EdgeShard.load(str(folder / _SHARD_FOLDER))
        found = shard.info().points_count
        if found != build.passages:
            shard.close()
            raise IndexFailure(f"Build {build.revision} holds {found} passages instead of {build.passages}.")
    return QdrantEdgeIndex(shard, terms, release)


class QdrantEdgeBuilder:
    """Makes builds; for the ingest worker, since optimising holds the interpreter for seconds.

    Args:
        folder: Where builds go.
        embedder: Identity of the embedder of the vectors.
        dimensions: Length of the vectors.
    """

    def __init__(self, folder: BuildFolder, embedder: str, dimensions: int) -> None:
        self._folder = folder
        self._embedder = embedder
        self._dimensions = dimensions

    def build(
        self,
        revision: int,
        passages: Iterable[tuple[Passage, Vectors]],
        count: int,
        progress: Callable[[int, int], None],
    ) -> Build:
        """Makes a build of all passages (see `IndexBuilder`); each passage id may come once."""
        path = self._folder.begin(revision)
        try:
            tenants = self._fill(path, passages, count, progress)
            return self._folder.seal(revision, self._embedder, dict(tenants))
        finally:
            self._folder.abandon(revision)  # where it was not sealed

    def _fill(
        self,
        path: Path,
        passages: Iterable[tuple[Passage, Vectors]],
        count: int,
        progress: Callable[[int, int], None],
    ) -> Counter[str]:
        tenants: Counter[str] = Counter()
        terms = TermCounter()
        with self._shard(path / _SHARD_FOLDER) as shard:
            remaining = iter(passages)
            while batch := list(islice(remaining, _BATCH)):
                words = [_WORDS.of_passage(passage.indexed_text, passage.language) for passage, _ in batch]
                for (passage, _), each in zip(batch, words, strict=True):
                    terms.add(passage, each.terms)
                points = [_point(*entry, vector) for entry, vector in zip(batch, words, strict=True)]
                with _EngineErrors():
                    shard.update(qdrant.UpdateOperation.upsert_points(points))
                tenants.update(passage.tenant for passage, _ in batch)
                progress(tenants.total(), count)
            with _EngineErrors():
                shard.optimize()
                shard.flush()
                found = shard.info().points_count
        terms.save(path / _TERMS_FOLDER)
        if found != tenants.total():
            raise IndexFailure(f"{tenants.total()} passages have only {found} different ids.")
        return tenants

    @contextmanager
    def _shard(self, path: Path) -> Iterator[qdrant.EdgeShard]:
        vectors = qdrant.EdgeVectorParams(size=self._dimensions, distance=qdrant.Distance.Cosine)
        config = qdrant.EdgeConfig(
            vectors={_DENSE: vectors},
            # No IDF modifier: the query brings the weights, see term_statistics.
            sparse_vectors={_KEYWORDS: qdrant.EdgeSparseVectorParams()},
            optimizers=qdrant.EdgeOptimizersConfig(default_segment_number=1),
            # A build is written once and published whole: nothing to log ahead, and no lock to hold.
            wal_enabled=False,
            # Searches then run where they are called: there is one segment, and threads that wait for parts
            # of it spin, which costs a busy core a sixth of its searches.
            max_search_threads=1,
        )
        with _EngineErrors():
            shard = qdrant.EdgeShard.create(str(path), config)
        try:
            with _EngineErrors():
                for name, params in _FIELD_INDEXES.items():
                    shard.update(qdrant.UpdateOperation.create_field_index(name, params))
            yield shard
        finally:
            shard.close()


class _EngineErrors:
    """Turns what the engine raises, which is nothing narrower than Exception, into IndexFailure.

    A panic of its is not even an Exception (pyo3), and would pass every handler on its way out.
    """

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        panic = type(error).__name__ == "PanicException"
        if panic or (isinstance(error, Exception) and not isinstance(error, IndexFailure)):
            raise IndexFailure(f"Qdrant Edge failed: {error}") from error


def _conditions(condition: Condition) -> list[qdrant.ConditionType]:
    visible = condition.visible
    untagged = qdrant.IsEmptyCondition("access")
    shared = qdrant.FieldCondition("access", match=qdrant.MatchAny(sorted(visible.access)))
    conditions: list[qdrant.ConditionType] = [
        qdrant.FieldCondition("tenant", match=qdrant.MatchValue(visible.tenant)),
        qdrant.Filter(should=[untagged, shared]) if visible.access else untagged,
    ]
    return conditions + _narrowing(condition.filter)


def _narrowing(wanted: PassageFilter) -> list[qdrant.ConditionType]:
    conditions: list[qdrant.ConditionType] = [
        qdrant.FieldCondition("tags", match=qdrant.MatchValue(tag)) for tag in wanted.tags_all
    ]
    for field, values in (("document_id", wanted.document_ids), ("tags", wanted.tags_any)):
        if values:
            conditions.append(qdrant.FieldCondition(field, match=qdrant.MatchAny(list(values))))
    if wanted.uri_prefix:
        conditions.append(qdrant.FieldCondition("uri", match=qdrant.MatchPrefix(wanted.uri_prefix)))
    if wanted.language:
        conditions.append(qdrant.FieldCondition("language", match=qdrant.MatchValue(wanted.language)))
    if wanted.updated_from or wanted.updated_before:
        between = qdrant.RangeDateTime(gte=wanted.updated_from or None, lt=wanted.updated_before or None)
        conditions.append(qdrant.FieldCondition("updated_at", range=between))
    return conditions


def _point(passage: Passage, vector: Vectors, words: Words) -> qdrant.Point:
    sparse = qdrant.SparseVector(list(words.terms), list(words.weights))
    return qdrant.Point(
        number_of(passage.passage_id),
        {_DENSE: vector.tolist(), _KEYWORDS: sparse},
        payload_of(passage) | {_ID: passage.passage_id},
    )


def _stored(point: qdrant.Record) -> StoredPassage:
    vectors = point.vector
    if not isinstance(vectors, dict):
        raise IndexFailure(f"Passage {point.id} came without its vector.")
    passage = passage_of(str((point.payload or {}).get(_ID)), point.payload)
    return StoredPassage(passage, np.asarray(vectors[_DENSE], np.float32))


def _is(passage: Passage, key: Key) -> bool:
    """Whether a passage is the one that was asked for; two ids may have the same first half."""
    return isinstance(key, int) or passage.passage_id == key


def _number(point: qdrant.ScoredPoint) -> int:
    return point.id  # type: ignore[return-value]  # every point that we write has a number


_by_key = itemgetter(0)
_by_score = itemgetter(1)
