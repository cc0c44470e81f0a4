from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SearchRequest(_message.Message):
    __slots__ = ("query", "k", "profile", "filter", "page_hint", "include_text", "include_sentence_vectors", "explain", "page_token")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    K_FIELD_NUMBER: _ClassVar[int]
    PROFILE_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    PAGE_HINT_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_TEXT_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_SENTENCE_VECTORS_FIELD_NUMBER: _ClassVar[int]
    EXPLAIN_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    query: str
    k: int
    profile: str
    filter: SearchFilter
    page_hint: PageHint
    include_text: bool
    include_sentence_vectors: bool
    explain: bool
    page_token: str
    def __init__(self, query: _Optional[str] = ..., k: _Optional[int] = ..., profile: _Optional[str] = ..., filter: _Optional[_Union[SearchFilter, _Mapping]] = ..., page_hint: _Optional[_Union[PageHint, _Mapping]] = ..., include_text: _Optional[bool] = ..., include_sentence_vectors: _Optional[bool] = ..., explain: _Optional[bool] = ..., page_token: _Optional[str] = ...) -> None: ...

class SearchFilter(_message.Message):
    __slots__ = ("document_ids", "uri_prefix", "tags_any", "tags_all", "language", "updated_from", "updated_before")
    DOCUMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    URI_PREFIX_FIELD_NUMBER: _ClassVar[int]
    TAGS_ANY_FIELD_NUMBER: _ClassVar[int]
    TAGS_ALL_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    UPDATED_FROM_FIELD_NUMBER: _ClassVar[int]
    UPDATED_BEFORE_FIELD_NUMBER: _ClassVar[int]
    document_ids: _containers.RepeatedScalarFieldContainer[str]
    uri_prefix: str
    tags_any: _containers.RepeatedScalarFieldContainer[str]
    tags_all: _containers.RepeatedScalarFieldContainer[str]
    language: str
    updated_from: str
    updated_before: str
    def __init__(self, document_ids: _Optional[_Iterable[str]] = ..., uri_prefix: _Optional[str] = ..., tags_any: _Optional[_Iterable[str]] = ..., tags_all: _Optional[_Iterable[str]] = ..., language: _Optional[str] = ..., updated_from: _Optional[str] = ..., updated_before: _Optional[str] = ...) -> None: ...

class PageHint(_message.Message):
    __slots__ = ("url", "title")
    URL_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    url: str
    title: str
    def __init__(self, url: _Optional[str] = ..., title: _Optional[str] = ...) -> None: ...

class SearchResponse(_message.Message):
    __slots__ = ("passages", "degradations", "timings", "index_version", "profile", "content_revision", "next_page_token", "explanation")
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    DEGRADATIONS_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    INDEX_VERSION_FIELD_NUMBER: _ClassVar[int]
    PROFILE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_REVISION_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    passages: _containers.RepeatedCompositeFieldContainer[Passage]
    degradations: _containers.RepeatedScalarFieldContainer[str]
    timings: SearchTimings
    index_version: str
    profile: str
    content_revision: int
    next_page_token: str
    explanation: Explanation
    def __init__(self, passages: _Optional[_Iterable[_Union[Passage, _Mapping]]] = ..., degradations: _Optional[_Iterable[str]] = ..., timings: _Optional[_Union[SearchTimings, _Mapping]] = ..., index_version: _Optional[str] = ..., profile: _Optional[str] = ..., content_revision: _Optional[int] = ..., next_page_token: _Optional[str] = ..., explanation: _Optional[_Union[Explanation, _Mapping]] = ...) -> None: ...

class Explanation(_message.Message):
    __slots__ = ("plan", "stages", "candidates", "in_cache", "offset")
    PLAN_FIELD_NUMBER: _ClassVar[int]
    STAGES_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    IN_CACHE_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    plan: ExplainedPlan
    stages: _containers.RepeatedCompositeFieldContainer[ExplainedStage]
    candidates: _containers.RepeatedCompositeFieldContainer[ExplainedCandidate]
    in_cache: bool
    offset: int
    def __init__(self, plan: _Optional[_Union[ExplainedPlan, _Mapping]] = ..., stages: _Optional[_Iterable[_Union[ExplainedStage, _Mapping]]] = ..., candidates: _Optional[_Iterable[_Union[ExplainedCandidate, _Mapping]]] = ..., in_cache: _Optional[bool] = ..., offset: _Optional[int] = ...) -> None: ...

