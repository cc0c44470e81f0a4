"""Settings of retrieval, for the serving process as for the ingest worker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from libs.common.process_settings import ProcessSettings, database_url, metrics_port
from libs.common.settings import setting
from libs.embedding.choice import EmbeddingChoice


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
    database_url: str = database_url()
    index_version: str = setting(
        "CAUSEWAY_INDEX_VERSION",
        "Index version that the worker builds, and that is served where a manifest is not known",
        default="main",
    )
    embedding_threads: int = setting(
        "CAUSEWAY_EMBEDDING_THREADS", "Texts embedded at the same time", default=2, minimum=1, maximum=64
    )
    embedding_model: str = setting(
        "CAUSEWAY_EMBEDDING_MODEL",
        "Embedding model: a name that fastembed lists, or the API's name for it; unset, the default model",
        default="",
    )
    embedding_base_url: str = setting(
        "CAUSEWAY_EMBEDDING_BASE_URL",
        "Address of an OpenAI-compatible embeddings API, such as https://host/v1; unset, the model runs here",
        default="",
    )
    embedding_api_key: str = setting(
        "CAUSEWAY_EMBEDDING_API_KEY", "Key for that API", default="", secret=True
    )
    embedding_dimensions: int = setting(
        "CAUSEWAY_EMBEDDING_DIMENSIONS",
        "Length of vector that the API is asked for; 0 leaves it to the model",
        default=0,
        minimum=0,
        maximum=65536,
    )
    embedding_max_tokens: int = setting(
        "CAUSEWAY_EMBEDDING_MAX_TOKENS",
        "Tokens of a text that the API's model reads",
        default=512,
        minimum=16,
        maximum=1_000_000,
    )
    embedding_batch: int = setting(
        "CAUSEWAY_EMBEDDING_BATCH", "Texts in one call of that API", default=64, minimum=1, maximum=2048
    )
    embedding_query_prefix: str = setting(
        "CAUSEWAY_EMBEDDING_QUERY_PREFIX",
        "Words that the model wants before a question; unset, those of its family; `none` for nothing",
        default="",
    )
    embedding_passage_prefix: str = setting(
        "CAUSEWAY_EMBEDDING_PASSAGE_PREFIX", "Likewise, before a passage", default=""
    )
    embedding_price: float = setting(
        "CAUSEWAY_EMBEDDING_PRICE",
        "United States dollars for a million tokens of that API, for the metrics",
        default=0.0,
        minimum=0,
    )
    parser_seconds: int = setting(
        "CAUSEWAY_PARSER_SECONDS",
        "Seconds that reading one document may take",
        default=60,
        minimum=1,
        maximum=250,  # two attempts fit into the lease of a claim
    )
    parser_memory: int = setting(
        "CAUSEWAY_PARSER_MEMORY",
        "MiB of memory that the process which reads documents may take",
        default=1024,
        minimum=256,
        maximum=65536,
    )
    qdrant_url: str = setting(
        "CAUSEWAY_QDRANT_URL",
        "Address of a Qdrant cluster's gRPC port, https://host:6334 or http://host:6334;"
        " unset, the index is embedded",
        default="",
    )
    qdrant_api_key: str = setting(
        "CAUSEWAY_QDRANT_API_KEY", "Key that the cluster asks for", default="", secret=True
    )
    qdrant_ca_file: Path | None = setting(
        "CAUSEWAY_QDRANT_CA_FILE",
        "Certificates (PEM) that the cluster's has to descend from; unset, the system's",
        default=None,
    )
    qdrant_prefix: str = setting(
        "CAUSEWAY_QDRANT_PREFIX", "What the names of the collections begin with", default="causeway"
    )
    qdrant_timeout: float = setting(
        "CAUSEWAY_QDRANT_TIMEOUT_SECONDS",
        "Seconds that a query of the cluster may take",
        default=3.0,
        minimum=0.05,
        maximum=60,
    )
    qdrant_shards: int = setting(
        "CAUSEWAY_QDRANT_SHARDS",
        "Parts that a collection is spread over",
        default=1,
        minimum=1,
        maximum=1024,
    )
    qdrant_replicas: int = setting(
        "CAUSEWAY_QDRANT_REPLICAS", "Copies of each part", default=1, minimum=1, maximum=64
    )
    qdrant_write_consistency: int = setting(
        "CAUSEWAY_QDRANT_WRITE_CONSISTENCY",
        "Copies that must have taken a write before it counts",
        default=1,
        minimum=1,
        maximum=64,
    )
    qdrant_quantisation: str = setting(
        "CAUSEWAY_QDRANT_QUANTISATION",
        "How the cluster shrinks vectors for the search; the originals rank what it finds",
        default="none",
        choices=("none", "scalar", "binary"),
    )
    sentence_vectors: str = setting(
        "CAUSEWAY_SENTENCE_VECTORS",
        "Whether sentences of passages are embedded too, after the passages are served: on, off, or auto,"
        " which is off where an API embeds",
        default="auto",
        choices=("auto", "on", "off"),
    )
    metrics: int = metrics_port("CAUSEWAY_RETRIEVAL_METRICS_PORT", 9101)
    ingest_metrics: int = metrics_port("CAUSEWAY_INGEST_METRICS_PORT", 9105)

    @property
    def embedding(self) -> EmbeddingChoice:
        """The embedding model."""
        return EmbeddingChoice(
            model=self.embedding_model,
            base_url=self.embedding_base_url,
            api_key=self.embedding_api_key,
            dimensions=self.embedding_dimensions,
            max_tokens=self.embedding_max_tokens,
            batch=self.embedding_batch,
            price=self.embedding_price,
            query_prefix=self.embedding_query_prefix,
            passage_prefix=self.embedding_passage_prefix,
        )

    @property
    def embeds_sentences(self) -> bool:
        """Whether sentences are embedded."""
        return self.sentence_vectors == "on" or (
            self.sentence_vectors == "auto" and not self.embedding_base_url
        )

    @property
    def folder(self) -> Path:
        """Retrieval's own data: its database, the index and what serves it."""
        return self.data / "retrieval"

    @property
    def documents_database(self) -> Path:
        """The documents and their states, without PostgreSQL."""
        return self.folder / "documents.sqlite"

    @property
    def blobs_folder(self) -> Path:
        """The documents' contents, without PostgreSQL."""
        return self.folder / "blobs"

    @property
    def spool_folder(self) -> Path:
        """Documents that are arriving, with PostgreSQL."""
        return self.folder / "spool"

    @property
    def index_folder(self) -> Path:
        """The builds of every index version."""
        return self.folder / "index"

    @property
    def serving_folder(self) -> Path:
        """Private copies of the serving processes."""
        return self.folder / "serving"

    @property
    def uploads_folder(self) -> Path:
        """Where a snapshot lies while it is taken in."""
        return self.folder / "uploads"

    @property
    def manifests_folder(self) -> Path:
        """The last good manifests."""
        return self.folder / "manifests"

    @property
    def address(self) -> str:
        """Where to listen, `host:port`."""
        return f"{self.bind}:{self.port}"
