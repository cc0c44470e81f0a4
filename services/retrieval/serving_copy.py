"""Gives a serving process files of its own of a published build, and takes away what dead ones left."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from libs.common.logs import logger
from services.retrieval.build import Build, BuildRefused, check_files

log = logger(__name__)

_LINKED_FROM_BYTES = 64 * 1024
"""Smaller files are copied: the engine rewrites some of them when it loads. The larger ones, which
hold vectors, graphs and payloads, change only with an update, and a served build has none."""

_LOCK = ".lock"


class ServingCopies:
    """Private folders below one root, this process's own being removed with it.

    Several processes, in several containers too, may share the root: whoever lives holds a lock on
    its folder, so that a process number that comes back is not mistaken for the dead one's.

    Args:
        root: Folder on the same file system as the builds, so that large files need not be copied.
    """

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        with _locked(root / _LOCK):
            _sweep(root)
            self._own = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=root))
            self._life = (self._own / _LOCK).open("wb")
            fcntl.flock(self._life, fcntl.LOCK_EX)

    def take(self, build: Build) -> Path:
        """Returns a folder with the build's files, each checked against its digest.

        Raises:
            BuildRefused: A file is missing or damaged, or could not be copied.
        """
        folder = self._own / f"{build.index_version}-{build.revision}-{build.pointer.digest[:8]}"
        try:
            _copy(build, folder)
            check_files(build, folder)
        except OSError as error:
            self.drop(folder)
            raise BuildRefused(f"Build {build.revision} could not be copied ({error}).") from error
        except BuildRefused:
            self.drop(folder)
            raise
        return folder

    def drop(self, folder: Path) -> None:
        """Removes a folder that `take` returned."""
        shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Removes everything that this process took."""
        shutil.rmtree(self._own, ignore_errors=True)
        self._life.close()


def _copy(build: Build, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name in build.files:
        source, target = build.path / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.stat().st_size < _LINKED_FROM_BYTES or not _linked(source, target):
            shutil.copyfile(source, target)


def _linked(source: Path, target: Path) -> bool:
    try:
        target.hardlink_to(source)
    except FileNotFoundError:
        raise
    except OSError:  # another file system, or one without links
        return False
    return True


def _sweep(root: Path) -> None:
    for folder in root.iterdir():
        if folder.is_dir() and not _alive(folder):
            log.info("left_serving_copy_removed", path=str(folder))
            shutil.rmtree(folder, ignore_errors=True)


def _alive(folder: Path) -> bool:
    try:
        with (folder / _LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
