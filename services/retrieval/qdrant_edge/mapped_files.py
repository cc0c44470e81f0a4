"""Maps the passages of a build into this process before the first search reads them.

The engine reads its files through memory maps. It maps in vectors and graphs by itself, but not what passages
say. The first touch of each part of that is a fault that the kernel has to answer: 0.09 ms each on a virtual
machine within another, and up to eight of them in a search that finds passages which nobody was shown before.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from libs.common.logs import logger

log = logger(__name__)

_POPULATE_READ = 22
"""MADV_POPULATE_READ of madvise(2), since Linux 5.14."""
_MAPS = Path("/proc/self/smaps")
_PASSAGES = "/payload_storage/"
_MEMORY = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")
_SHARE = 0.5
"""Share of the memory left that a build may take: more of it would push out what others need."""


def map_in(folder: Path) -> int:
    """Maps in the passages of a shard below a folder, as far as the system can and memory suffices.

    Returns:
        Bytes that were mapped in; 0 where the pages come one by one, as searches touch them.
    """
    if not sys.platform.startswith("linux"):
        return 0
    try:
        regions = list(_regions(folder))
        size, left = sum(length for _, length in regions), memory_left()
    except (OSError, ValueError) as error:
        log.debug("build_not_mapped_in", reason=str(error))
        return 0
    if size > _SHARE * left:
        log.info("build_not_mapped_in", reason="memory", mib=size >> 20, left_mib=left >> 20)
        return 0
    advise = ctypes.CDLL(None, use_errno=True).madvise
    for start, length in regions:
        if advise(ctypes.c_void_p(start), ctypes.c_size_t(length), _POPULATE_READ):
            log.debug("build_not_mapped_in", reason=os.strerror(ctypes.get_errno()))
            return 0
    return size


def memory_left(memory: Path = _MEMORY, group: Path = _GROUP) -> int:
    """Returns the bytes that the machine, and the container where there is one, still have.

    Raises:
        OSError: The kernel does not tell.
        ValueError: It tells it in a way that is not known.
    """
    available = [line.split() for line in memory.read_text().splitlines() if line.startswith("MemAvailable:")]
    left = int(available[0][1]) * 1024 if available else 0
    limit = group / "memory.max"
    if limit.exists() and (most := limit.read_text().strip()) != "max":
        left = min(left, int(most) - int((group / "memory.current").read_text()))
    return left


def _regions(folder: Path) -> Iterator[tuple[int, int]]:
    """Yields the beginning and the length of every map of passages that searches read."""
    within, region = f"{folder.resolve()}/", (0, 0)
    for line in _MAPS.read_text().splitlines():
        head, *rest = line.split(maxsplit=5)
        if head == "VmFlags:":
            # The engine maps each file twice, once to be read from end to end ("sr"), as no search does.
            if region[1] and "rd" in rest and "sr" not in line.split():
                yield region
        elif not head.endswith(":"):
            path = rest[4] if len(rest) > 4 else ""
            start, end = (int(number, 16) for number in head.split("-"))
            region = (start, end - start) if path.startswith(within) and _PASSAGES in path else (0, 0)
