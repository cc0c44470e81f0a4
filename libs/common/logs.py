"""Structured logs: readable on a terminal, JSON elsewhere."""

from __future__ import annotations

import logging
import sys
from typing import Any, cast

import orjson
import structlog


def configure_logs(service: str, level: str = "info") -> None:
    """Sends structlog's and the standard library's records to standard error.

    Args:
        service: Name of the process, bound to every record.
        level: Least level shown: debug, info, warning or error.
    """
    threshold = logging.getLevelNamesMapping()[level.upper()]
    renderer: Any = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer(_json)
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(threshold, logging.INFO))
    structlog.contextvars.bind_contextvars(service=service)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Returns the logger of a module."""
    return cast("structlog.stdlib.BoundLogger", structlog.get_logger(name))


def _json(value: Any, **_: Any) -> str:
    return orjson.dumps(value, default=str).decode()