class ExplainedPlan(_message.Message):
    __slots__ = ("level", "k", "prefetch", "fusion", "dense_weight", "language", "rerank_model", "rerank_depth", "rerank_budget_ms", "per_document", "relevance_weight", "neighbours")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    K_FIELD_NUMBER: _ClassVar[int]
    PREFETCH_FIELD_NUMBER: _ClassVar[int]
    FUSION_FIELD_NUMBER: _ClassVar[int]
    DENSE_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    RERANK_MODEL_FIELD_NUMBER: _ClassVar[int]
    RERANK_DEPTH_FIELD_NUMBER: _ClassVar[int]
    RERANK_BUDGET_MS_FIELD_NUMBER: _ClassVar[int]
    PER_DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    RELEVANCE_WEIGHT_FIELD_NUMBER: _ClassVar[int]
    NEIGHBOURS_FIELD_NUMBER: _ClassVar[int]
    level: int
    k: int
    prefetch: int
    fusion: str
    dense_weight: float
    language: str
    rerank_model: str
    rerank_depth: int
    rerank_budget_ms: float
    per_document: int
    relevance_weight: float
    neighbours: str
    def __init__(self, level: _Optional[int] = ..., k: _Optional[int] = ..., prefetch: _Optional[int] = ..., fusion: _Optional[str] = ..., dense_weight: _Optional[float] = ..., language: _Optional[str] = ..., rerank_model: _Optional[str] = ..., rerank_depth: _Optional[int] = ..., rerank_budget_ms: _Optional[float] = ..., per_document: _Optional[int] = ..., relevance_weight: _Optional[float] = ..., neighbours: _Optional[str] = ...) -> None: ...

class ExplainedStage(_message.Message):
    __slots__ = ("name", "took_ms", "found", "note")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TOOK_MS_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    name: str
    took_ms: float
    found: int
    note: str
    def __init__(self, name: _Optional[str] = ..., took_ms: _Optional[float] = ..., found: _Optional[int] = ..., note: _Optional[str] = ...) -> None: ...

class ExplainedCandidate(_message.Message):
    __slots__ = ("passage_id", "document_id", "uri", "title", "heading_path", "scores", "dense_rank", "bm25_rank", "fused_rank", "rerank_rank", "boost", "score", "rank", "outcome", "because_of")
    PASSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    HEADING_PATH_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    DENSE_RANK_FIELD_NUMBER: _ClassVar[int]
    BM25_RANK_FIELD_NUMBER: _ClassVar[int]
    FUSED_RANK_FIELD_NUMBER: _ClassVar[int]
    RERANK_RANK_FIELD_NUMBER: _ClassVar[int]
    BOOST_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    BECAUSE_OF_FIELD_NUMBER: _ClassVar[int]
    passage_id: str
    document_id: str
    uri: str
    title: str
    heading_path: _containers.RepeatedScalarFieldContainer[str]
    scores: StageScores
    dense_rank: int
    bm25_rank: int
    fused_rank: int
    rerank_rank: int
    boost: float
    score: float
    rank: int
    outcome: str
    because_of: str
    def __init__(self, passage_id: _Optional[str] = ..., document_id: _Optional[str] = ..., uri: _Optional[str] = ..., title: _Optional[str] = ..., heading_path: _Optional[_Iterable[str]] = ..., scores: _Optional[_Union[StageScores, _Mapping]] = ..., dense_rank: _Optional[int] = ..., bm25_rank: _Optional[int] = ..., fused_rank: _Optional[int] = ..., rerank_rank: _Optional[int] = ..., boost: _Optional[float] = ..., score: _Optional[float] = ..., rank: _Optional[int] = ..., outcome: _Optional[str] = ..., because_of: _Optional[str] = ...) -> None: ...

