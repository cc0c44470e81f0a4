"""Opens what counts the requests of visitors: in Redis with an address, in the process without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from libs.common.clock import Clock
from services.edge_gateway.exchanges import ExchangeCounter
from services.edge_gateway.exchanges_memory import MemoryExchangeCounter
from services.edge_gateway.rate_limiter import RateLimiter
from services.edge_gateway.rate_limiter_memory import MemoryRateLimiter
from services.edge_gateway.settings import Settings


class SharedStore(Protocol):
    """What several edges count in."""

    async def start(self) -> None:
        """Connects."""
        ...

    async def close(self) -> None:
        """Closes every connection."""
        ...


@dataclass(frozen=True, slots=True)
class VisitorCounts:
    """The counters.

    Attributes:
        chat: Limits questions.
        feedback: Limits votes.
        exchanges: Counts the uses of host tokens.
        shared: Where several edges count together; None where each counts for itself.
    """

    chat: RateLimiter
    feedback: RateLimiter
    exchanges: ExchangeCounter
    shared: SharedStore | None = None

    async def start(self) -> None:
        """Connects; succeeds also where that fails, because every count has a fallback."""
        if self.shared is not None:
            await self.shared.start()

    async def close(self) -> None:
        """Closes every connection."""
        if self.shared is not None:
            await self.shared.close()


def open_visitor_counts(settings: Settings, clock: Clock) -> VisitorCounts:
    """Makes the counters.

    Raises:
        SettingsError: The address is none.
    """
    own = VisitorCounts(
        chat=MemoryRateLimiter(settings.chat_per_minute, settings.chat_burst, clock),
        feedback=MemoryRateLimiter(settings.feedback_per_minute, settings.feedback_burst, clock),
        exchanges=MemoryExchangeCounter(),
    )
    return _shared(settings, clock, own) if settings.redis_url else own


def _shared(settings: Settings, clock: Clock, own: VisitorCounts) -> VisitorCounts:
    # The client takes half a second to import: only who uses it waits for it.
    from services.edge_gateway.exchanges_redis import RedisExchangeCounter
    from services.edge_gateway.rate_limiter_redis import RedisRateLimiter
    from services.edge_gateway.redis_client import RedisClient

    client = RedisClient(settings.redis_url, clock)
    chat, feedback = settings.chat_per_minute, settings.feedback_per_minute
    return VisitorCounts(
        chat=RedisRateLimiter("chat", chat, settings.chat_burst, client, own.chat),
        feedback=RedisRateLimiter("feedback", feedback, settings.feedback_burst, client, own.feedback),
        exchanges=RedisExchangeCounter(client, own.exchanges),
        shared=client,
    )
