"""The config service's settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from libs.common.settings import setting

SERVICE = "config"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that config is told from outside."""

    environment: str = setting(
        "CAUSEWAY_ENVIRONMENT",
        "Which environments/<name>.yaml is served",
        default="production",
        choices=("dev", "staging", "production"),
    )
    manifests: Path = setting("CAUSEWAY_MANIFESTS", "Folder of the manifests", default=Path("manifests"))
    data: Path = setting("CAUSEWAY_DATA", "Folder of all data", default=Path(".causeway"))
    keys: Path | None = setting(
        "CAUSEWAY_KEYS", "Folder of the key files; unset, the folder keys below the data", default=None
    )
    log_level: str = setting(
        "CAUSEWAY_LOG_LEVEL",
        "Least level that is logged",
        default="info",
        choices=("debug", "info", "warning", "error"),
    )
    bind: str = setting("CAUSEWAY_BIND", "Address to listen on", default="127.0.0.1")
    port: int = setting("CAUSEWAY_CONFIG_PORT", "Port to listen on", default=50053, minimum=1, maximum=65535)

    @property
    def address(self) -> str:
        """Where the server listens, `host:port`."""
        return f"{self.bind}:{self.port}"

    @property
    def trust_file(self) -> Path:
        """The public keys of the services that may call."""
        return (self.keys or self.data / "keys") / "trust.json"

    @property
    def database(self) -> Path:
        """Where every served manifest is kept."""
        return self.data / SERVICE / "manifests.sqlite3"
