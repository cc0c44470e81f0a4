"""The insights service's settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from libs.common.settings import setting

SERVICE = "insights"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that insights is told from outside."""

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
    port: int = setting(
        "CAUSEWAY_INSIGHTS_PORT", "Port to listen on", default=50054, minimum=1, maximum=65535
    )

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
        """Where feedback is kept."""
        return self.data / SERVICE / "insights.sqlite3"
