"""The events of an answer, as the reader will see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Finish = Literal["stop", "length", "refusal", "clarify", "stopped", "abandoned"]
"""How an answer ends that did not fail."""

RefusalKind = Literal["off_topic", "unsupported", "unsafe"]
"""Why an answer was refused: the documents do not treat the subject, or not this question,
or it asks for harm."""


@dataclass(frozen=True, slots=True)
class Meta:
    """First: the versions that shape the answer."""

    query_id: str
    conversation_id: str
    manifest_id: str
    variant: str
    model_version: str
    prompt_version: str
    policy_version: str
    retrieval_profile: str
    index_version: str


@dataclass(frozen=True, slots=True)
class SourceCard:
    """One numbered source, as shown to the reader; the page is 0 where its document has none."""

    n: int
    passage_id: str
    title: str
    url: str
    heading: str
    snippet: str
    score: float
    page: int = 0


@dataclass(frozen=True, slots=True)
class Sources:
    """What the model was offered, ordered by number."""

    cards: tuple[SourceCard, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """More text; never retracted."""

    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A checked citation.

    Attributes:
        n: The source's number.
        quote: The words of the source that support the citing sentence, verbatim.
        support: How well they do, 0 to 1.
    """

    n: int
    quote: str
    support: float


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader should know: a code for machines, a text for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Questions to go on with, each of which the documents answer."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens read and written by the model, and what that cost in United States dollars."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0

    def plus(self, other: Usage) -> Usage:
        """Returns what both took together."""
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cost_usd + other.cost_usd,
        )


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds; the last three count from the admission of the question."""

    retrieval_latency_ms: float = 0.0
    model_latency_ms: float = 0.0
    first_token_ms: float = 0.0
    total_latency_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Done:
    """Last: how the answer ended.

    Attributes:
        finish: How it ended.
        model: The model that wrote it; empty when none did.
        confidence: 0 to 1, see `confidence.py`.
        needs_review: Whether a person should look at it.
        refusal_kind: Why it was refused; empty when it was not.
        citations: Distinct numbers of the cited sources, in the order of first use.
        usage: Tokens and money.
        timings: Milliseconds.
        degradations: Steps that load or a fault made us skip.
        intent: What kind of message the question turned out to be, as in `understand.py`; may be empty.
        intent_confidence: How sure that is, 0 to 1.
        curated_id: The curated answer that it is; empty where it is none.
        curated_revision: That answer's revision.
    """

    finish: Finish
    model: str
    confidence: float
    needs_review: bool
    refusal_kind: RefusalKind | Literal[""]
    citations: tuple[int, ...]
    usage: Usage
    timings: Timings
    degradations: tuple[str, ...]
    intent: str = ""
    intent_confidence: float = 0.0
    curated_id: str = ""
    curated_revision: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """Last, instead of Done: the answer failed.

    Attributes:
        kind: One of the error kinds.
        channel: network, model, guardrail or internal.
        retryable: Whether asking again may help.
        title: For people.
        retry_after_ms: Milliseconds to wait before asking again; 0 means at will.
    """

    kind: str
    channel: str
    retryable: bool
    title: str
    retry_after_ms: int = 0


Event: TypeAlias = Meta | Sources | Delta | Citation | Notice | Suggestions | Done | Failure
Ending: TypeAlias = Done | Failure
