"""Connects to websites, but never to an address that only this machine or its network can reach."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence

import certifi
import httpx

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class AddressRefused(httpx.TransportError):
    """A host lies where no website should; the message says what to do."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, as the system finds them.

    Raises:
        OSError: There are none.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def refusal_of(address: str, *, allow_private: bool) -> str:
    """Why an address must not be connected to; "" if it may.

    Args:
        address: IPv4 or IPv6.
        allow_private: Whether those of an intranet, and this machine's own, may.
    """
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ip.sixtofour or _translated(ip) or ip
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or (ip.is_reserved and not ip.is_loopback):
        return f"{address} is no address of a website"
    if not ip.is_global and not allow_private:
        return f"{address} is a private address; if it is meant, set allow_private: true (--allow-private)"
    return ""


def _translated(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside one of NAT64 (RFC 6052)."""
    inside = ip in ipaddress.IPv6Network("64:ff9b::/96")
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if inside else None


class GuardedTransport(httpx.AsyncBaseTransport):
    """Looks a host up itself, checks every address, and connects to one that it has checked.

    What is checked is what is connected to: a name that changes its address in between gains nothing.

    Args:
        inner: Makes the connections.
        allow_private: Whether private addresses may be connected to.
        resolver: Looks hosts up.
    """

    def __init__(
        self, inner: httpx.AsyncBaseTransport, *, allow_private: bool, resolver: Resolve = resolve
    ) -> None:
        self._inner = inner
        self._allow_private = allow_private
        self._resolve = resolver

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends a request to a checked address of its host."""
        host = request.url.raw_host.decode("ascii")
        addresses = await self._checked(
            host, request.url.port or (443 if request.url.scheme == "https" else 80)
        )
        for address in addresses[:-1]:
            try:
                return await self._send(request, host, address)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._send(request, host, addresses[-1])

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._inner.aclose()

    async def _send(self, request: httpx.Request, host: str, address: str) -> httpx.Response:
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        return await self._inner.handle_async_request(pinned)

    async def _checked(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"The host {host} is not known ({error}).") from None
        if not addresses:
            raise httpx.ConnectError(f"The host {host} has no address.")
        for address in addresses:
            refusal = refusal_of(address, allow_private=self._allow_private)
            if refusal:
                raise AddressRefused(f"{host}: {refusal}")
        return addresses


def guarded_client(user_agent: str, *, allow_private: bool) -> httpx.AsyncClient:
    """A client that fetches websites; it follows no redirect by itself and takes no proxy."""
    trusted = ssl.create_default_context(cafile=certifi.where())
    trusted.load_default_certs()
    inner = httpx.AsyncHTTPTransport(
        verify=trusted, trust_env=False, limits=httpx.Limits(max_connections=2, max_keepalive_connections=2)
    )
    return httpx.AsyncClient(
        transport=GuardedTransport(inner, allow_private=allow_private),
        headers={"User-Agent": user_agent, "Accept-Encoding": "gzip"},
        timeout=httpx.Timeout(30.0, connect=10.0),
        follow_redirects=False,
        trust_env=False,
    )
