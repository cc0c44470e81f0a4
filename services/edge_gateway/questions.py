"""Turns what a visitor asks into what the core is asked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from services.edge_gateway.answers import Question
from services.edge_gateway.body_fields import Body, Locale, Page, Words
from services.edge_gateway.manifests import Manifests
from services.edge_gateway.problem import Unprocessable
from services.edge_gateway.query_ids import QueryIds
from services.edge_gateway.session import Session

MAX_QUESTION_BYTES = 4096
STABLE = "stable"


class ChatBody(Body):
    """Body of `POST /v1/chat`."""

    question: Words
    conversation_id: Words | None = None
    page: Page | None = None
    locale: Locale = ""


@dataclass(frozen=True, slots=True)
class Questions:
    """Prepares questions: gives them ids, checks whose conversation they belong to, picks the manifest."""

    ids: QueryIds
    manifests: Manifests

    def prepare(self, session: Session, body: ChatBody, raw: bytes, idempotency_key: str | None) -> Question:
        """Returns the question.

        Args:
            session: Who asks.
            body: What is asked.
            raw: The body's bytes; their hash tells a repetition from another question.
            idempotency_key: The same key gives the same ids, so that a repetition meets its answer.

        Raises:
            InvalidRequest: The question is empty or too long, or the key malformed.
            NotFound: The conversation is not the visitor's.
        """
        bundle = self.manifests.bundle(session.tenant)
        text = _question_text(body.question, bundle.manifest.policy.max_question_chars)
        query_id = self.ids.new_query(session.owner, idempotency_key)
        if body.conversation_id is None:
            conversation_id = self.ids.new_conversation(session.owner, idempotency_key)
        else:
            conversation_id = self.ids.require_conversation(session.owner, body.conversation_id)
        page = body.page or Page()
        return Question(
            query_id=query_id,
            body_hash=hashlib.sha256(raw).hexdigest(),
            text=text,
            conversation_id=conversation_id,
            page_url=page.short_url,
            page_title=page.short_title,
            locale=body.locale or session.locale,
            manifest_id=bundle.manifest_id,
            variant=STABLE,
        )


def _question_text(question: str, max_chars: int) -> str:
    text = question.strip()
    if not text:
        raise Unprocessable("The question is empty.", field="question")
    if len(text) > max_chars:
        raise Unprocessable(f"The question is longer than {max_chars} characters.", field="question")
    if len(text.encode()) > MAX_QUESTION_BYTES:
        raise Unprocessable(f"The question is longer than {MAX_QUESTION_BYTES} bytes.", field="question")
    return text
