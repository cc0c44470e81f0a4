"""What is remembered of a source between two readings."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cli.output import CommandFailed

Outcome = Literal["never", "read", "partly", "held", "failed"]
"""`read`: the whole source was read and delivered. `partly`: some of it could not be read, so nothing was
removed. `held`: it holds less than half of what it held before, so nothing was removed. `failed`: nothing was
read."""

MAX_REMARKS = 50
"""Remarks that are kept of one reading."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """What became of a source.

    Attributes:
        outcome: How the last reading ended.
        attempted_at: When it was last tried, seconds since the epoch; 0 for never.
        succeeded_at: When it was last read whole and delivered.
        known_since: When it was first seen declared.
        declaration: How it was declared at the last attempt, as a hash.
        documents: Documents that the last delivery held.
        left_out: What was no document of it, on purpose.
        held_documents: Documents that the last complete delivery held; None if that is not known here.
        failures: Attempts since that did not succeed.
        message: What went wrong, or what was held back.
        remarks: (uri, reason) of what could not be read or was not accepted.
    """

    outcome: Outcome = "never"
    attempted_at: float = 0.0
    succeeded_at: float = 0.0
    known_since: float = 0.0
    declaration: str = ""
    documents: int = 0
    left_out: int = 0
    held_documents: int | None = None
    failures: int = 0
    message: str = ""
    remarks: tuple[tuple[str, str], ...] = ()


class SourceFolder:
    """The folder in which what belongs to one source is kept.

    Args:
        root: Folder of all sources.
        tenant: The tenant.
        source_id: The source.
    """

    def __init__(self, root: Path, tenant: str, source_id: str) -> None:
        self.path = root / tenant / source_id

    def load(self) -> SourceState:
        """Reads the state; a new one if there is none that can be read."""
        try:
            stored = json.loads((self.path / "state.json").read_text(encoding="utf-8"))
            remarks = tuple((str(uri), str(reason)) for uri, reason in stored["remarks"])
            return SourceState(**{**stored, "remarks": remarks})
        except (OSError, ValueError, TypeError, KeyError):
            return SourceState()

    def save(self, state: SourceState) -> None:
        """Writes the state, whole or not at all."""
        self.path.mkdir(parents=True, exist_ok=True)
        partial = self.path / "state.partial"
        partial.write_text(json.dumps(dataclasses.asdict(state)), encoding="utf-8")
        partial.replace(self.path / "state.json")

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Holds the source, so that nobody else reads it at the same time.

        Raises:
            CommandFailed: Somebody does, or nothing can be written here.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise CommandFailed(
                f"{self.path} cannot be written ({error.strerror}); free it, or set CAUSEWAY_DATA."
            ) from None
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise CommandFailed(
                    "It is being read right now, by another process; wait for that one to end."
                ) from None
            yield
        finally:
            os.close(descriptor)
