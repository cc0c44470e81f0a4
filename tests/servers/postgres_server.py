"""A real PostgreSQL of the tests' own."""

from __future__ import annotations

import getpass
import itertools
import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.servers.certificates import write_certificate
from tests.servers.server_process import ServerFolder, ServerMissing, ServerProcess, free_port

SUPERUSER = "causeway"


class PostgresServer:
    """One cluster in a folder of its own, reached by password over the loopback address.

    Args:
        safe: Whether commits reach the disk; without, it is faster.

    Raises:
        ServerMissing: PostgreSQL is not installed, or may not run as this user.
    """

    def __init__(self, safe: bool = True) -> None:
        binaries = _binaries()
        self.folder = ServerFolder(_owner())
        self.password = secrets.token_hex(16)
        self._numbers = itertools.count(1)
        data, port = self.folder.path / "data", free_port()
        self._initialise(binaries, data)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "shared_buffers": "16MB",
            "max_connections": "60",
            "fsync": "on" if safe else "off",
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        command = [str(binaries / "postgres"), "-D", str(data), *options]
        self.process = ServerProcess("PostgreSQL", self.folder, port, command)

    def _initialise(self, binaries: Path, data: Path) -> None:
        secret = self.folder.path / "password"
        secret.write_text(self.password)
        shutil.chown(secret, pwd.getpwuid(self.folder.path.stat().st_uid).pw_name)
        secret.chmod(0o600)
        command = [str(binaries / "initdb"), "--no-sync", "--encoding=UTF8", "--locale=C"]
        command += ["--auth=scram-sha-256", f"--username={SUPERUSER}", f"--pwfile={secret}", str(data)]
        done = subprocess.run(
            self.folder.command(*command),
            cwd=self.folder.path,
            env=self.folder.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            self.folder.remove()
            raise AssertionError(f"initdb failed:\n{done.stdout}{done.stderr}")

    def add_tls(self) -> str:
        """Lets it speak TLS from its next start on; the path of the certificate to trust."""
        certificate, key = write_certificate(self.folder)
        self.process.add_options("--ssl=on", f"--ssl_cert_file={certificate}", f"--ssl_key_file={key}")
        return certificate

    def start(self) -> None:
        """Starts it, also after a crash, and waits until it takes queries."""
        self.process.start(self._answers)

    def remove(self) -> None:
        """Ends it and deletes its data."""
        self.process.stop()
        self.folder.remove()

    def url(self, database: str = "postgres", user: str = SUPERUSER, password: str | None = None) -> str:
        """The address of a database."""
        secret = self.password if password is None else password
        return f"postgresql://{user}:{secret}@127.0.0.1:{self.process.port}/{database}"

    @contextmanager
    def database(self, options: str = "") -> Iterator[str]:
        """A new database, which is dropped at the end; its address."""
        name = f"t{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} {options}")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statement: str) -> None:
        """Executes a statement as superuser."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def _answers(self) -> bool:
        try:
            self.run("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


def _binaries() -> Path:
    """The folder of the newest PostgreSQL's programs."""
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    folders = sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    found = shutil.which("initdb")
    if found is not None:
        folders.append(Path(found).resolve().parent)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise ServerMissing("PostgreSQL (initdb, postgres) is not installed; run scripts/servers.sh")


def _owner() -> str | None:
    """Who may run it: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise ServerMissing(f"PostgreSQL does not run as {getpass.getuser()}, and there is no other user")
