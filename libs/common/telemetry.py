"""Starts what a process tells of itself: logs, traces, metrics."""

from __future__ import annotations

from collections.abc import Callable

from libs.common.logs import configure_logs, logger
from libs.common.metrics import serve_metrics
from libs.common.process_settings import ProcessSettings
from libs.common.settings import SettingsError
from libs.common.tracing import configure_tracing

log = logger(__name__)


def start_telemetry(service: str, settings: ProcessSettings, metrics_port: int = 0) -> Callable[[], None]:
    """Configures logs and traces, and serves the metrics.

    Args:
        service: Name of the process.
        settings: Where it runs, and what it tells whom.
        metrics_port: Where `/metrics` is served; 0 means that the process serves it by itself, or not at all.

    Returns:
        What to call at the end, so that the last spans leave.

    Raises:
        SettingsError: The metrics port is taken.
    """
    configure_logs(service, settings.log_level)
    try:
        serve_metrics(metrics_port, settings.bind)
    except OSError as error:
        if settings.environment == "dev":
            # On one machine, another copy may have come first; that is no reason not to start.
            log.warning("metrics_not_served", port=metrics_port, reason=error.strerror)
            return _tracing(service, settings)
        raise SettingsError(
            f"The metrics port {metrics_port} of {service} cannot be opened ({error.strerror});"
            " choose another one, or 0 for none."
        ) from None
    return _tracing(service, settings)


def _tracing(service: str, settings: ProcessSettings) -> Callable[[], None]:
    return configure_tracing(service, settings.environment, settings.region, settings.otlp_endpoint)
