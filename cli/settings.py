"""Settings of the command: where the services are, and where data and keys lie."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from libs.common.settings import environment, load_settings, setting

PLACES = "running.json"
"""File in the data folder that says where the running stack listens."""

SERVICES = ("edge", "retrieval", "generation", "config", "insights")


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the command.

    Attributes are described by their `setting`.
    """

    data: Path = setting("CAUSEWAY_DATA", "Folder of all data", default=Path(".causeway"))
    keys: Path = setting("CAUSEWAY_KEYS", "Folder of keys; by default keys/ in the data", default=Path())
    bind: str = setting("CAUSEWAY_BIND", "Address that services listen on", default="127.0.0.1")
    edge_port: int = setting("CAUSEWAY_EDGE_PORT", "Port of the edge", default=8080, minimum=1, maximum=65535)
    retrieval_port: int = setting(
        "CAUSEWAY_RETRIEVAL_PORT", "Port of retrieval", default=50051, minimum=1, maximum=65535
    )
    generation_port: int = setting(
        "CAUSEWAY_GENERATION_PORT", "Port of generation", default=50052, minimum=1, maximum=65535
    )
    config_port: int = setting(
        "CAUSEWAY_CONFIG_PORT", "Port of config", default=50053, minimum=1, maximum=65535
    )
    insights_port: int = setting(
        "CAUSEWAY_INSIGHTS_PORT", "Port of insights", default=50054, minimum=1, maximum=65535
    )
    edge_url: str = setting(
        "CAUSEWAY_EDGE_URL", "Address of the edge that `ask` talks to; by default the local one", default=""
    )
    retrieval_address: str = setting(
        "CAUSEWAY_RETRIEVAL_ADDRESS",
        "host:port of retrieval for `search` and `ingest`; by default the local one",
        default="",
    )
    config_address: str = setting(
        "CAUSEWAY_CONFIG_ADDRESS",
        "host:port of config for `sources` and `manifest`; by default the local one",
        default="",
    )
    contact: str = setting(
        "CAUSEWAY_CONTACT",
        "Web page or mail address in the User-Agent of crawls, so that a site's owner can reach you",
        default="",
    )
    log_level: str = setting(
        "CAUSEWAY_LOG_LEVEL",
        "Least level that `sources sync --watch` logs",
        default="info",
        choices=("debug", "info", "warning", "error"),
    )
    sources_metrics_port: int = setting(
        "CAUSEWAY_SOURCES_METRICS_PORT",
        "Port of the /metrics of `sources sync --watch`; 0 means none",
        default=9106,
        minimum=0,
        maximum=65535,
    )
    tenant: str = setting("CAUSEWAY_TENANT", "Tenant that the command works for", default="demo")

    @property
    def keys_folder(self) -> Path:
        """Where the keys lie."""
        return self.keys if self.keys != Path() else self.data / "keys"

    @property
    def edge(self) -> str:
        """Base address of the edge, without a slash at its end."""
        return (self.edge_url or f"http://{self.host}:{self.edge_port}").rstrip("/")

    @property
    def retrieval(self) -> str:
        """host:port of retrieval."""
        return self.retrieval_address or f"{self.host}:{self.retrieval_port}"

    @property
    def config(self) -> str:
        """host:port of config."""
        return self.config_address or f"{self.host}:{self.config_port}"

    @property
    def sources_folder(self) -> Path:
        """Where what is remembered of sources lies."""
        return self.data / "sources"

    @property
    def host(self) -> str:
        """Where local clients find what listens on `bind`."""
        return "127.0.0.1" if self.bind in {"0.0.0.0", "::"} else self.bind  # noqa: S104 - compared only

    def port(self, service: str) -> int:
        """Port of a service."""
        return int(getattr(self, f"{service}_port"))


def read_settings(*, running: bool = True) -> Settings:
    """Reads the settings from the environment.

    Args:
        running: Take ports that the environment does not name from the stack that runs on the data.
    """
    given = environment()
    settings = load_settings(Settings, given)
    if not running:
        return settings
    try:
        places = json.loads((settings.data / PLACES).read_text(encoding="utf-8"))
        return load_settings(Settings, {**places, **{k: v for k, v in given.items() if v}})
    except (OSError, ValueError, TypeError):
        return settings


@contextmanager
def told_where(settings: Settings) -> Iterator[None]:
    """Lets other commands find the running stack, whatever ports it was given."""
    path = settings.data / PLACES
    ports = {f"CAUSEWAY_{service.upper()}_PORT": str(settings.port(service)) for service in SERVICES}
    path.write_text(json.dumps({**ports, "CAUSEWAY_BIND": settings.bind}), encoding="utf-8")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
