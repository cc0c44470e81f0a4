"""A real Redis of the tests' own."""

from __future__ import annotations

import secrets
import shutil

import redis

from tests.servers.certificates import write_certificate
from tests.servers.server_process import ServerFolder, ServerMissing, ServerProcess, free_port


class RedisServer:
    """One server without files, reached by password over the loopback address.

    Args:
        options: Further settings.
        password: Random without one.

    Raises:
        ServerMissing: Redis is not installed.
    """

    def __init__(self, *options: str, password: str | None = None) -> None:
        binary = shutil.which("redis-server") or shutil.which("valkey-server")
        if binary is None:
            raise ServerMissing("Redis (redis-server) is not installed; run scripts/servers.sh")
        self.folder = ServerFolder(None)
        self.password = password or secrets.token_hex(16)
        settings = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        settings += ["--requirepass", self.password, "--dir", str(self.folder.path)]
        port = free_port()
        command = [binary, "--port", str(port), *settings, *options]
        self.process = ServerProcess("Redis", self.folder, port, command)

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://:{self.password}@127.0.0.1:{self.process.port}/0"

    def add_tls(self) -> tuple[int, str]:
        """Lets it speak TLS on a second port from its next start on; that, and the certificate to trust."""
        certificate, key = write_certificate(self.folder)
        port = free_port()
        options = ["--tls-port", str(port), "--tls-auth-clients", "no", "--tls-cert-file", certificate]
        self.process.add_options(*options, "--tls-key-file", key, "--tls-ca-cert-file", certificate)
        return port, certificate

    def start(self) -> None:
        """Starts it and waits until it takes commands."""
        self.process.start(self._answers)

    def remove(self) -> None:
        """Ends it."""
        self.process.stop()
        self.folder.remove()

    def client(self) -> redis.Redis:
        """A client that blocks, for looking and changing."""
        return redis.Redis(
            port=self.process.port, password=self.password, decode_responses=True, socket_timeout=5
        )

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
