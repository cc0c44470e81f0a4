"""Tokens of a team that calls the running retrieval."""

from __future__ import annotations

from tests.retrieval.running_server import Running


def token(running: Running, *access: str, tenant: str = "acme") -> str:
    """A token of the role search."""
    ((_, value),) = running.keys.team(tenant, "search", access=access)
    return value.removeprefix("Bearer ")


def target(running: Running) -> str:
    """Where it listens."""
    return f"127.0.0.1:{running.port}"
