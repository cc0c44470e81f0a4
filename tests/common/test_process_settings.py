"""The settings that processes share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from libs.common.process_settings import ProcessSettings, database_url, metrics_port, redis_url
from libs.common.settings import load_settings


@dataclass(frozen=True, slots=True)
class Sample(ProcessSettings):
    """A process with everything that may be declared."""

    database: str = database_url()
    redis: str = redis_url()
    metrics: int = metrics_port("CAUSEWAY_SAMPLE_METRICS_PORT", 9109)


def test_without_settings_everything_is_on_this_machine() -> None:
    settings = load_settings(Sample, {})
    assert (settings.database, settings.redis) == ("", "")
    assert settings.keys_folder == Path(".causeway/keys")
    assert settings.models_folder == Path(".causeway/models")
    assert settings.metrics == 9109


def test_addresses_with_passwords_are_secrets_and_may_be_in_files(tmp_path: Path) -> None:
    (tmp_path / "redis").write_text("redis://:hunter2@h\n")
    variables = {
        "CAUSEWAY_DATABASE_URL": "postgresql://u:hunter2@h/x",
        "CAUSEWAY_REDIS_URL_FILE": str(tmp_path / "redis"),
    }
    settings = load_settings(Sample, variables)
    assert settings.database == "postgresql://u:hunter2@h/x"
    assert settings.redis == "redis://:hunter2@h"
    assert "hunter2" not in repr(settings)
