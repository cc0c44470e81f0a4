"""Where a crawl may connect to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cli.crawl.network import AddressRefused, GuardedTransport, refusal_of


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1", "fd00::1", "::ffff:10.0.0.1",
     "2002:7f00:1::", "64:ff9b::7f00:1"],
)  # fmt: skip
def test_private_addresses_need_a_leave(address: str) -> None:
    assert "allow_private" in refusal_of(address, allow_private=False)
    assert refusal_of(address, allow_private=True) == ""


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "fe80::1", "fe80::1%eth0", "0.0.0.0", "::", "224.0.0.1", "ff02::1", "255.255.255.255",
     "240.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"],
)  # fmt: skip
def test_some_addresses_are_never_a_websites(address: str) -> None:
    assert refusal_of(address, allow_private=True)
    assert refusal_of(address, allow_private=False)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1"])
def test_public_ones_are_fine(address: str) -> None:
    assert refusal_of(address, allow_private=False) == ""


class Names:
    """A resolver whose answers a test gives, one after the other."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        return self.answers.pop(0)


class Reached:
    """An inner transport that notes what is connected to."""

    def __init__(self, *dead: str) -> None:
        self.requests: list[httpx.Request] = []
        self.dead = dead

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.host in self.dead:
            raise httpx.ConnectError("dead", request=request)
        return httpx.Response(200)


def client(names: Names, reached: Reached, *, private: bool = False) -> httpx.AsyncClient:
    inner = httpx.MockTransport(reached)
    return httpx.AsyncClient(transport=GuardedTransport(inner, allow_private=private, resolver=names))


async def test_what_was_checked_is_what_is_connected_to() -> None:
    reached = Reached()
    async with client(Names(["93.184.216.34"]), reached) as http:
        await http.get("https://docs.example:8443/x?y")

    (request,) = reached.requests
    assert str(request.url) == "https://93.184.216.34:8443/x?y"
    assert request.headers["host"] == "docs.example:8443"
    assert request.extensions["sni_hostname"] == "docs.example"


async def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    reached = Reached()
    async with client(Names(["93.184.216.34", "10.0.0.1"]), reached) as http:
        with pytest.raises(AddressRefused, match=r"docs\.example: 10\.0\.0\.1 is a private address"):
            await http.get("https://docs.example/")

    assert reached.requests == []


async def test_a_name_that_changes_its_address_is_looked_at_each_time() -> None:
    async with client(Names(["93.184.216.34"], ["127.0.0.1"]), Reached()) as http:
        await http.get("https://docs.example/")
        with pytest.raises(AddressRefused):
            await http.get("https://docs.example/")


async def test_the_next_address_is_tried_when_one_is_dead() -> None:
    reached = Reached("2606:2800:220:1::1")
    async with client(Names(["2606:2800:220:1::1", "93.184.216.34"]), reached) as http:
        await http.get("https://docs.example/")

    assert [r.url.host for r in reached.requests] == ["2606:2800:220:1::1", "93.184.216.34"]


async def test_a_host_without_an_address_cannot_be_connected_to() -> None:
    async with client(Names([]), Reached()) as http:
        with pytest.raises(httpx.ConnectError, match="no address"):
            await http.get("https://docs.example/")


def certificate(host: str, folder: Path) -> tuple[Path, Path]:
    """A key and a certificate of a host, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "key.pem", folder / "certificate.pem"
    plain = serialization.NoEncryption()
    paths[0].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    paths[1].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return paths


@pytest.mark.parametrize("asked", ["docs.example", "other.example"])
async def test_over_tls_the_certificate_must_be_the_names_and_not_the_addresses(
    asked: str, tmp_path: Path
) -> None:
    key, public = certificate("docs.example", tmp_path)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(public, key)
    named: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        named.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=serving)
    port = server.sockets[0].getsockname()[1]
    inner = httpx.AsyncHTTPTransport(verify=ssl.create_default_context(cafile=public), trust_env=False)
    transport = GuardedTransport(inner, allow_private=True, resolver=Names(["127.0.0.1"]))
    async with server, httpx.AsyncClient(transport=transport) as http:
        if asked == "docs.example":
            assert (await http.get(f"https://{asked}:{port}/")).status_code == 200
            assert f"host: docs.example:{port}" in named[0].lower()
        else:
            with pytest.raises(httpx.ConnectError, match="certificate"):
                await http.get(f"https://{asked}:{port}/")
