"""Runs small scripts in Redis, within a bounded time, and not at all while Redis is away."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from redis.asyncio import ConnectionPool, Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError

from libs.common.clock import Clock
from libs.common.logs import logger
from libs.common.settings import SettingsError

log = logger(__name__)

T = TypeVar("T")

PATIENCE_SECONDS = 0.02
"""What a request waits for Redis, at the very most."""
FAILURES = 3
"""So many in a row, and Redis counts as away: nobody waits for it until a probe has succeeded."""

_CONNECTIONS = 8
_CONNECT_SECONDS = 1.0
_PROBE_SECONDS = 0.5
_CLUSTER = "+cluster://"


@dataclass(frozen=True)
class Script:
    """A Lua script over one key, which returns a whole number.

    Attributes:
        text: Its source; `KEYS[1]` is the key, `ARGV` are whole numbers.
    """

    text: str

    @cached_property
    def sha1(self) -> str:
        """The name under which Redis remembers it."""
        return hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


# Whoever may not write is as good as away: a replica after a failover, a server without memory.
_PROBE = Script("redis.call('SET', KEYS[1], 1, 'PX', 1000) return 1")


class RedisClient:
    """A server or a cluster.

    Keys are named `causeway:{tag}:name`: Redis Cluster keeps what has one tag on one node.

    Args:
        url: Where it is, `redis://user:password@host:port/0`; `rediss://` over TLS, `redis+cluster://`
            and `rediss+cluster://` for a cluster.
        clock: Tells the time.
        patience_seconds: How long a script may take, connecting included.

    Raises:
        SettingsError: The address is none; its text is never shown.
    """

    def __init__(self, url: str, clock: Clock, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._redis = _open(url)
        self._clock = clock
        self._patience_seconds = patience_seconds
        self._turn = asyncio.Semaphore(_CONNECTIONS)
        self._failures = 0
        self._return: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connects, so that no visitor waits for that; a Redis that is away is waited for elsewhere."""
        fault = await _result_of(self._probe("start"))
        if fault is not None:
            self._leave("start", fault)

    async def run(self, script: Script, tag: str, name: str, *arguments: int) -> int | None:
        """Runs a script on the key of that tag and name.

        Returns:
            What it returned; None if Redis did not answer in time, or has not been answering. Whether the
            script ran is then not known.
        """
        if self._return is not None:
            return None
        result = await _result_of(self._patiently(script, tag, name, arguments))
        if not isinstance(result, Exception):
            self._failures = 0
            return result
        self._failures += 1
        if self._failures >= FAILURES and self._return is None:
            self._leave(tag, result)
        return None

    async def close(self) -> None:
        """Closes every connection."""
        if self._return is not None:
            self._return.cancel()
            await asyncio.wait([self._return])
        await self._redis.aclose()

    async def _patiently(self, script: Script, tag: str, name: str, arguments: tuple[int, ...]) -> int:
        async with asyncio.timeout(self._patience_seconds), self._turn:
            return await self._evaluate(script, tag, name, arguments)

    async def _evaluate(self, script: Script, tag: str, name: str, arguments: tuple[int, ...]) -> int:
        key = f"causeway:{{{tag}}}:{name}"
        try:
            return int(await self._redis.evalsha(script.sha1, 1, key, *arguments))
        except NoScriptError:
            return int(await self._redis.eval(script.text, 1, key, *arguments))

    def _leave(self, tag: str, error: Exception) -> None:
        log.warning("redis_away", reason=f"{type(error).__name__}: {error}")
        self._return = asyncio.create_task(self._wait_for_return(tag), name="redis probe")

    async def _wait_for_return(self, tag: str) -> None:
        """Asks the node of the tag until it answers."""
        left = self._clock.monotonic()
        await asyncio.sleep(_PROBE_SECONDS)
        while (fault := await _result_of(self._probe(tag))) is not None:
            log.debug("redis_still_away", reason=f"{type(fault).__name__}: {fault}")
            await asyncio.sleep(_PROBE_SECONDS)
        log.info("redis_back", seconds=round(self._clock.monotonic() - left, 1))
        self._failures = 0
        self._return = None

    async def _probe(self, tag: str) -> None:
        """Opens every connection: over TLS that takes longer than a request waits."""
        async with asyncio.timeout(_CONNECT_SECONDS):
            await self._evaluate(_PROBE, tag, "probe", ())  # alone: a cluster's client learns its nodes
            asked = (self._evaluate(_PROBE, tag, "probe", ()) for _ in range(_CONNECTIONS))
            for answer in await asyncio.gather(*asked, return_exceptions=True):
                if isinstance(answer, BaseException):
                    raise answer


async def _result_of(work: Awaitable[T]) -> T | Exception:
    """What came of it, or why nothing did: Redis is an optional part, whatever is wrong with it."""
    try:
        return await work
    except Exception as fault:  # noqa: BLE001 - a cluster's client raises more than errors of Redis
        return fault


def _open(url: str) -> Any:
    """A client that gives up at the first failure: what is worth a second attempt is decided above."""
    options: dict[str, Any] = {
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,  # saves a greeting for each connection
        "driver_info": None,
        "client_name": "causeway-edge",
        "socket_timeout": None,  # every call has a timeout of its own
        "socket_connect_timeout": _CONNECT_SECONDS,
    }
    try:
        if _CLUSTER in url:
            return RedisCluster.from_url(url.replace(_CLUSTER, "://", 1), **options)
        pool = ConnectionPool.from_url(url, max_connections=2 * _CONNECTIONS, **options)
        pool.connection_class(**pool.connection_kwargs)  # fails on options that there are not
        return Redis.from_pool(pool)
    except (ValueError, TypeError, RedisError):  # whose text may hold parts of the address
        raise SettingsError(
            "CAUSEWAY_REDIS_URL is not the address of a Redis; write redis://user:password@host:6379/0"
        ) from None
