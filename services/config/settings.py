"""The config service's settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from libs.common.process_settings import ProcessSettings, database_url, metrics_port
from libs.common.settings import setting

SERVICE = "config"


@dataclass(frozen=True, slots=True)
class Settings(ProcessSettings):
    """Everything that config is told from outside."""

    manifests: Path = setting("CAUSEWAY_MANIFESTS", "Folder of the manifests", default=Path("manifests"))
    port: int = setting("CAUSEWAY_CONFIG_PORT", "Port to listen on", default=50053, minimum=1, maximum=65535)
    database_url: str = database_url()
    metrics: int = metrics_port("CAUSEWAY_CONFIG_METRICS_PORT", 9103)

    @property
    def address(self) -> str:
        """Where the server listens, `host:port`."""
        return f"{self.bind}:{self.port}"

    @property
    def database(self) -> Path:
        """Where every served manifest is kept, without PostgreSQL."""
        return self.data / SERVICE / "manifests.sqlite3"
