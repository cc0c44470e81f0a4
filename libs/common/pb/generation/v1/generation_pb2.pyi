from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AnswerRequest(_message.Message):
    __slots__ = ("query_id", "body_hash", "question", "conversation_id", "page_hint", "locale", "manifest_id", "variant")
    QUERY_ID_FIELD_NUMBER: _ClassVar[int]
    BODY_HASH_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_HINT_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_ID_FIELD_NUMBER: _ClassVar[int]
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    query_id: str
    body_hash: str
    question: str
    conversation_id: str
    page_hint: PageHint
    locale: str
    manifest_id: str
    variant: str
    def __init__(self, query_id: _Optional[str] = ..., body_hash: _Optional[str] = ..., question: _Optional[str] = ..., conversation_id: _Optional[str] = ..., page_hint: _Optional[_Union[PageHint, _Mapping]] = ..., locale: _Optional[str] = ..., manifest_id: _Optional[str] = ..., variant: _Optional[str] = ...) -> None: ...

class PageHint(_message.Message):
    __slots__ = ("url", "title")
    URL_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    url: str
    title: str
    def __init__(self, url: _Optional[str] = ..., title: _Optional[str] = ...) -> None: ...

class AnswerResponse(_message.Message):
    __slots__ = ("events",)
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[AnswerEvent]
    def __init__(self, events: _Optional[_Iterable[_Union[AnswerEvent, _Mapping]]] = ...) -> None: ...

class ResumeAnswerRequest(_message.Message):
    __slots__ = ("query_id", "after_seq")
    QUERY_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQ_FIELD_NUMBER: _ClassVar[int]
    query_id: str
    after_seq: int
    def __init__(self, query_id: _Optional[str] = ..., after_seq: _Optional[int] = ...) -> None: ...

class ResumeAnswerResponse(_message.Message):
    __slots__ = ("events",)
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[AnswerEvent]
    def __init__(self, events: _Optional[_Iterable[_Union[AnswerEvent, _Mapping]]] = ...) -> None: ...

class StopAnswerRequest(_message.Message):
    __slots__ = ("query_id",)
    QUERY_ID_FIELD_NUMBER: _ClassVar[int]
    query_id: str
    def __init__(self, query_id: _Optional[str] = ...) -> None: ...

class StopAnswerResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class AnswerEvent(_message.Message):
    __slots__ = ("seq", "meta", "sources", "delta", "citation", "notice", "suggestions", "done", "error")
    SEQ_FIELD_NUMBER: _ClassVar[int]
    META_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    CITATION_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    seq: int
    meta: AnswerMeta
    sources: AnswerSources
    delta: AnswerDelta
    citation: AnswerCitation
    notice: AnswerNotice
    suggestions: AnswerSuggestions
    done: AnswerDone
    error: AnswerFailure
    def __init__(self, seq: _Optional[int] = ..., meta: _Optional[_Union[AnswerMeta, _Mapping]] = ..., sources: _Optional[_Union[AnswerSources, _Mapping]] = ..., delta: _Optional[_Union[AnswerDelta, _Mapping]] = ..., citation: _Optional[_Union[AnswerCitation, _Mapping]] = ..., notice: _Optional[_Union[AnswerNotice, _Mapping]] = ..., suggestions: _Optional[_Union[AnswerSuggestions, _Mapping]] = ..., done: _Optional[_Union[AnswerDone, _Mapping]] = ..., error: _Optional[_Union[AnswerFailure, _Mapping]] = ...) -> None: ...

class AnswerMeta(_message.Message):
    __slots__ = ("query_id", "conversation_id", "manifest_id", "variant", "model_version", "prompt_version", "policy_version", "retrieval_profile", "index_version")
    QUERY_ID_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_ID_FIELD_NUMBER: _ClassVar[int]
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    PROMPT_VERSION_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    RETRIEVAL_PROFILE_FIELD_NUMBER: _ClassVar[int]
    INDEX_VERSION_FIELD_NUMBER: _ClassVar[int]
    query_id: str
    conversation_id: str
    manifest_id: str
    variant: str
    model_version: str
    prompt_version: str
    policy_version: str
    retrieval_profile: str
    index_version: str
    def __init__(self, query_id: _Optional[str] = ..., conversation_id: _Optional[str] = ..., manifest_id: _Optional[str] = ..., variant: _Optional[str] = ..., model_version: _Optional[str] = ..., prompt_version: _Optional[str] = ..., policy_version: _Optional[str] = ..., retrieval_profile: _Optional[str] = ..., index_version: _Optional[str] = ...) -> None: ...

