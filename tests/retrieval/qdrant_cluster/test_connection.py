"""A connection brings its key and its certificates, and says what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.retrieval.index import IndexFailure
from services.retrieval.qdrant_cluster.connection import (
    ClusterAddress,
    cluster_errors,
    open_serving_client,
    open_writing_client,
)
from tests.fakes.qdrant_server import QdrantServer
from tests.servers.certificates import write_certificate
from tests.servers.server_process import ServerFolder


async def test_a_wrong_key_is_refused_and_named(server: QdrantServer) -> None:
    for key in ("", "wrong"):
        client = open_serving_client(ClusterAddress(server.url, key))
        with pytest.raises(IndexFailure, match="refuses the API key"), cluster_errors():
            await client.get_aliases()
        await client.close()


def test_the_key_is_not_shown() -> None:
    assert "s3cret" not in repr(ClusterAddress("http://localhost", "s3cret"))


async def test_tls_is_verified_against_the_given_certificates() -> None:
    folders = [ServerFolder(None), ServerFolder(None)]
    paths = [write_certificate(folder) for folder in folders]
    own, other = (Path(certificate) for certificate, _ in paths)
    server = QdrantServer("secret", tls=(Path(paths[0][1]).read_bytes(), own.read_bytes()))
    server.start()
    try:
        client = open_serving_client(ClusterAddress(server.url, "secret", own))
        with cluster_errors():
            assert (await client.get_aliases()).aliases == []
        await client.close()
        for address in (ClusterAddress(server.url, "secret", other), ClusterAddress(server.url, "secret")):
            client = open_serving_client(address)
            with pytest.raises(IndexFailure, match="cannot be reached"), cluster_errors():
                await client.get_aliases()
            await client.close()
        assert server.calls == {"ListAliases": 1}
    finally:
        server.stop()
        for folder in folders:
            folder.remove()


@pytest.mark.parametrize("url", ["", "localhost:6334", "ftp://x", "http://", "http://x:port"])
def test_an_address_that_is_none_is_named(url: str) -> None:
    with pytest.raises(IndexFailure, match="CAUSEWAY_QDRANT_URL"):
        open_writing_client(ClusterAddress(url))


def test_missing_certificates_are_named(tmp_path: Path) -> None:
    with pytest.raises(IndexFailure, match="CAUSEWAY_QDRANT_CA_FILE"):
        open_writing_client(ClusterAddress("https://x", ca_file=tmp_path / "none.pem"))


def test_the_servers_own_words_are_repeated_only_where_they_are_asked_for() -> None:
    for error in (ValueError("the words"), RuntimeError("the words")):
        with pytest.raises(IndexFailure) as quiet, cluster_errors():
            raise error
        assert "the words" not in str(quiet.value)
        with pytest.raises(IndexFailure, match="the words"), cluster_errors(quoted=True):
            raise error


def test_a_time_out_of_our_own_reads_like_the_servers() -> None:
    with pytest.raises(IndexFailure, match="did not answer in time"), cluster_errors():
        raise TimeoutError
