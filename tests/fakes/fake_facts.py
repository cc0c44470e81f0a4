"""Facts in memory."""

from __future__ import annotations

from collections.abc import Sequence

from libs.common.errors import DependencyUnavailable
from services.generation.conversations.conversation import Owner
from services.generation.conversations.fact_book import Fact


class FakeFacts:
    """Remembers until the test ends; `broken` makes every call fail.

    Args:
        conversations: Those that there are; None for any.
    """

    def __init__(self, conversations: Sequence[str] | None = None) -> None:
        self._conversations = conversations
        self.kept: dict[Owner, dict[str, Fact]] = {}
        self.broken = False

    def of(self, owner: Owner) -> list[Fact]:
        self._check()
        facts = self.kept.get(owner, {}).values()
        return sorted(facts, key=lambda fact: (-fact.stated_at, fact.fact_id))

    def replace(self, owner: Owner, new: Sequence[Fact], gone: Sequence[str]) -> None:
        self._check()
        facts = self.kept.setdefault(owner, {})
        for fact_id in gone:
            facts.pop(fact_id, None)
        for fact in new:
            if self._conversations is None or fact.conversation_id in self._conversations:
                facts[fact.fact_id] = fact

    def _check(self) -> None:
        if self.broken:
            raise DependencyUnavailable("The database is away.")
