"""Structured logs: readable on a terminal, JSON elsewhere."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import MutableMapping
from typing import Any, cast

import orjson
import structlog

_OWN_PACKAGES = ("libs", "services", "cli", "__main__")


def configure_logs(service: str, level: str = "info") -> None:
    """Sends structlog's and the standard library's records to standard error.

    Args:
        service: Name of the process, bound to every record.
        level: Least level shown: debug, info, warning or error.
    """
    threshold = logging.getLevelNamesMapping()[level.upper()]

    def name_service(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event.setdefault("service", service)
        return event

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        name_service,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
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
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers()],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # What other libraries say while debugging is theirs.
    root.setLevel(max(threshold, logging.INFO))
    for package in _OWN_PACKAGES:
        logging.getLogger(package).setLevel(threshold)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Returns the logger of a module."""
    return cast("structlog.stdlib.BoundLogger", structlog.get_logger(name))


def _renderers() -> list[Any]:
    if sys.stderr.isatty():
        # Never rich tracebacks: they print local variables, and with them tokens and questions.
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(exception_formatter=plain)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(_json)]


def _json(value: Any, **_: Any) -> str:
    try:
        return orjson.dumps(value, default=str).decode()
    except TypeError:  # half a surrogate pair, a huge number, a key that is no text: log it all the same
        return json.dumps(value, default=str, skipkeys=True)
