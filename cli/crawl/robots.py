"""What a site's robots.txt allows."""

from __future__ import annotations

from collections.abc import Sequence

from protego import Protego

from cli.crawl.address import normalised, origin_of
from cli.crawl.fetcher import Fetcher, FetchFault, TooLarge

AGENT = "causeway"
"""The name under which a site may give us rules of our own."""
MAX_BYTES = 500 * 1024
LONGEST_DELAY = 60.0


class Robots:
    """The rules of one origin.

    Args:
        text: The file's text; empty allows everything.
    """

    def __init__(self, text: str) -> None:
        self._rules = Protego.parse(text)

    def allows(self, url: str) -> bool:
        """Whether an address may be fetched."""
        return bool(self._rules.can_fetch(url, AGENT))

    @property
    def delay(self) -> float:
        """Seconds between two requests that the site asks for, a minute at most."""
        asked = self._rules.crawl_delay(AGENT)
        return min(float(asked), LONGEST_DELAY) if asked else 0.0

    @property
    def sitemaps(self) -> Sequence[str]:
        """Addresses of sitemaps that the file names."""
        return tuple(url for line in self._rules.sitemaps if (url := normalised(line)))


async def load_robots(fetcher: Fetcher, url: str) -> Robots:
    """Fetches the rules of an address's origin, as RFC 9309 says: a file that is not there allows everything.

    Raises:
        FetchFault: They could not be read, so nothing may be fetched.
    """
    address = f"{origin_of(url)}/robots.txt"
    for _ in range(6):
        try:
            response = await fetcher.get(address, limit=MAX_BYTES)
        except TooLarge:
            raise FetchFault(f"{address} is larger than {MAX_BYTES // 1024} KiB") from None
        if response.status == 200:
            return Robots(response.body.decode("utf-8", "replace"))
        target = normalised(response.headers.get("location", ""), address)
        if not 300 <= response.status < 400 or not target:
            return Robots("")
        address = target
    return Robots("")
