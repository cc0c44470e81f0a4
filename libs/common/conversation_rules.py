"""What a tenant lets be kept of its visitors' conversations, part of its settings."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from libs.common.manifest_part import Part


class ConversationRules(Part):
    """What may be kept at all; a visitor may allow less, never more.

    Attributes:
        history: Whether conversations are kept.
        memory: Whether what visitors ask to have remembered is kept across conversations.
        retention_days: Days after which turns, summaries and what is remembered are deleted.
    """

    history: bool = True
    memory: bool = False
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 30
