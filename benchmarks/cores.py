"""Keeps what is measured and what measures it on different cores."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cores:
    """Who runs where.

    Attributes:
        measured: The core of what is measured; None where there is nothing to choose.
        load: The core of the load generator and the upstream.
    """

    measured: int | None
    load: int | None

    @classmethod
    def of_this_machine(cls) -> Cores:
        """The first allowed core for what is measured, the last for the load; neither with one core."""
        if not hasattr(os, "sched_getaffinity"):
            return cls(None, None)
        allowed = sorted(os.sched_getaffinity(0))
        return cls(allowed[0], allowed[-1]) if len(allowed) > 1 else cls(None, None)

    def __str__(self) -> str:
        if self.measured is None:
            return "not pinned: there is one core, or no way to choose"
        return f"measured processes on core {self.measured}; load generator and upstream on core {self.load}"


def pin(core: int | None) -> None:
    """Keeps this process and whatever it starts from now on to one core; None changes nothing."""
    if core is not None:
        os.sched_setaffinity(0, {core})


def pin_processes(core: int | None, pids: Iterable[int]) -> None:
    """Keeps running processes with all their threads to one core; None changes nothing."""
    if core is None:
        return
    for pid in pids:
        for thread in Path(f"/proc/{pid}/task").glob("[0-9]*"):
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(int(thread.name), {core})
