"""Curated answers: what an editor approved to be said to a question."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from libs.common.manifest_part import Name, Part

Tag = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Reference(Part):
    """A page that an editor names as a source."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=1000)]


class CuratedAnswer(Part):
    """An answer that an editor wrote.

    Attributes:
        id: Its name within the tenant.
        questions: The question, and other ways to ask it.
        answer: What is said, in Markdown.
        links: Its sources.
        language: ISO 639-1 code of questions and answer.
        access: Whoever has one of these tags is given it; none means everybody.
        state: Only an approved one is ever used.
        approved_by: Who approved it; empty for a draft.
        expires_at: From this day on (UTC) it is not used; null means never.
        revision: Rises with each approval.
    """

    id: Name
    questions: Annotated[
        tuple[Annotated[str, StringConstraints(min_length=3, max_length=400)], ...],
        Field(min_length=1, max_length=20),
    ]
    answer: Annotated[str, StringConstraints(min_length=1, max_length=8000)]
    links: Annotated[tuple[Reference, ...], Field(max_length=10)] = ()
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] = "en"
    access: Annotated[tuple[Tag, ...], Field(max_length=20)] = ()
    state: Literal["draft", "approved", "expired"] = "draft"
    approved_by: Annotated[str, StringConstraints(max_length=200)] = ""
    expires_at: date | None = None
    revision: Annotated[int, Field(ge=1, le=1_000_000)] = 1

    @model_validator(mode="after")
    def _is_approved_by_somebody(self) -> Self:
        if self.state == "approved" and not self.approved_by.strip():
            raise ValueError("an approved answer says who approved it; add approved_by")
        return self


class Curated(Part):
    """The curated answers of one tenant, in the order of its file."""

    answers: Annotated[tuple[CuratedAnswer, ...], Field(max_length=500)] = ()

    @model_validator(mode="after")
    def _gives_each_an_id_of_its_own(self) -> Self:
        ids = [answer.id for answer in self.answers]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"two answers have the id {twice[0]}; give each its own")
        return self

    @property
    def approved(self) -> tuple[CuratedAnswer, ...]:
        """Those that may be used: what shapes answers."""
        return tuple(answer for answer in self.answers if answer.state == "approved")
