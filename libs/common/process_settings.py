"""The settings that every service's process has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from libs.common.settings import setting

PORTS = {"minimum": 1, "maximum": 65535}


@dataclass(frozen=True, slots=True)
class ProcessSettings:
    """Where a process runs, where its files lie, what it tells of itself."""

    environment: str = setting(
        "CAUSEWAY_ENVIRONMENT",
        "What this runs in: config serves environments/<name>.yaml, dev adds the demo page",
        default="production",
        choices=("dev", "staging", "production"),
    )
    region: str = setting(
        "CAUSEWAY_REGION", "Name of this region, in logs, traces and sessions", default="local"
    )
    data: Path = setting("CAUSEWAY_DATA", "Folder of all data", default=Path(".causeway"))
    keys: Path | None = setting(
        "CAUSEWAY_KEYS", "Folder of the key files; unset, the folder keys below the data", default=None
    )
    bind: str = setting("CAUSEWAY_BIND", "Address to listen on", default="127.0.0.1")
    log_level: str = setting(
        "CAUSEWAY_LOG_LEVEL",
        "Least level that is logged",
        default="info",
        choices=("debug", "info", "warning", "error"),
    )
    otlp_endpoint: str = setting(
        "CAUSEWAY_OTLP_ENDPOINT",
        "Base address of an OTLP collector (HTTP), such as http://collector:4318; unset, no traces leave",
        default="",
    )

    @property
    def keys_folder(self) -> Path:
        """Where the key files are."""
        return self.keys if self.keys is not None else self.data / "keys"

    @property
    def trust_file(self) -> Path:
        """The public keys of the services that may call."""
        return self.keys_folder / "trust.json"

    @property
    def models_folder(self) -> Path:
        """The prepared embedding model, shared by the processes of a machine."""
        return self.data / "models"


def metrics_port(variable: str, default: int) -> int:
    """Declares the port of a process's metrics."""
    port: int = setting(
        variable, "Port of the process's /metrics; 0 means none", default=default, minimum=0, maximum=65535
    )
    return port


def database_url() -> str:
    """Declares where durable state is kept."""
    url: str = setting(
        "CAUSEWAY_DATABASE_URL",
        "Address of a PostgreSQL database, postgresql://user:password@host:5432/database;"
        " unset, SQLite in the data folder",
        default="",
        secret=True,
    )
    return url


def redis_url() -> str:
    """Declares where state is kept that processes share and that may be lost."""
    url: str = setting(
        "CAUSEWAY_REDIS_URL",
        "Address of a Redis, redis://user:password@host:6379/0 (rediss:// over TLS, redis+cluster:// or"
        " rediss+cluster:// for a Redis Cluster); unset, each process keeps what it knows to itself",
        default="",
        secret=True,
    )
    return url
