"""What holds for every test."""

from __future__ import annotations

import os

# Processes that tests start side by side must not meet on the default ports of their metrics.
for service in ("RETRIEVAL", "GENERATION", "CONFIG", "INSIGHTS", "INGEST"):
    os.environ[f"CAUSEWAY_{service}_METRICS_PORT"] = "0"

# Tests name their own stores; what the machine is set to is nobody's business here.
for variable in ("CAUSEWAY_DATABASE_URL", "CAUSEWAY_REDIS_URL"):
    os.environ.pop(variable, None)
    os.environ.pop(f"{variable}_FILE", None)

pytest_plugins = ("tests.servers.fixtures",)
