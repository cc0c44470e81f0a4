"""What readers think of answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from libs.common.caller import Caller


@dataclass(frozen=True, slots=True)
class Feedback:
    """A vote on an answer.

    Attributes:
        feedback_id: Chosen by the client: the same id again changes nothing.
        query_id: The answer.
        vote: A thumb.
        rating: 1 to 5, or None.
        labels: Reasons.
        comment: In the reader's words; may be empty.
        manifest_id: The manifest of the answer, as far as the client knows; may be empty.
    """

    feedback_id: str
    query_id: str
    vote: Literal["up", "down"]
    rating: int | None
    labels: tuple[str, ...]
    comment: str
    manifest_id: str


class FeedbackRecorder(Protocol):
    """Where votes are kept."""

    async def record(self, caller: Caller, feedback: Feedback) -> None:
        """Returns once the vote is durable.

        Raises:
            DependencyUnavailable: It could not be kept now.
        """
        ...
