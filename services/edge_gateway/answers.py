"""Answers, as the edge sees them: numbered events that the core makes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Protocol

from libs.common.caller import Caller


@dataclass(frozen=True, slots=True)
class Question:
    """What the core is asked.

    Attributes:
        query_id: Id of the question and its answer.
        body_hash: SHA-256 of the request's body, hexadecimal: another body under the same id is refused.
        text: The question.
        conversation_id: The conversation that it belongs to.
        page_url: Where it was asked; may be empty.
        page_title: What the page calls itself; may be empty.
        locale: BCP 47, or empty.
        manifest_id: The manifest to answer with.
        variant: stable or canary.
    """

    query_id: str
    body_hash: str
    text: str
    conversation_id: str
    page_url: str
    page_title: str
    locale: str
    manifest_id: str
    variant: str


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
class Source:
    """A numbered passage that the model was offered; its address may be empty, its page 0."""

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
    """What the model was offered."""

    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """Text to append."""

    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A checked citation; the quote may be empty."""

    n: int
    quote: str
    support: float


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the reader should know."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Questions to go on with."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """Last: the answer is complete. Times are in milliseconds, cost in United States dollars.

    A curated answer is named by its id and revision; another one by neither.
    """

    finish: str
    model: str
    confidence: float
    needs_review: bool
    refusal_flag: bool
    refusal_kind: str
    citation_count: int
    citations: tuple[int, ...]
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    retrieval_latency_ms: float
    first_token_ms: float
    model_latency_ms: float
    total_latency_ms: float
    degradations: tuple[str, ...]
    curated_id: str = ""
    curated_revision: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """Last, instead of done: the answer failed; 0 milliseconds mean that trying again may come at will."""

    kind: str
    channel: str
    retryable: bool
    retry_after_ms: int
    title: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event of a newer core; passed on without content, so that the numbers have no gap."""


Event = Meta | Sources | Delta | Citation | Notice | Suggestions | Done | Failure | Unknown


@dataclass(frozen=True, slots=True)
class NumberedEvent:
    """An event and its number, from 1 without gaps."""

    seq: int
    event: Event

    @property
    def last(self) -> bool:
        """Whether nothing follows."""
        return isinstance(self.event, Done | Failure)


Batch = tuple[NumberedEvent, ...]
"""Events that came together, in order; at least one."""


class Answers(Protocol):
    """Where answers come from. Every method raises the errors of `libs/common/errors.py`."""

    def ask(
        self, caller: Caller, question: Question, pressure: int, begun: Callable[[], None]
    ) -> AsyncGenerator[Batch, None]:
        """Streams the answer to a question, or attaches to the answer that this id has already.

        Closing the stream stops nothing: the answer goes on and can be resumed.

        Args:
            caller: Who asks.
            question: What is asked.
            pressure: The level of pressure under which it is asked, 0 to 3.
            begun: Called when the core has begun the answer.
        """
        ...

    def resume(self, caller: Caller, query_id: str, after: int) -> AsyncGenerator[Batch, None]:
        """Streams the events after a number; nothing where the answer is over and all were seen."""
        ...

    async def stop(self, caller: Caller, query_id: str) -> None:
        """Stops an answer; one that is over stays as it is."""
        ...
