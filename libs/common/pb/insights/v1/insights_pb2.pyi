from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Vote(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VOTE_UNSPECIFIED: _ClassVar[Vote]
    VOTE_UP: _ClassVar[Vote]
    VOTE_DOWN: _ClassVar[Vote]
VOTE_UNSPECIFIED: Vote
VOTE_UP: Vote
VOTE_DOWN: Vote

class RecordFeedbackRequest(_message.Message):
    __slots__ = ("feedback_id", "query_id", "vote", "rating", "labels", "comment", "manifest_id")
    FEEDBACK_ID_FIELD_NUMBER: _ClassVar[int]
    QUERY_ID_FIELD_NUMBER: _ClassVar[int]
    VOTE_FIELD_NUMBER: _ClassVar[int]
    RATING_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_ID_FIELD_NUMBER: _ClassVar[int]
    feedback_id: str
    query_id: str
    vote: Vote
    rating: int
    labels: _containers.RepeatedScalarFieldContainer[str]
    comment: str
    manifest_id: str
    def __init__(self, feedback_id: _Optional[str] = ..., query_id: _Optional[str] = ..., vote: _Optional[_Union[Vote, str]] = ..., rating: _Optional[int] = ..., labels: _Optional[_Iterable[str]] = ..., comment: _Optional[str] = ..., manifest_id: _Optional[str] = ...) -> None: ...

class RecordFeedbackResponse(_message.Message):
    __slots__ = ("duplicate",)
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    duplicate: bool
    def __init__(self, duplicate: _Optional[bool] = ...) -> None: ...

class RecordAnswerRequest(_message.Message):
    __slots__ = ("record",)
    RECORD_FIELD_NUMBER: _ClassVar[int]
    record: AnswerRecord
    def __init__(self, record: _Optional[_Union[AnswerRecord, _Mapping]] = ...) -> None: ...

class RecordAnswerResponse(_message.Message):
    __slots__ = ("recorded", "duplicate")
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    recorded: bool
    duplicate: bool
    def __init__(self, recorded: _Optional[bool] = ..., duplicate: _Optional[bool] = ...) -> None: ...

class AnswerRecord(_message.Message):
    __slots__ = ("query_id", "conversation_id", "question", "language", "intent", "intent_confidence", "finish", "refusal_kind", "error_kind", "confidence", "needs_review", "support", "versions", "sources", "latencies", "prompt_tokens", "completion_tokens", "cost_usd", "degradations", "region", "subject_hash", "recorded_at_ms", "vote")
    QUERY_ID_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    INTENT_FIELD_NUMBER: _ClassVar[int]
    INTENT_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    FINISH_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_KIND_FIELD_NUMBER: _ClassVar[int]
    ERROR_KIND_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    NEEDS_REVIEW_FIELD_NUMBER: _ClassVar[int]
    SUPPORT_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    LATENCIES_FIELD_NUMBER: _ClassVar[int]
    PROMPT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COST_USD_FIELD_NUMBER: _ClassVar[int]
    DEGRADATIONS_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_HASH_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    VOTE_FIELD_NUMBER: _ClassVar[int]
    query_id: str
    conversation_id: str
    question: str
    language: str
    intent: str
    intent_confidence: float
    finish: str
    refusal_kind: str
    error_kind: str
    confidence: float
    needs_review: bool
    support: float
    versions: AnswerVersions
    sources: _containers.RepeatedCompositeFieldContainer[RecordedSource]
    latencies: AnswerLatencies
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    degradations: _containers.RepeatedScalarFieldContainer[str]
    region: str
    subject_hash: str
    recorded_at_ms: int
    vote: Vote
    def __init__(self, query_id: _Optional[str] = ..., conversation_id: _Optional[str] = ..., question: _Optional[str] = ..., language: _Optional[str] = ..., intent: _Optional[str] = ..., intent_confidence: _Optional[float] = ..., finish: _Optional[str] = ..., refusal_kind: _Optional[str] = ..., error_kind: _Optional[str] = ..., confidence: _Optional[float] = ..., needs_review: _Optional[bool] = ..., support: _Optional[float] = ..., versions: _Optional[_Union[AnswerVersions, _Mapping]] = ..., sources: _Optional[_Iterable[_Union[RecordedSource, _Mapping]]] = ..., latencies: _Optional[_Union[AnswerLatencies, _Mapping]] = ..., prompt_tokens: _Optional[int] = ..., completion_tokens: _Optional[int] = ..., cost_usd: _Optional[float] = ..., degradations: _Optional[_Iterable[str]] = ..., region: _Optional[str] = ..., subject_hash: _Optional[str] = ..., recorded_at_ms: _Optional[int] = ..., vote: _Optional[_Union[Vote, str]] = ...) -> None: ...

class AnswerVersions(_message.Message):
    __slots__ = ("manifest_id", "variant", "model_version", "model", "prompt_version", "policy_version", "retrieval_profile", "index_version")
    MANIFEST_ID_FIELD_NUMBER: _ClassVar[int]
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PROMPT_VERSION_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    RETRIEVAL_PROFILE_FIELD_NUMBER: _ClassVar[int]
    INDEX_VERSION_FIELD_NUMBER: _ClassVar[int]
    manifest_id: str
    variant: str
    model_version: str
    model: str
    prompt_version: str
    policy_version: str
    retrieval_profile: str
    index_version: str
    def __init__(self, manifest_id: _Optional[str] = ..., variant: _Optional[str] = ..., model_version: _Optional[str] = ..., model: _Optional[str] = ..., prompt_version: _Optional[str] = ..., policy_version: _Optional[str] = ..., retrieval_profile: _Optional[str] = ..., index_version: _Optional[str] = ...) -> None: ...

class RecordedSource(_message.Message):
    __slots__ = ("n", "passage_id", "cited", "support")
    N_FIELD_NUMBER: _ClassVar[int]
    PASSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    CITED_FIELD_NUMBER: _ClassVar[int]
    SUPPORT_FIELD_NUMBER: _ClassVar[int]
    n: int
    passage_id: str
    cited: bool
    support: float
    def __init__(self, n: _Optional[int] = ..., passage_id: _Optional[str] = ..., cited: _Optional[bool] = ..., support: _Optional[float] = ...) -> None: ...

class AnswerLatencies(_message.Message):
    __slots__ = ("retrieval_ms", "first_token_ms", "model_ms", "total_ms")
    RETRIEVAL_MS_FIELD_NUMBER: _ClassVar[int]
    FIRST_TOKEN_MS_FIELD_NUMBER: _ClassVar[int]
    MODEL_MS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_MS_FIELD_NUMBER: _ClassVar[int]
    retrieval_ms: float
    first_token_ms: float
    model_ms: float
    total_ms: float
    def __init__(self, retrieval_ms: _Optional[float] = ..., first_token_ms: _Optional[float] = ..., model_ms: _Optional[float] = ..., total_ms: _Optional[float] = ...) -> None: ...

class ListAnswersRequest(_message.Message):
    __slots__ = ("refused", "needs_review", "voted_down", "failed", "confidence_below", "since_ms", "page_size", "page_token")
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    NEEDS_REVIEW_FIELD_NUMBER: _ClassVar[int]
    VOTED_DOWN_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_BELOW_FIELD_NUMBER: _ClassVar[int]
    SINCE_MS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    refused: bool
    needs_review: bool
    voted_down: bool
    failed: bool
    confidence_below: float
    since_ms: int
    page_size: int
    page_token: str
    def __init__(self, refused: _Optional[bool] = ..., needs_review: _Optional[bool] = ..., voted_down: _Optional[bool] = ..., failed: _Optional[bool] = ..., confidence_below: _Optional[float] = ..., since_ms: _Optional[int] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAnswersResponse(_message.Message):
    __slots__ = ("records", "next_page_token")
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    records: _containers.RepeatedCompositeFieldContainer[AnswerRecord]
    next_page_token: str
    def __init__(self, records: _Optional[_Iterable[_Union[AnswerRecord, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