class AnswerSources(_message.Message):
    __slots__ = ("sources",)
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    sources: _containers.RepeatedCompositeFieldContainer[AnswerSource]
    def __init__(self, sources: _Optional[_Iterable[_Union[AnswerSource, _Mapping]]] = ...) -> None: ...

class AnswerSource(_message.Message):
    __slots__ = ("n", "passage_id", "title", "url", "heading", "snippet", "score", "page")
    N_FIELD_NUMBER: _ClassVar[int]
    PASSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    HEADING_FIELD_NUMBER: _ClassVar[int]
    SNIPPET_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    n: int
    passage_id: str
    title: str
    url: str
    heading: str
    snippet: str
    score: float
    page: int
    def __init__(self, n: _Optional[int] = ..., passage_id: _Optional[str] = ..., title: _Optional[str] = ..., url: _Optional[str] = ..., heading: _Optional[str] = ..., snippet: _Optional[str] = ..., score: _Optional[float] = ..., page: _Optional[int] = ...) -> None: ...

class AnswerDelta(_message.Message):
    __slots__ = ("text",)
    TEXT_FIELD_NUMBER: _ClassVar[int]
    text: str
    def __init__(self, text: _Optional[str] = ...) -> None: ...

class AnswerCitation(_message.Message):
    __slots__ = ("n", "quote", "support")
    N_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    SUPPORT_FIELD_NUMBER: _ClassVar[int]
    n: int
    quote: str
    support: float
    def __init__(self, n: _Optional[int] = ..., quote: _Optional[str] = ..., support: _Optional[float] = ...) -> None: ...

