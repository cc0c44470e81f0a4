"""The insights service's settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from libs.common.process_settings import ProcessSettings, database_url, metrics_port
from libs.common.settings import setting

SERVICE = "insights"


@dataclass(frozen=True, slots=True)
class Settings(ProcessSettings):
    """Everything that insights is told from outside."""

    port: int = setting(
        "CAUSEWAY_INSIGHTS_PORT", "Port to listen on", default=50054, minimum=1, maximum=65535
    )
    database_url: str = database_url()
    answer_days: int = setting(
        "CAUSEWAY_INSIGHTS_ANSWER_DAYS",
        "Days that answer records are kept",
        default=30,
        minimum=1,
        maximum=365,
    )
    metrics: int = metrics_port("CAUSEWAY_INSIGHTS_METRICS_PORT", 9104)

    @property
    def address(self) -> str:
        """Where the server listens, `host:port`."""
        return f"{self.bind}:{self.port}"

    @property
    def database(self) -> Path:
        """Where feedback and answer records are kept, without PostgreSQL."""
        return self.data / SERVICE / "insights.sqlite3"
