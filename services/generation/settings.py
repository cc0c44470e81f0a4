"""The settings of the generation service."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from libs.common.process_settings import ProcessSettings, database_url, metrics_port
from libs.common.settings import setting

SERVICE = "generation"


@dataclass(frozen=True, slots=True)
class Settings(ProcessSettings):
    """Everything that the environment decides."""

    port: int = setting(
        "CAUSEWAY_GENERATION_PORT", "Port of this service.", default=50052, minimum=1, maximum=65535
    )
    retrieval_address: str = setting(
        "CAUSEWAY_RETRIEVAL_ADDRESS", "Where retrieval listens.", default="127.0.0.1:50051"
    )
    config_address: str = setting(
        "CAUSEWAY_CONFIG_ADDRESS", "Where config listens.", default="127.0.0.1:50053"
    )
    insights_address: str = setting(
        "CAUSEWAY_INSIGHTS_ADDRESS", "Where insights listens", default="127.0.0.1:50054"
    )
    model: str = setting(
        "CAUSEWAY_MODEL",
        "LiteLLM name of the model for chains that say `environment`; empty for none.",
        default="",
    )
    model_base_url: str = setting(
        "CAUSEWAY_MODEL_BASE_URL", "Address of an OpenAI-compatible server that serves it.", default=""
    )
    model_api_key: str = setting("CAUSEWAY_MODEL_API_KEY", "Key for that model.", default="", secret=True)
    threads: int = setting(
        "CAUSEWAY_GENERATION_THREADS", "Threads that compare sentences.", default=2, minimum=1, maximum=64
    )
    max_answers: int = setting(
        "CAUSEWAY_GENERATION_MAX_ANSWERS", "Answers made at once.", default=800, minimum=1, maximum=100_000
    )
    answer_seconds: float = setting(
        "CAUSEWAY_GENERATION_ANSWER_SECONDS",
        "Longest time for an answer, in seconds.",
        default=120.0,
        minimum=1,
    )
    grace_seconds: int = setting(
        "CAUSEWAY_GRACE_SECONDS",
        "Seconds that running answers have to end; then their readers are told to resume elsewhere",
        default=10,
        minimum=2,
        maximum=600,
    )
    database_url: str = database_url()
    metrics: int = metrics_port("CAUSEWAY_GENERATION_METRICS_PORT", 9102)

    @property
    def address(self) -> str:
        """Where the server listens, `host:port`."""
        return f"{self.bind}:{self.port}"

    @property
    def signing_key_file(self) -> Path:
        """The key that this service signs its own calls with."""
        return self.keys_folder / f"{SERVICE}.key.pem"

    @property
    def manifests_folder(self) -> Path:
        """Where the last good manifests are kept."""
        return self.data / SERVICE / "manifests"

    @property
    def database(self) -> Path:
        """Where conversations are kept, without PostgreSQL."""
        return self.data / SERVICE / "generation.sqlite3"