class AnswerNotice(_message.Message):
    __slots__ = ("code", "text")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    code: str
    text: str
    def __init__(self, code: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class AnswerSuggestions(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, items: _Optional[_Iterable[str]] = ...) -> None: ...

class AnswerDone(_message.Message):
    __slots__ = ("finish", "model", "confidence", "needs_review", "refusal_flag", "refusal_kind", "citation_count", "citations", "usage", "timings", "degradations", "intent", "intent_confidence", "curated_id", "curated_revision")
    FINISH_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    NEEDS_REVIEW_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FLAG_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_KIND_FIELD_NUMBER: _ClassVar[int]
    CITATION_COUNT_FIELD_NUMBER: _ClassVar[int]
    CITATIONS_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    DEGRADATIONS_FIELD_NUMBER: _ClassVar[int]
    INTENT_FIELD_NUMBER: _ClassVar[int]
    INTENT_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    CURATED_ID_FIELD_NUMBER: _ClassVar[int]
    CURATED_REVISION_FIELD_NUMBER: _ClassVar[int]
    finish: str
    model: str
    confidence: float
    needs_review: bool
    refusal_flag: bool
    refusal_kind: str
    citation_count: int
    citations: _containers.RepeatedScalarFieldContainer[int]
    usage: AnswerUsage
    timings: AnswerTimings
    degradations: _containers.RepeatedScalarFieldContainer[str]
    intent: str
    intent_confidence: float
    curated_id: str
    curated_revision: int
    def __init__(self, finish: _Optional[str] = ..., model: _Optional[str] = ..., confidence: _Optional[float] = ..., needs_review: _Optional[bool] = ..., refusal_flag: _Optional[bool] = ..., refusal_kind: _Optional[str] = ..., citation_count: _Optional[int] = ..., citations: _Optional[_Iterable[int]] = ..., usage: _Optional[_Union[AnswerUsage, _Mapping]] = ..., timings: _Optional[_Union[AnswerTimings, _Mapping]] = ..., degradations: _Optional[_Iterable[str]] = ..., intent: _Optional[str] = ..., intent_confidence: _Optional[float] = ..., curated_id: _Optional[str] = ..., curated_revision: _Optional[int] = ...) -> None: ...

class AnswerUsage(_message.Message):
    __slots__ = ("prompt_tokens", "completion_tokens", "cost_usd")
    PROMPT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COST_USD_FIELD_NUMBER: _ClassVar[int]
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    def __init__(self, prompt_tokens: _Optional[int] = ..., completion_tokens: _Optional[int] = ..., cost_usd: _Optional[float] = ...) -> None: ...

class AnswerTimings(_message.Message):
    __slots__ = ("retrieval_latency_ms", "first_token_ms", "model_latency_ms", "total_latency_ms")
    RETRIEVAL_LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    FIRST_TOKEN_MS_FIELD_NUMBER: _ClassVar[int]
    MODEL_LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    retrieval_latency_ms: float
    first_token_ms: float
    model_latency_ms: float
    total_latency_ms: float
    def __init__(self, retrieval_latency_ms: _Optional[float] = ..., first_token_ms: _Optional[float] = ..., model_latency_ms: _Optional[float] = ..., total_latency_ms: _Optional[float] = ...) -> None: ...

class AnswerFailure(_message.Message):
    __slots__ = ("kind", "channel", "retryable", "retry_after_ms", "title")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    RETRYABLE_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_MS_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    kind: str
    channel: str
    retryable: bool
    retry_after_ms: int
    title: str
    def __init__(self, kind: _Optional[str] = ..., channel: _Optional[str] = ..., retryable: _Optional[bool] = ..., retry_after_ms: _Optional[int] = ..., title: _Optional[str] = ...) -> None: ...

class ListConversationsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListConversationsResponse(_message.Message):
    __slots__ = ("conversations", "next_page_token")
    CONVERSATIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    conversations: _containers.RepeatedCompositeFieldContainer[Conversation]
    next_page_token: str
    def __init__(self, conversations: _Optional[_Iterable[_Union[Conversation, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetConversationRequest(_message.Message):
    __slots__ = ("conversation_id", "page_size", "page_token")
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    conversation_id: str
    page_size: int
    page_token: str
    def __init__(self, conversation_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class GetConversationResponse(_message.Message):
    __slots__ = ("conversation", "turns", "next_page_token")
    CONVERSATION_FIELD_NUMBER: _ClassVar[int]
    TURNS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    conversation: Conversation
    turns: _containers.RepeatedCompositeFieldContainer[ConversationTurn]
    next_page_token: str
    def __init__(self, conversation: _Optional[_Union[Conversation, _Mapping]] = ..., turns: _Optional[_Iterable[_Union[ConversationTurn, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DeleteConversationRequest(_message.Message):
    __slots__ = ("conversation_id",)
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    conversation_id: str
    def __init__(self, conversation_id: _Optional[str] = ...) -> None: ...

class DeleteConversationResponse(_message.Message):
    __slots__ = ("deleted",)
    DELETED_FIELD_NUMBER: _ClassVar[int]
    deleted: bool
    def __init__(self, deleted: _Optional[bool] = ...) -> None: ...

class Conversation(_message.Message):
    __slots__ = ("conversation_id", "title", "language", "created_at", "updated_at", "turns", "variant")
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    TURNS_FIELD_NUMBER: _ClassVar[int]
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    conversation_id: str
    title: str
    language: str
    created_at: str
    updated_at: str
    turns: int
    variant: str
    def __init__(self, conversation_id: _Optional[str] = ..., title: _Optional[str] = ..., language: _Optional[str] = ..., created_at: _Optional[str] = ..., updated_at: _Optional[str] = ..., turns: _Optional[int] = ..., variant: _Optional[str] = ...) -> None: ...

class ConversationTurn(_message.Message):
    __slots__ = ("query_id", "question", "answer", "finish", "refusal_kind", "sources", "citations", "manifest_id", "asked_at", "language")
    QUERY_ID_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    FINISH_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_KIND_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    CITATIONS_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_ID_FIELD_NUMBER: _ClassVar[int]
    ASKED_AT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    query_id: str
    question: str
    answer: str
    finish: str
    refusal_kind: str
    sources: _containers.RepeatedCompositeFieldContainer[AnswerSource]
    citations: _containers.RepeatedCompositeFieldContainer[AnswerCitation]
    manifest_id: str
    asked_at: str
    language: str
    def __init__(self, query_id: _Optional[str] = ..., question: _Optional[str] = ..., answer: _Optional[str] = ..., finish: _Optional[str] = ..., refusal_kind: _Optional[str] = ..., sources: _Optional[_Iterable[_Union[AnswerSource, _Mapping]]] = ..., citations: _Optional[_Iterable[_Union[AnswerCitation, _Mapping]]] = ..., manifest_id: _Optional[str] = ..., asked_at: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...
