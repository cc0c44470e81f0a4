"""Reads what processes have cost from /proc."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

_TICK_MS = 1000.0 / os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
_PARENT, _USER_TICKS, _SYSTEM_TICKS = 1, 11, 12
"""Places of the fields in /proc/<pid>/stat after the command's name, see proc(5)."""


def cpu_ms(pids: Iterable[int]) -> float:
    """Milliseconds of CPU that processes have taken, user and system; one that is gone counts nothing.

    The kernel scales the two so that their sum is exact; each is rounded to a tick of 10 ms.
    """
    total = 0.0
    for pid in pids:
        fields = _stat(pid)
        if fields:
            total += (int(fields[_USER_TICKS]) + int(fields[_SYSTEM_TICKS])) * _TICK_MS
    return total


def resident_mib(pids: Iterable[int]) -> float:
    """Memory that processes hold, in MiB, shared pages counted in each."""
    page = os.sysconf("SC_PAGE_SIZE")
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            total += int((_PROC / str(pid) / "statm").read_text().split()[1]) * page
    return total / 2**20


def descendants(pid: int) -> list[int]:
    """A process and everything that it has started and that still runs."""
    children: dict[int, list[int]] = {}
    for child, parent in _parents():
        children.setdefault(parent, []).append(child)
    found = [pid]
    for one in found:
        found += children.get(one, ())
    return found


def module_of(pid: int) -> str:
    """The module that a process runs (`python -m <module>`); empty where it is something else."""
    try:
        words = (_PROC / str(pid) / "cmdline").read_text().split("\0")
    except OSError:
        return ""
    return words[words.index("-m") + 1] if "-m" in words else ""


class CpuMeter:
    """Measures what groups of processes take between its making and each reading.

    Args:
        groups: Process ids by a group's name.
    """

    def __init__(self, groups: Mapping[str, Iterable[int]]) -> None:
        self._groups = {name: tuple(pids) for name, pids in groups.items()}
        self._before = self._now()

    def read(self) -> dict[str, float]:
        """Milliseconds of CPU of each group since the start."""
        return {name: now - self._before[name] for name, now in self._now().items()}

    def _now(self) -> dict[str, float]:
        return {name: cpu_ms(pids) for name, pids in self._groups.items()}


def _parents() -> Iterator[tuple[int, int]]:
    for entry in _PROC.glob("[0-9]*"):
        fields = _stat(int(entry.name))
        if fields:
            yield int(entry.name), int(fields[_PARENT])


def _stat(pid: int) -> list[str]:
    """The fields after the command's name, which may itself hold spaces and parentheses."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
