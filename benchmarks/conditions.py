"""Under which conditions figures were measured."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGES = (
    "aiohttp",
    "fastembed",
    "grpcio",
    "httptools",
    "onnxruntime",
    "orjson",
    "protobuf",
    "qdrant-edge-py",
    "starlette",
    "uvicorn",
    "uvloop",
)
"""Those whose version changes the figures."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """The machine, the software, and how busy the machine was.

    Attributes:
        date: UTC, RFC 3339.
        commit: The checkout's commit; `+` where files differ from it.
        cores: Processors that this process may use.
        processor: The processor's name.
        memory_gib: Memory of the machine.
        kernel: Operating system and release.
        python: Version of the interpreter.
        packages: Versions of the packages that matter.
        load: Processes that ran or waited in the last minute, before the run.
        affinity: Who ran on which core.
    """

    date: str
    commit: str
    cores: int
    processor: str
    memory_gib: float
    kernel: str
    python: str
    packages: Mapping[str, str]
    load: float
    affinity: str


def observe(root: Path, date: str, affinity: str) -> Conditions:
    """Looks at the machine and the checkout in a folder."""
    return Conditions(
        date=date,
        commit=_commit(root),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        processor=_processor(),
        memory_gib=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        kernel=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        packages={name: version_of(name) for name in PACKAGES},
        load=load_now(),
        affinity=affinity,
    )


def load_now() -> float:
    """The machine's load over the last minute."""
    return round(os.getloadavg()[0], 2)


def version_of(package: str) -> str:
    """The installed version of a package."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def _commit(root: Path) -> str:
    commit = _git(root, "rev-parse", "--short", "HEAD")
    if not commit:
        return "unknown"
    return commit + ("+" if _git(root, "status", "--porcelain", "--untracked-files=no") else "")


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "--no-optional-locks", *arguments], cwd=root, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
