"""A vote on an answer, and where votes are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, Protocol, cast

from libs.common.caller import Caller
from libs.common.errors import InvalidRequest

Vote = Literal["up", "down"]

MAX_LABELS = 10
MAX_LABEL_CHARS = 64
MAX_COMMENT_CHARS = 4000

_FEEDBACK_ID = re.compile(r"[!-~]{1,100}")
_QUERY_ID = re.compile(r"q_[A-Za-z0-9_-]{20,64}")
_MANIFEST_ID = re.compile(r"([0-9a-f]{64})?")


@dataclass(frozen=True, slots=True)
class Feedback:
    """One vote.

    Attributes:
        feedback_id: Chosen by the client, 1 to 100 visible ASCII characters.
        query_id: The answer.
        vote: The thumb.
        rating: 1 to 5; 0 means none.
        labels: Reasons, at most 10 of 1 to 64 characters.
        comment: In the reader's words, at most 4,000 characters; may be empty.
        manifest_id: What the answer was made with; empty where the client does not know.
    """

    feedback_id: str
    query_id: str
    vote: Vote
    rating: int = 0
    labels: tuple[str, ...] = ()
    comment: str = ""
    manifest_id: str = ""


class FeedbackStore(Protocol):
    """Keeps feedback."""

    async def record(self, caller: Caller, feedback: Feedback) -> bool:
        """Makes feedback durable before it returns, once per (tenant, subject, feedback_id).

        Returns:
            Whether the same feedback was recorded before.

        Raises:
            Conflict: Other feedback was recorded under this id.
            DependencyUnavailable: It could not be written.
            Overloaded: Too much is waiting to be written.
        """
        ...


def checked_feedback(
    feedback_id: str,
    query_id: str,
    vote: str,
    rating: int,
    labels: tuple[str, ...],
    comment: str,
    manifest_id: str,
) -> Feedback:
    """Builds feedback out of what a client sent.

    Raises:
        InvalidRequest: Something is out of bounds; the error names the field.
    """
    _require(_FEEDBACK_ID.fullmatch(feedback_id), "feedback_id", "Give 1 to 100 visible ASCII characters.")
    _require(_QUERY_ID.fullmatch(query_id), "query_id", "Give the query_id of the answer (q_...).")
    _require(vote in ("up", "down"), "vote", "Vote up or down.")
    _require(0 <= rating <= 5, "rating", "Rate from 1 to 5, or leave the rating out.")
    _require(len(labels) <= MAX_LABELS, "labels", f"Give at most {MAX_LABELS} labels.")
    for label in labels:
        fits = 0 < len(label) <= MAX_LABEL_CHARS and label.isprintable()
        _require(fits, "labels", f"Give each label 1 to {MAX_LABEL_CHARS} printable characters.")
    fits = len(comment) <= MAX_COMMENT_CHARS
    _require(fits, "comment", f"Shorten the comment to {MAX_COMMENT_CHARS} characters.")
    _require("\x00" not in comment, "comment", "Remove the NUL character from the comment.")
    _require(
        _MANIFEST_ID.fullmatch(manifest_id), "manifest_id", "Give the manifest_id of the answer, or none."
    )
    return Feedback(feedback_id, query_id, cast("Vote", vote), rating, labels, comment, manifest_id)


def _require(holds: object, field: str, detail: str) -> None:
    if not holds:
        raise InvalidRequest(detail, field=field)