class SearchTimings(_message.Message):
    __slots__ = ("embed_ms", "search_ms", "fuse_ms", "total_ms", "rerank_ms")
    EMBED_MS_FIELD_NUMBER: _ClassVar[int]
    SEARCH_MS_FIELD_NUMBER: _ClassVar[int]
    FUSE_MS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_MS_FIELD_NUMBER: _ClassVar[int]
    RERANK_MS_FIELD_NUMBER: _ClassVar[int]
    embed_ms: float
    search_ms: float
    fuse_ms: float
    total_ms: float
    rerank_ms: float
    def __init__(self, embed_ms: _Optional[float] = ..., search_ms: _Optional[float] = ..., fuse_ms: _Optional[float] = ..., total_ms: _Optional[float] = ..., rerank_ms: _Optional[float] = ...) -> None: ...

class Passage(_message.Message):
    __slots__ = ("passage_id", "document_id", "uri", "title", "heading_path", "text", "score", "scores", "start", "end", "updated_at", "url", "page", "language", "tags", "product", "version", "sentence_vectors", "joined_ids", "neighbour_ids")
    PASSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    HEADING_PATH_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_VECTORS_FIELD_NUMBER: _ClassVar[int]
    JOINED_IDS_FIELD_NUMBER: _ClassVar[int]
    NEIGHBOUR_IDS_FIELD_NUMBER: _ClassVar[int]
    passage_id: str
    document_id: str
    uri: str
    title: str
    heading_path: _containers.RepeatedScalarFieldContainer[str]
    text: str
    score: float
    scores: StageScores
    start: int
    end: int
    updated_at: str
    url: str
    page: int
    language: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    product: str
    version: str
    sentence_vectors: SentenceVectors
    joined_ids: _containers.RepeatedScalarFieldContainer[str]
    neighbour_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, passage_id: _Optional[str] = ..., document_id: _Optional[str] = ..., uri: _Optional[str] = ..., title: _Optional[str] = ..., heading_path: _Optional[_Iterable[str]] = ..., text: _Optional[str] = ..., score: _Optional[float] = ..., scores: _Optional[_Union[StageScores, _Mapping]] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., updated_at: _Optional[str] = ..., url: _Optional[str] = ..., page: _Optional[int] = ..., language: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., product: _Optional[str] = ..., version: _Optional[str] = ..., sentence_vectors: _Optional[_Union[SentenceVectors, _Mapping]] = ..., joined_ids: _Optional[_Iterable[str]] = ..., neighbour_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class SentenceVectors(_message.Message):
    __slots__ = ("embedder", "dimensions", "starts", "ends", "values", "scales")
    EMBEDDER_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    STARTS_FIELD_NUMBER: _ClassVar[int]
    ENDS_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    SCALES_FIELD_NUMBER: _ClassVar[int]
    embedder: str
    dimensions: int
    starts: _containers.RepeatedScalarFieldContainer[int]
    ends: _containers.RepeatedScalarFieldContainer[int]
    values: bytes
    scales: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, embedder: _Optional[str] = ..., dimensions: _Optional[int] = ..., starts: _Optional[_Iterable[int]] = ..., ends: _Optional[_Iterable[int]] = ..., values: _Optional[bytes] = ..., scales: _Optional[_Iterable[float]] = ...) -> None: ...

class StageScores(_message.Message):
    __slots__ = ("dense", "bm25", "fused", "rerank")
    DENSE_FIELD_NUMBER: _ClassVar[int]
    BM25_FIELD_NUMBER: _ClassVar[int]
    FUSED_FIELD_NUMBER: _ClassVar[int]
    RERANK_FIELD_NUMBER: _ClassVar[int]
    dense: float
    bm25: float
    fused: float
    rerank: float
    def __init__(self, dense: _Optional[float] = ..., bm25: _Optional[float] = ..., fused: _Optional[float] = ..., rerank: _Optional[float] = ...) -> None: ...

