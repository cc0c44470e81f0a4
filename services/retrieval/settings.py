"""Settings of retrieval, for the serving process as for the ingest worker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from libs.common.process_settings import ProcessSettings, metrics_port
from libs.common.settings import setting


@dataclass(frozen=True, slots=True)
class Settings(ProcessSettings):
    """Settings of retrieval.

    Attributes are described by their `setting`.
    """

    port: int = setting(
        "CAUSEWAY_RETRIEVAL_PORT", "Port to listen on", default=50051, minimum=1, maximum=65535
    )
    config_address: str = setting(
        "CAUSEWAY_CONFIG_ADDRESS", "host:port of the config service", default="127.0.0.1:50053"
    )
    index_version: str = setting(
        "CAUSEWAY_INDEX_VERSION", "Index version that is built and served", default="main"
    )
    embedding_threads: int = setting(
        "CAUSEWAY_EMBEDDING_THREADS", "Texts embedded at the same time", default=2, minimum=1, maximum=64
    )
    metrics: int = metrics_port("CAUSEWAY_RETRIEVAL_METRICS_PORT", 9101)
    ingest_metrics: int = metrics_port("CAUSEWAY_INGEST_METRICS_PORT", 9105)

    @property
    def folder(self) -> Path:
        """Retrieval's own data: its database, the index and what serves it."""
        return self.data / "retrieval"

    @property
    def documents_database(self) -> Path:
        """The documents and their states (SQLite)."""
        return self.folder / "documents.sqlite"

    @property
    def blobs_folder(self) -> Path:
        """The documents' contents."""
        return self.folder / "blobs"

    @property
    def index_folder(self) -> Path:
        """The builds of every index version."""
        return self.folder / "index"

    @property
    def serving_folder(self) -> Path:
        """Private copies of the serving processes."""
        return self.folder / "serving"

    @property
    def manifests_folder(self) -> Path:
        """The last good manifests."""
        return self.folder / "manifests"

    @property
    def address(self) -> str:
        """Where to listen, `host:port`."""
        return f"{self.bind}:{self.port}"
