"""What every call carries besides its request."""

from __future__ import annotations

from causeway_client.trace import Metadata, trace_metadata
from causeway_client.transport import Priority

PRIORITY_KEY = "x-causeway-priority"

Received = tuple[tuple[str, str | bytes], ...]
"""Metadata of a response."""


def call_metadata(token: str, priority: Priority) -> Metadata:
    """The metadata of a call.

    Args:
        token: The caller's service token.
        priority: How urgent it is.
    """
    return (("authorization", f"Bearer {token}"), (PRIORITY_KEY, priority), *trace_metadata())