class GetPassagesRequest(_message.Message):
    __slots__ = ("passage_ids",)
    PASSAGE_IDS_FIELD_NUMBER: _ClassVar[int]
    passage_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, passage_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class GetPassagesResponse(_message.Message):
    __slots__ = ("passages",)
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    passages: _containers.RepeatedCompositeFieldContainer[Passage]
    def __init__(self, passages: _Optional[_Iterable[_Union[Passage, _Mapping]]] = ...) -> None: ...

class GetIndexRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetIndexResponse(_message.Message):
    __slots__ = ("index_version", "content_revision", "accepted_revision", "embedder", "passages", "documents", "progress")
    INDEX_VERSION_FIELD_NUMBER: _ClassVar[int]
    CONTENT_REVISION_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    EMBEDDER_FIELD_NUMBER: _ClassVar[int]
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    index_version: str
    content_revision: int
    accepted_revision: int
    embedder: str
    passages: int
    documents: DocumentCounts
    progress: IngestProgress
    def __init__(self, index_version: _Optional[str] = ..., content_revision: _Optional[int] = ..., accepted_revision: _Optional[int] = ..., embedder: _Optional[str] = ..., passages: _Optional[int] = ..., documents: _Optional[_Union[DocumentCounts, _Mapping]] = ..., progress: _Optional[_Union[IngestProgress, _Mapping]] = ...) -> None: ...

class DocumentCounts(_message.Message):
    __slots__ = ("pending", "indexed", "skipped", "failed")
    PENDING_FIELD_NUMBER: _ClassVar[int]
    INDEXED_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    pending: int
    indexed: int
    skipped: int
    failed: int
    def __init__(self, pending: _Optional[int] = ..., indexed: _Optional[int] = ..., skipped: _Optional[int] = ..., failed: _Optional[int] = ...) -> None: ...

class IngestProgress(_message.Message):
    __slots__ = ("phase", "done", "total", "rate")
    PHASE_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    RATE_FIELD_NUMBER: _ClassVar[int]
    phase: str
    done: int
    total: int
    rate: float
    def __init__(self, phase: _Optional[str] = ..., done: _Optional[int] = ..., total: _Optional[int] = ..., rate: _Optional[float] = ...) -> None: ...

class IndexDocumentsRequest(_message.Message):
    __slots__ = ("source", "document", "content")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    source: DocumentSource
    document: DocumentHeader
    content: bytes
    def __init__(self, source: _Optional[_Union[DocumentSource, _Mapping]] = ..., document: _Optional[_Union[DocumentHeader, _Mapping]] = ..., content: _Optional[bytes] = ...) -> None: ...

class DocumentSource(_message.Message):
    __slots__ = ("source_id", "complete")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    complete: bool
    def __init__(self, source_id: _Optional[str] = ..., complete: _Optional[bool] = ...) -> None: ...

class DocumentHeader(_message.Message):
    __slots__ = ("uri", "content_type", "url", "access", "updated_at", "tags", "language", "product", "version", "title")
    URI_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    uri: str
    content_type: str
    url: str
    access: _containers.RepeatedScalarFieldContainer[str]
    updated_at: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    language: str
    product: str
    version: str
    title: str
    def __init__(self, uri: _Optional[str] = ..., content_type: _Optional[str] = ..., url: _Optional[str] = ..., access: _Optional[_Iterable[str]] = ..., updated_at: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., language: _Optional[str] = ..., product: _Optional[str] = ..., version: _Optional[str] = ..., title: _Optional[str] = ...) -> None: ...

class IndexDocumentsResponse(_message.Message):
    __slots__ = ("accepted", "unchanged", "removed", "rejected", "revision")
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    accepted: int
    unchanged: int
    removed: int
    rejected: _containers.RepeatedCompositeFieldContainer[RejectedDocument]
    revision: int
    def __init__(self, accepted: _Optional[int] = ..., unchanged: _Optional[int] = ..., removed: _Optional[int] = ..., rejected: _Optional[_Iterable[_Union[RejectedDocument, _Mapping]]] = ..., revision: _Optional[int] = ...) -> None: ...

