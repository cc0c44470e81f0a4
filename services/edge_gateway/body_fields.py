"""The fields that several request bodies share, and what is accepted in them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

_LOCALE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,8}")
_MAX_LOCALE = 35
_MAX_URL = 2048
_MAX_TITLE = 512


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("it holds a NUL character")
    return text


def _locale(text: str) -> str:
    return clean_locale(_without_nul(text))


def clean_locale(text: str) -> str:
    """Returns a locale as BCP 47 writes it; empty where the text is none: it is a preference only."""
    tag = text.strip().replace("_", "-")
    return tag if len(tag) <= _MAX_LOCALE and _LOCALE.fullmatch(tag) else ""


Words = Annotated[str, AfterValidator(_without_nul)]
"""Text without NUL characters; JSON already excludes lone surrogates."""

Locale = Annotated[str, AfterValidator(_locale)]


class Body(BaseModel):
    """A part of a request body: of exact types, open to fields that are not known yet."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class Page(Body):
    """The page on which something happens, as far as the widget tells; a hint that may be cut."""

    url: Words | None = None
    title: Words | None = None
    section: Words | None = None
    tags: list[Words] | None = None

    @property
    def short_url(self) -> str:
        """The address, at most 2,048 characters."""
        return (self.url or "")[:_MAX_URL]

    @property
    def short_title(self) -> str:
        """The title, at most 512 characters."""
        return (self.title or "")[:_MAX_TITLE]
