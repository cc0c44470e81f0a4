"""What holds for every test."""

from __future__ import annotations

import os

# Processes that tests start side by side must not meet on the default ports of their metrics.
for service in ("RETRIEVAL", "GENERATION", "CONFIG", "INSIGHTS", "INGEST"):
    os.environ[f"CAUSEWAY_{service}_METRICS_PORT"] = "0"