class RejectedDocument(_message.Message):
    __slots__ = ("uri", "reason")
    URI_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    uri: str
    reason: str
    def __init__(self, uri: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ListDocumentsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "state")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    state: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., state: _Optional[str] = ...) -> None: ...

class ListDocumentsResponse(_message.Message):
    __slots__ = ("documents", "next_page_token")
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    documents: _containers.RepeatedCompositeFieldContainer[Document]
    next_page_token: str
    def __init__(self, documents: _Optional[_Iterable[_Union[Document, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetDocumentRequest(_message.Message):
    __slots__ = ("document_id",)
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    def __init__(self, document_id: _Optional[str] = ...) -> None: ...

class GetDocumentResponse(_message.Message):
    __slots__ = ("document",)
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    document: Document
    def __init__(self, document: _Optional[_Union[Document, _Mapping]] = ...) -> None: ...

class DeleteDocumentsRequest(_message.Message):
    __slots__ = ("document_ids",)
    DOCUMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    document_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, document_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class DeleteDocumentsResponse(_message.Message):
    __slots__ = ("deleted", "missing")
    DELETED_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    deleted: int
    missing: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, deleted: _Optional[int] = ..., missing: _Optional[_Iterable[str]] = ...) -> None: ...

class RetryDocumentsRequest(_message.Message):
    __slots__ = ("document_ids",)
    DOCUMENT_IDS_FIELD_NUMBER: _ClassVar[int]
    document_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, document_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class RetryDocumentsResponse(_message.Message):
    __slots__ = ("retried", "missing")
    RETRIED_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    retried: int
    missing: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, retried: _Optional[int] = ..., missing: _Optional[_Iterable[str]] = ...) -> None: ...

class GetContentReportRequest(_message.Message):
    __slots__ = ("examples", "source_id")
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    examples: int
    source_id: str
    def __init__(self, examples: _Optional[int] = ..., source_id: _Optional[str] = ...) -> None: ...

class GetContentReportResponse(_message.Message):
    __slots__ = ("documents", "findings")
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    documents: int
    findings: _containers.RepeatedCompositeFieldContainer[ContentFinding]
    def __init__(self, documents: _Optional[int] = ..., findings: _Optional[_Iterable[_Union[ContentFinding, _Mapping]]] = ...) -> None: ...

class ContentFinding(_message.Message):
    __slots__ = ("kind", "count", "examples")
    KIND_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    kind: str
    count: int
    examples: _containers.RepeatedCompositeFieldContainer[ContentExample]
    def __init__(self, kind: _Optional[str] = ..., count: _Optional[int] = ..., examples: _Optional[_Iterable[_Union[ContentExample, _Mapping]]] = ...) -> None: ...

class ContentExample(_message.Message):
    __slots__ = ("at", "other", "detail", "similarity")
    AT_FIELD_NUMBER: _ClassVar[int]
    OTHER_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    SIMILARITY_FIELD_NUMBER: _ClassVar[int]
    at: ContentPlace
    other: ContentPlace
    detail: str
    similarity: float
    def __init__(self, at: _Optional[_Union[ContentPlace, _Mapping]] = ..., other: _Optional[_Union[ContentPlace, _Mapping]] = ..., detail: _Optional[str] = ..., similarity: _Optional[float] = ...) -> None: ...

class ContentPlace(_message.Message):
    __slots__ = ("document_id", "uri", "source_id", "line")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    uri: str
    source_id: str
    line: str
    def __init__(self, document_id: _Optional[str] = ..., uri: _Optional[str] = ..., source_id: _Optional[str] = ..., line: _Optional[str] = ...) -> None: ...

class Document(_message.Message):
    __slots__ = ("document_id", "uri", "title", "content_type", "state", "reason", "retryable", "attempts", "passages", "size_bytes", "content_hash", "access", "source_id", "last_seen_at", "last_changed_at", "url", "tags", "language", "product", "version", "reason_code", "updated_at", "next_attempt_at", "duplicate_of", "near_duplicate_of", "similarity")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    RETRYABLE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    CONTENT_HASH_FIELD_NUMBER: _ClassVar[int]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    LAST_SEEN_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    NEXT_ATTEMPT_AT_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_OF_FIELD_NUMBER: _ClassVar[int]
    NEAR_DUPLICATE_OF_FIELD_NUMBER: _ClassVar[int]
    SIMILARITY_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    uri: str
    title: str
    content_type: str
    state: str
    reason: str
    retryable: bool
    attempts: int
    passages: int
    size_bytes: int
    content_hash: str
    access: _containers.RepeatedScalarFieldContainer[str]
    source_id: str
    last_seen_at: str
    last_changed_at: str
    url: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    language: str
    product: str
    version: str
    reason_code: str
    updated_at: str
    next_attempt_at: str
    duplicate_of: str
    near_duplicate_of: str
    similarity: float
    def __init__(self, document_id: _Optional[str] = ..., uri: _Optional[str] = ..., title: _Optional[str] = ..., content_type: _Optional[str] = ..., state: _Optional[str] = ..., reason: _Optional[str] = ..., retryable: _Optional[bool] = ..., attempts: _Optional[int] = ..., passages: _Optional[int] = ..., size_bytes: _Optional[int] = ..., content_hash: _Optional[str] = ..., access: _Optional[_Iterable[str]] = ..., source_id: _Optional[str] = ..., last_seen_at: _Optional[str] = ..., last_changed_at: _Optional[str] = ..., url: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., language: _Optional[str] = ..., product: _Optional[str] = ..., version: _Optional[str] = ..., reason_code: _Optional[str] = ..., updated_at: _Optional[str] = ..., next_attempt_at: _Optional[str] = ..., duplicate_of: _Optional[str] = ..., near_duplicate_of: _Optional[str] = ..., similarity: _Optional[float] = ...) -> None: ...

class CreateSnapshotRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CreateSnapshotResponse(_message.Message):
    __slots__ = ("content", "passages", "total")
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    content: bytes
    passages: int
    total: int
    def __init__(self, content: _Optional[bytes] = ..., passages: _Optional[int] = ..., total: _Optional[int] = ...) -> None: ...

class VerifySnapshotRequest(_message.Message):
    __slots__ = ("content",)
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    content: bytes
    def __init__(self, content: _Optional[bytes] = ...) -> None: ...

class VerifySnapshotResponse(_message.Message):
    __slots__ = ("matches", "root", "passages", "served", "missing", "extra", "changed", "vectors", "examples")
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    SERVED_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    VECTORS_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    matches: bool
    root: str
    passages: int
    served: int
    missing: int
    extra: int
    changed: int
    vectors: int
    examples: _containers.RepeatedCompositeFieldContainer[SnapshotDifference]
    def __init__(self, matches: _Optional[bool] = ..., root: _Optional[str] = ..., passages: _Optional[int] = ..., served: _Optional[int] = ..., missing: _Optional[int] = ..., extra: _Optional[int] = ..., changed: _Optional[int] = ..., vectors: _Optional[int] = ..., examples: _Optional[_Iterable[_Union[SnapshotDifference, _Mapping]]] = ...) -> None: ...

class SnapshotDifference(_message.Message):
    __slots__ = ("passage_id", "uri", "difference")
    PASSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCE_FIELD_NUMBER: _ClassVar[int]
    passage_id: str
    uri: str
    difference: str
    def __init__(self, passage_id: _Optional[str] = ..., uri: _Optional[str] = ..., difference: _Optional[str] = ...) -> None: ...

class RestoreSnapshotRequest(_message.Message):
    __slots__ = ("content",)
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    content: bytes
    def __init__(self, content: _Optional[bytes] = ...) -> None: ...

class RestoreSnapshotResponse(_message.Message):
    __slots__ = ("revision", "passages", "documents", "root")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    revision: int
    passages: int
    documents: int
    root: str
    def __init__(self, revision: _Optional[int] = ..., passages: _Optional[int] = ..., documents: _Optional[int] = ..., root: _Optional[str] = ...) -> None: ...
