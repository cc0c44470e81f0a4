"""A question as it was asked, the input of an answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        query_id: Names the question and its answer.
        body_hash: SHA-256 of the request's body, hexadecimal; tells a repetition from another request.
        text: What is asked.
        manifest_id: The manifest to answer with.
        conversation_id: The conversation that it belongs to; may be empty.
        variant: `stable` or `canary`.
        locale: The visitor's locale, BCP 47; may be empty.
        page_url: Address of the page on which it was asked; a retrieval hint, may be empty.
        page_title: Title of that page; may be empty.
    """

    query_id: str
    body_hash: str
    text: str
    manifest_id: str
    conversation_id: str = ""
    variant: str = "stable"
    locale: str = ""
    page_url: str = ""
    page_title: str = ""
