"""What is kept of a question and its answer: everything that explains it, none of the answer's words."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Versions:
    """What shaped an answer; `model` is the one of the chain that wrote it, empty when none did."""

    manifest_id: str = ""
    variant: str = ""
    model_version: str = ""
    model: str = ""
    prompt_version: str = ""
    policy_version: str = ""
    retrieval_profile: str = ""
    index_version: str = ""


@dataclass(frozen=True, slots=True)
class RecordedSource:
    """A passage that was offered.

    Attributes:
        n: Its number in the answer, from 1.
        passage_id: The passage.
        cited: Whether the answer cites it.
        support: The best support that it gives to a sentence, 0 to 1.
    """

    n: int
    passage_id: str
    cited: bool = False
    support: float = 0.0


@dataclass(frozen=True, slots=True)
class Latencies:
    """Milliseconds from the admission of the question; 0 where there was no text, or no model."""

    retrieval_ms: float = 0.0
    first_token_ms: float = 0.0
    model_ms: float = 0.0
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens read and written by the model, and United States dollars."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """One question with what became of it.

    Attributes:
        query_id: Id of the question and its answer.
        conversation_id: The conversation; may be empty.
        question: The question, personal data and secrets masked; empty where the tenant keeps none.
        language: ISO 639-1 code of its language.
        intent: What the visitor wants, as it was understood; may be empty.
        intent_confidence: How sure that is, 0 to 1.
        finish: stop, length, refusal, clarify, stopped, abandoned or error.
        refusal_kind: Why it was refused; empty when it was not.
        error_kind: Why it failed; empty when it did not.
        confidence: How sure the answer is, 0 to 1.
        needs_review: Whether a person should look at it.
        support: Mean support of its cited sentences, 0 to 1; 0 without citations.
        versions: What it was made with.
        sources: What was offered, ordered by number.
        latencies: How long it took.
        spent: What it cost.
        degradations: Steps that load or a fault made us skip.
        region: Where it was made.
    """

    query_id: str
    finish: str
    conversation_id: str = ""
    question: str = ""
    language: str = ""
    intent: str = ""
    intent_confidence: float = 0.0
    refusal_kind: str = ""
    error_kind: str = ""
    confidence: float = 0.0
    needs_review: bool = False
    support: float = 0.0
    versions: Versions = field(default_factory=Versions)
    sources: tuple[RecordedSource, ...] = ()
    latencies: Latencies = field(default_factory=Latencies)
    spent: Spent = field(default_factory=Spent)
    degradations: tuple[str, ...] = ()
    region: str = ""
