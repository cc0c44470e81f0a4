"""Fetches one address: in time, within a size, as often as the site allows."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from cli.crawl.network import AddressRefused
from cli.crawl.pace import Pace
from cli.document import MAX_BYTES
from libs.common.clock import Clock

TRIES = 3
LONGEST_REST = 120.0
"""Seconds that a site may make us wait before another try; one that wants more is left for the next time."""
RESPONSE_SECONDS = 120.0
_RETRIED = frozenset({429, 500, 502, 503, 504})


class FetchFault(Exception):
    """The site could not be read just now; the message is the reason."""


class TooLarge(Exception):
    """The content is larger than is read."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a site answered.

    Attributes:
        status: The HTTP status.
        headers: The headers.
        body: The content; empty unless the status is 200.
    """

    status: int
    headers: httpx.Headers
    body: bytes = b""


class Fetcher:
    """Fetches addresses of one site, one after the other.

    Args:
        client: Makes requests.
        pace: Keeps the pauses.
        clock: Tells the time, for `Retry-After` dates.
    """

    def __init__(self, client: httpx.AsyncClient, pace: Pace, clock: Clock) -> None:
        self._client = client
        self._pace = pace
        self._clock = clock

    @property
    def pace(self) -> Pace:
        """Keeps the pauses."""
        return self._pace

    async def get(self, url: str, headers: dict[str, str] | None = None, limit: int = MAX_BYTES) -> Response:
        """Fetches an address; a busy site is asked again after the pause that it names.

        Args:
            url: The address.
            headers: Conditions, such as `If-None-Match`.
            limit: Most bytes that are read.

        Raises:
            FetchFault: It does not answer, or not usefully.
            TooLarge: There is more than the limit.
        """
        for attempt in range(1, TRIES + 1):
            await self._pace.wait()
            try:
                response = await self._once(url, headers or {}, limit)
            except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
                if attempt == TRIES or not isinstance(error, httpx.ConnectError | httpx.RemoteProtocolError):
                    raise FetchFault(_words(error)) from None
                await self._pace.rest(2.0**attempt)
                continue
            finally:
                self._pace.ended()
            if response.status not in _RETRIED:
                return response
            rest = retry_after(response.headers.get("retry-after", ""), self._clock.now())
            if attempt == TRIES or (rest or 0.0) > LONGEST_REST:
                raise FetchFault(_busy(response.status, rest))
            await self._pace.rest(2.0**attempt if rest is None else rest)
        raise AssertionError("the last attempt returns or raises")

    async def _once(self, url: str, headers: dict[str, str], limit: int) -> Response:
        async with (
            asyncio.timeout(RESPONSE_SECONDS),
            self._client.stream("GET", url, headers=headers) as response,
        ):
            if response.status_code != httpx.codes.OK:
                return Response(response.status_code, response.headers)
            announced = response.headers.get("content-length", "")
            if announced.isdecimal() and int(announced[:20]) > limit:
                raise TooLarge
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > limit:
                    raise TooLarge
            return Response(response.status_code, response.headers, bytes(body))


def retry_after(value: str, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks for; None if it says nothing that can be read."""
    if value.isascii() and value.isdigit() and len(value) < 10:
        return float(value)
    moment = http_date(value)
    return None if moment is None else max(0.0, moment.timestamp() - now)


def http_date(value: str) -> datetime | None:
    """The moment that an HTTP date names, in UTC; None if it is none."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _busy(status: int, rest: float | None) -> str:
    asked = f" and asks to wait {rest:.0f} s" if rest else ""
    return f"the site answers {status}{asked}"


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return "the site did not answer in time"
    if isinstance(error, AddressRefused):
        return str(error)
    return f"the site cannot be reached ({error or type(error).__name__})"
