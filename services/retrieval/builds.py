"""The folder of builds of one index version, and the pointer to the one that is published."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import orjson

from libs.common.logs import logger
from services.retrieval.build import MANIFEST, Build, BuildRefused, Pointer, check_files, describe, read_build

log = logger(__name__)

KEPT_BUILDS = 2
"""Builds that stay on disk, so that a process that is just opening one does not lose it."""

_POINTER = "current.json"
_PARTIAL = ".partial"


class BuildFolder:
    """The builds of one index version: `builds/<revision>/` and the pointer `current.json`.

    One process at a time writes here, the ingest worker: `begin`, `seal`, `publish`, `prune`, and
    `recover` when it starts. Any number of processes read.

    Args:
        root: Folder of all index versions.
        index_version: Name of this one.
    """

    def __init__(self, root: Path, index_version: str) -> None:
        self._folder = root / index_version
        self._builds = self._folder / "builds"
        self._index_version = index_version

    def free_bytes(self) -> int:
        """Returns how much room there is for another build."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self._folder).free

    def begin(self, revision: int) -> Path:
        """Returns a new, empty folder to make a build in; `seal` finishes it, `abandon` drops it."""
        path = self._partial(revision)
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path

    def seal(self, revision: int, embedder: str, tenants: dict[str, int]) -> Build:
        """Finishes the build in the folder of `begin`: describes it, forces it to disk, names it.

        Args:
            revision: The content revision that it serves.
            embedder: Identity of the embedder whose vectors it holds.
            tenants: Passages of each tenant.
        """
        partial, target = self._partial(revision), self._path(revision)
        description = describe(partial, self._index_version, revision, embedder, tenants)
        _write_durably(partial / MANIFEST, description)
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
        _sync_folder(self._builds)
        return read_build(target)

    def abandon(self, revision: int) -> None:
        """Removes what `begin` and a failed builder left."""
        shutil.rmtree(self._partial(revision), ignore_errors=True)

    def publish(self, build: Build) -> None:
        """Makes a build the one to serve, in one step that is seen whole or not at all."""
        pointer = {"revision": build.revision, "digest": build.pointer.digest}
        _write_durably(self._folder / _POINTER, orjson.dumps(pointer))

    def pointer(self) -> Pointer | None:
        """Returns what is published, without opening it; None before the first build.

        Raises:
            BuildRefused: The pointer is damaged.
        """
        try:
            document = orjson.loads((self._folder / _POINTER).read_bytes())
            return Pointer(int(document["revision"]), str(document["digest"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BuildRefused(f"{_POINTER} cannot be read ({error}).") from error

    def open(self, pointer: Pointer) -> Build:
        """Returns the build that a pointer names; `check_files` looks into its files.

        Raises:
            BuildRefused: It is missing, damaged, or not the one that the pointer means.
        """
        build = read_build(self._path(pointer.revision))
        if build.pointer != pointer:
            raise BuildRefused(f"Build {pointer.revision} is not the one that was published.")
        return build

    def recover(self) -> Build | None:
        """Removes half-made builds and checks every file of the published one.

        Returns:
            What is published and whole; None when the index has to be built (again).
        """
        for path in self._builds.glob(f"*{_PARTIAL}"):
            log.info("half_made_build_removed", path=str(path))
            shutil.rmtree(path, ignore_errors=True)
        try:
            pointer = self.pointer()
            if pointer is None:
                return None
            build = self.open(pointer)
            check_files(build, build.path)
        except BuildRefused as error:
            log.warning("published_build_refused", index_version=self._index_version, reason=str(error))
            return None
        return build

    def holds(self, revision: int) -> bool:
        """Whether a revision is published and all of its files are there; their content is not looked at."""
        try:
            pointer = self.pointer()
            if pointer is None or pointer.revision != revision:
                return False
            build = self.open(pointer)
        except BuildRefused:
            return False
        return all((build.path / name).is_file() for name in build.files)

    def prune(self, keep: int = KEPT_BUILDS) -> None:
        """Removes all but the newest builds and the published one."""
        try:
            pointer = self.pointer()
        except BuildRefused:
            return
        published = pointer.revision if pointer else None
        revisions = sorted((int(p.name) for p in self._builds.glob("*") if p.name.isdigit()), reverse=True)
        for revision in revisions[keep:]:
            if revision != published:
                shutil.rmtree(self._path(revision), ignore_errors=True)

    def _path(self, revision: int) -> Path:
        return self._builds / str(revision)

    def _partial(self, revision: int) -> Path:
        return self._builds / f"{revision}{_PARTIAL}"


def _write_durably(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + _PARTIAL)
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
