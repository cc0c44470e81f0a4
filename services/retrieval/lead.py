"""The port to who publishes, of several ingest workers."""

from __future__ import annotations

from typing import Protocol


class Lead(Protocol):
    """A place that one worker at a time has."""

    def take(self) -> bool:
        """Takes the place if nobody else has it; returns whether it is ours.

        Raises:
            DependencyUnavailable: That cannot be told now.
        """
        ...

    def close(self) -> None:
        """Gives it up."""
        ...
