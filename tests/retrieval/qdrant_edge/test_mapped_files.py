"""The passages of a build are in the process's memory before it is searched."""

from __future__ import annotations

import mmap
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.retrieval.qdrant_edge import mapped_files
from services.retrieval.qdrant_edge.mapped_files import map_in, memory_left
from services.retrieval.serving_copy import ServingCopies
from tests.retrieval.example_passages import build_index, example, open_index

SIZE = 8 * 1024 * 1024

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="maps are told by Linux alone")


PASSAGES = Path("shard", "segments", "a", "payload_storage", "page_0.dat")


@contextmanager
def opened(path: Path, advice: int = mmap.MADV_RANDOM) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(bytes(SIZE))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        mapped.madvise(advice)
        yield


def resident(path: Path) -> int:
    """Bytes of a file that are in this process's page tables."""
    own, found = False, 0
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if "-" in line.split(" ")[0]:
            own = line.endswith(str(path))
        elif own and line.startswith("Rss:"):
            found += int(line.split()[1]) * 1024
    return found


def test_passages_below_the_folder_are_mapped_in_and_nothing_else(tmp_path: Path) -> None:
    own, other = tmp_path / "build" / PASSAGES, tmp_path / "build2" / PASSAGES
    vectors = tmp_path / "build" / "shard" / "vectors"
    with opened(own), opened(other), opened(vectors):
        assert resident(own) < SIZE
        assert map_in(tmp_path / "build") == SIZE
        assert resident(own) == SIZE
        assert resident(other) + resident(vectors) < SIZE


def test_of_a_file_that_is_mapped_twice_what_searches_read_is_mapped_in(tmp_path: Path) -> None:
    with opened(tmp_path / PASSAGES), opened(tmp_path / PASSAGES, mmap.MADV_SEQUENTIAL):
        assert map_in(tmp_path) == SIZE


def test_an_index_that_is_opened_has_its_passages_in_memory(tmp_path: Path) -> None:
    copies = ServingCopies(tmp_path / "serving")
    index = open_index(copies, build_index(tmp_path / "index", [example("The radio.")]))
    try:
        assert map_in(tmp_path / "serving") > 0
    finally:
        index.close()
        copies.close()


def test_a_folder_that_nobody_opened_is_nothing(tmp_path: Path) -> None:
    assert map_in(tmp_path) == 0


def test_a_build_that_would_take_most_of_the_memory_is_left_to_its_searches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapped_files, "memory_left", lambda: SIZE)
    with opened(tmp_path / PASSAGES):
        assert map_in(tmp_path) == 0
        assert resident(tmp_path / PASSAGES) < SIZE


def test_a_kernel_that_does_not_tell_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapped_files, "_MAPS", tmp_path / "nowhere")
    assert map_in(tmp_path) == 0


def test_an_old_kernel_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapped_files, "_POPULATE_READ", 12345)
    with opened(tmp_path / PASSAGES):
        assert map_in(tmp_path) == 0


@pytest.mark.parametrize(
    ("most", "left"), [(None, 3_072_000), ("max", 3_072_000), ("2000", 1500), ("9999999999", 3_072_000)]
)
def test_a_containers_limit_counts_as_the_machines_memory_does(
    tmp_path: Path, most: str | None, left: int
) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 9000 kB\nMemAvailable: 3000 kB\n")
    if most is not None:
        (tmp_path / "memory.max").write_text(f"{most}\n")
        (tmp_path / "memory.current").write_text("500\n")

    assert memory_left(tmp_path / "meminfo", tmp_path) == left
