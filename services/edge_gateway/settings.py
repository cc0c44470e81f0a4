"""The edge's settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from libs.common.keys import SigningKey, load_signing_key
from libs.common.process_settings import ProcessSettings, redis_url
from libs.common.settings import SettingsError, setting

SERVICE = "edge_gateway"


@dataclass(frozen=True, slots=True)
class Settings(ProcessSettings):
    """Everything that the edge is told from outside."""

    secrets: Path | None = setting(
        "CAUSEWAY_SECRETS", "Folder that secret_ref files are below; unset, the key folder", default=None
    )
    port: int = setting("CAUSEWAY_EDGE_PORT", "Port to listen on", default=8080, minimum=1, maximum=65535)
    retrieval: str = setting(
        "CAUSEWAY_RETRIEVAL_ADDRESS", "Where retrieval listens", default="127.0.0.1:50051"
    )
    generation: str = setting(
        "CAUSEWAY_GENERATION_ADDRESS", "Where generation listens", default="127.0.0.1:50052"
    )
    config: str = setting("CAUSEWAY_CONFIG_ADDRESS", "Where config listens", default="127.0.0.1:50053")
    insights: str = setting("CAUSEWAY_INSIGHTS_ADDRESS", "Where insights listens", default="127.0.0.1:50054")
    widget: Path = setting(
        "CAUSEWAY_WIDGET", "Folder of the built widget (make widget)", default=Path("widget/dist")
    )
    max_body_bytes: int = setting(
        "CAUSEWAY_MAX_BODY_BYTES",
        "Largest request body in bytes",
        default=64 * 1024,
        minimum=1024,
        maximum=1024 * 1024,
    )
    redis_url: str = redis_url()
    chat_per_minute: float = setting(
        "CAUSEWAY_CHAT_PER_MINUTE", "Questions that one visitor may ask a minute", default=60.0, minimum=1.0
    )
    chat_burst: int = setting(
        "CAUSEWAY_CHAT_BURST", "Questions that one visitor may ask at once", default=20, minimum=1
    )
    feedback_per_minute: float = setting(
        "CAUSEWAY_FEEDBACK_PER_MINUTE", "Votes that one visitor may send a minute", default=30.0, minimum=1.0
    )
    feedback_burst: int = setting(
        "CAUSEWAY_FEEDBACK_BURST", "Votes that one visitor may send at once", default=20, minimum=1
    )
    streams_per_subject: int = setting(
        "CAUSEWAY_STREAMS_PER_SUBJECT", "Answers that one visitor may follow at once", default=4, minimum=1
    )
    max_streams: int = setting(
        "CAUSEWAY_MAX_STREAMS", "Answers that this process streams at once", default=10_000, minimum=1
    )
    drain_seconds: float = setting(
        "CAUSEWAY_DRAIN_SECONDS",
        "Seconds between the order to stop, from when /readyz says 503, and the end of new connections",
        default=0.0,
        minimum=0.0,
        maximum=300.0,
    )
    grace_seconds: int = setting(
        "CAUSEWAY_GRACE_SECONDS",
        "Seconds that running answers have to end; then their readers are told to resume elsewhere",
        default=10,
        minimum=1,
        maximum=600,
    )

    @property
    def secrets_folder(self) -> Path:
        """Where the files of secret references are."""
        return self.secrets if self.secrets is not None else self.keys_folder

    @property
    def manifests_folder(self) -> Path:
        """Where the last good manifests are kept."""
        return self.data / SERVICE / "manifests"

    @property
    def development(self) -> bool:
        """Whether the demo page is served."""
        return self.environment == "dev"


def load_query_secret(path: Path) -> bytes:
    """Reads the secret that all edges share: hexadecimal, at least 32 bytes.

    Raises:
        SettingsError: It is missing or wrong; its value is never shown.
    """
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise SettingsError(f"The secret {path} cannot be read ({error.strerror}).") from None
    except ValueError:
        raise SettingsError(f"{path} does not hold hexadecimal digits.") from None
    if len(secret) < 32:
        raise SettingsError(f"{path} holds {len(secret)} bytes; 32 are needed.")
    return secret


def load_demo_key(settings: Settings) -> SigningKey | None:
    """Returns the key of the development-only stand-in for a customer's backend, where there is one."""
    path = settings.keys_folder / "demo-host.key.pem"
    return load_signing_key(path) if settings.development and path.exists() else None
