"""Decides whether a request is a question that can be answered at all."""

from __future__ import annotations

import re
import unicodedata

from libs.common.errors import InvalidRequest
from libs.common.manifest import Policy
from services.generation.question import Question

_QUERY_ID = re.compile(r"q_[A-Za-z0-9_-]{20,64}")
_HASH = re.compile(r"[0-9a-f]{64}")
_CONVERSATION_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_LOCALE = re.compile(r"[A-Za-z0-9_-]{0,35}")
_MAX_BYTES = 4096
_WHITESPACE = "\t\n\r"


def check_ids(question: Question) -> None:
    """Refuses ids that nobody of ours can have made.

    Raises:
        InvalidRequest: Names the field.
    """
    if not _QUERY_ID.fullmatch(question.query_id):
        raise InvalidRequest("Must be q_ and 20 to 64 letters, digits, _ or -.", field="query_id")
    if not _HASH.fullmatch(question.body_hash):
        raise InvalidRequest("Must be a SHA-256, 64 lower-case hexadecimal digits.", field="body_hash")
    if not _HASH.fullmatch(question.manifest_id):
        raise InvalidRequest("Must be a SHA-256, 64 lower-case hexadecimal digits.", field="manifest_id")
    if question.conversation_id and not is_conversation_id(question.conversation_id):
        raise InvalidRequest("Is not a conversation id.", field="conversation_id")
    if question.variant not in ("stable", "canary"):
        raise InvalidRequest("Must be stable or canary.", field="variant")
    if not _LOCALE.fullmatch(question.locale):
        raise InvalidRequest("Is not a BCP 47 language tag.", field="locale")


def check_text(text: str, policy: Policy) -> None:
    """Refuses what is no question: nothing, too much, or characters that no text has.

    Raises:
        InvalidRequest: Names the field `question`.
    """
    if not text.strip():
        raise InvalidRequest("Ask something: the question is empty.", field="question")
    if len(text) > policy.max_question_chars:
        limit = policy.max_question_chars
        raise InvalidRequest(f"The question is longer than {limit} characters; shorten it.", field="question")
    if len(text.encode()) > _MAX_BYTES:
        raise InvalidRequest("The question is longer than 4 KiB of UTF-8; shorten it.", field="question")
    if any(unicodedata.category(c) == "Cc" and c not in _WHITESPACE for c in text):
        raise InvalidRequest("The question holds control characters; remove them.", field="question")


def is_conversation_id(text: str) -> bool:
    """Whether a text may name a conversation."""
    return _CONVERSATION_ID.fullmatch(text) is not None
