"""Adds up what an answer took, while it is made."""

from __future__ import annotations

from dataclasses import dataclass, field

from libs.common.clock import Clock
from services.generation.confidence import confidence
from services.generation.events import Done, Finish, RefusalKind, Timings, Usage
from services.generation.understand import Understanding, settled


@dataclass(slots=True)
class Tally:
    """The figures of one answer; the clock starts with it.

    Attributes:
        clock: Tells the time.
        relevance: How near the nearest passage is to the question, 0 to 1.
        retrieval_ms: Milliseconds in retrieval.
        model: Name of the model that writes; empty before one does.
        usage: Tokens and money.
        cited: Numbers in the order of first use.
        supports: Support of each sentence.
        fit: How likely the answer is right, 0 to 1; None where its writer cannot tell.
        degradations: Steps that were skipped, by name.
        refusal: Why the answer was refused, if it was.
        aside: Tokens and money beside the writing of the answer.
        understood: What kind of message the question is.
        review_below: Confidence under which a person should look at the answer.
        doubtful: Whether a person should look at it however confident it is.
    """

    clock: Clock
    relevance: float = 0.0
    retrieval_ms: float = 0.0
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    cited: list[int] = field(default_factory=list)
    supports: tuple[float, ...] = ()
    fit: float | None = None
    degradations: list[str] = field(default_factory=list)
    refusal: RefusalKind | None = None
    aside: Usage = field(default_factory=Usage)
    understood: Understanding | None = None
    review_below: float = 0.5
    doubtful: bool = False
    _started: float = field(init=False)
    _first_text: float | None = field(init=False, default=None)
    _model_since: float | None = field(init=False, default=None)
    _model_ms: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._started = self.clock.monotonic()

    def elapsed_ms(self) -> float:
        """Milliseconds since the question was admitted."""
        return (self.clock.monotonic() - self._started) * 1000

    @property
    def spent(self) -> Usage:
        """Tokens and money of everything together."""
        return self.usage.plus(self.aside)

    def text_sent(self) -> None:
        """Notes that text goes out; the first time counts."""
        if self._first_text is None:
            self._first_text = self.elapsed_ms()

    def model_begins(self, name: str) -> None:
        """Notes that a model is asked."""
        self.model = name
        self._model_since = self.elapsed_ms()

    def model_ends(self) -> None:
        """Notes that it is done, or has failed."""
        if self._model_since is not None:
            self._model_ms += self.elapsed_ms() - self._model_since
            self._model_since = None

    def degraded(self, *names: str) -> None:
        """Notes steps that were skipped."""
        self.degradations += [name for name in dict.fromkeys(names) if name not in self.degradations]

    def settle(self, continues: bool, clarified: bool, threshold: float) -> None:
        """Notes what the question turned out to be, once its passages are known.

        Args:
            continues: Whether it was searched for with the conversation's words.
            clarified: Whether the reader is asked what they mean.
            threshold: Relevance from which the documents treat the subject.
        """
        if self.understood is not None:
            self.understood = settled(
                self.understood,
                continues=continues,
                clarified=clarified,
                relevance=self.relevance,
                threshold=threshold,
            )

    def timings(self) -> Timings:
        """Milliseconds so far; a first text that never came is 0."""
        return Timings(
            retrieval_latency_ms=round(self.retrieval_ms, 3),
            model_latency_ms=round(self._model_ms, 3),
            first_token_ms=round(self._first_text or 0.0, 3),
            total_latency_ms=round(self.elapsed_ms(), 3),
        )

    def _confidence(self) -> float:
        if self.refusal is not None:
            return 0.0
        if self.understood is not None and self.understood.intent == "small_talk":
            return self.understood.confidence
        return confidence(self.relevance, self.supports, self.fit)

    def done(self, finish: Finish) -> Done:
        """The last event of an answer that did not fail."""
        self.model_ends()
        sure = self._confidence()
        return Done(
            finish=finish,
            model=self.model,
            confidence=round(sure, 3),
            needs_review=finish in ("stop", "length") and (self.doubtful or sure < self.review_below),
            refusal_kind=self.refusal or "",
            citations=tuple(self.cited),
            usage=self.spent,
            timings=self.timings(),
            degradations=tuple(self.degradations),
            intent=self.understood.intent if self.understood else "",
            intent_confidence=round(self.understood.confidence, 3) if self.understood else 0.0,
        )
