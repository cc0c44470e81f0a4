"""Reads from /proc what memory this process uses."""

from __future__ import annotations

from pathlib import Path


def private_mib() -> float:
    """Memory that belongs to this process alone, in MiB; pages of mapped files do not count."""
    return _status("RssAnon")


def resident_mib_here() -> float:
    """Memory that this process holds, pages of mapped files included, in MiB."""
    return _status("VmRSS")


def peak_mib() -> float:
    """The most that this process ever held, in MiB."""
    return _status("VmHWM")


def _status(field: str) -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return int(value.split()[0]) / 1024
    raise KeyError(field)
