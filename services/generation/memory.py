"""What an answer knows of the conversation before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PastTurn:
    """One earlier question of a conversation, with what became of it.

    Attributes:
        query_id: Names the question and its answer.
        question: The question as it was asked.
        standalone: The question as it was searched for: rewritten where it leaned on the conversation.
        answer: The answer's text as it was shown, with its markers.
        finish: How the answer ended, as in `done`; `error` where it failed.
        at: When it was asked, UTC.
    """

    query_id: str
    question: str
    standalone: str
    answer: str
    finish: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered for one question.

    Attributes:
        turns: The latest turns of the conversation, oldest first, within the window.
        summary: What was said before those; empty where they are all.
        facts: What the visitor told about themselves and wants remembered, most relevant first.
    """

    turns: tuple[PastTurn, ...] = ()
    summary: str = ""
    facts: tuple[str, ...] = ()
