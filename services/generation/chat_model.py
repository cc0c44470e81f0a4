"""The port through which an answer gets its words."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from services.generation.events import Usage
from services.generation.passage import Source

ModelFault = Literal["unreachable", "refused", "stalled", "truncated", "malformed"]
"""Nobody there; an error instead of an answer; silence; an end without a finish marker; nonsense."""


class ModelError(Exception):
    """A model did not deliver; the next one may.

    Args:
        fault: What happened.
        detail: For logs: never a key, never question or answer text.
    """

    def __init__(self, fault: ModelFault, detail: str = "") -> None:
        super().__init__(f"{fault}: {detail}" if detail else fault)
        self.fault = fault


class NotInSources(Exception):
    """The sources do not answer the question: no error, but what the model says."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt."""

    role: Literal["system", "user"]
    content: str


@dataclass(frozen=True, slots=True)
class WritingTask:
    """What a model is asked to write.

    Attributes:
        question: The question.
        language: ISO 639-1 code of the language to answer in.
        sources: What it may use and cite, by number.
        messages: The same as a prompt.
        max_output_tokens: Longest answer.
    """

    question: str
    language: str
    sources: tuple[Source, ...]
    messages: tuple[Message, ...]
    max_output_tokens: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The model's own word that it is done.

    Attributes:
        reason: `length` where the limit cut it off.
        usage: Tokens and money, zero where the model does not say.
        fit: How likely the answer is right, 0 to 1; None where the model cannot tell.
    """

    reason: Literal["stop", "length"]
    usage: Usage = Usage()
    fit: float | None = None


Piece: TypeAlias = str | Finished


class ChatModel(Protocol):
    """Writes an answer, piece by piece."""

    @property
    def name(self) -> str:
        """Names the model on the wire."""
        ...

    def stream(self, task: WritingTask) -> AsyncGenerator[Piece, None]:
        """Yields text as it comes, then `Finished`; closing the generator closes the connection.

        Raises:
            ModelError: It failed; whatever was yielded before stands.
            NotInSources: It finds no answer in the sources.
        """
        ...
