"""Replays the stages of the Dockerfile in plain folders, without an engine.

Each stage becomes a folder that stands for `/`. COPY copies just what it names (and only if .dockerignore lets it in).
Each command of a RUN is really run, with absolute paths moved below that folder; commands that only concern the
machine (users, ownership, bytecode, the distribution's packages) are left out. Stages that install or build are kept in .causeway-test/images under
a hash of their steps and of every byte that they copied; what starts from an image elsewhere starts empty.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.deploy.dockerfile import Copy, Dockerfile, Stage, context_paths, is_in_context, read_copy

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".causeway-test" / "images"

_OF_THE_MACHINE = frozenset({"groupadd", "useradd", "apt-get"})
# Bytecode makes a container start sooner, and a test wait longer.
_LEFT_OUT = frozenset({"--compile-bytecode", "--no-cache", "--no-cache-dir"})


class NotInContext(AssertionError):
    """A COPY names what the build would not see."""


class Replay:
    """The stages of one Dockerfile, as folders.

    Args:
        dockerfile: What to replay.
        root: The build context.
    """

    def __init__(self, dockerfile: Dockerfile, root: Path = ROOT) -> None:
        self._dockerfile = dockerfile
        self._root = root
        self._context = context_paths(root)

    def build(self, name: str, folder: Path) -> Path:
        """Makes one stage in a folder, which must not exist; returns it."""
        folder.mkdir(parents=True)
        workdir = "/"
        for stage in self._dockerfile.lineage(name):
            for keyword, rest in stage.instructions:
                if keyword == "WORKDIR":
                    workdir = rest
                    _below(folder, workdir).mkdir(parents=True, exist_ok=True)
                elif keyword == "COPY":
                    self._copy(read_copy(rest), folder, workdir)
                elif keyword == "RUN":
                    self._run(rest, folder, workdir, self._dockerfile.environment(name))
        return folder

    def kept(self, name: str) -> Path:
        """Returns a stage's folder from the cache, building it first if need be."""
        CACHE.mkdir(parents=True, exist_ok=True)
        folder = CACHE / f"{name}-{self.fingerprint(name)}"
        with _alone(CACHE / f".{name}.lock"):
            if not folder.exists():
                for stale in CACHE.glob(f"{name}-*"):
                    shutil.rmtree(stale)
                # Built in place, because a virtual environment cannot be moved; a failure leaves nothing.
                try:
                    self.build(name, folder)
                except BaseException:
                    shutil.rmtree(folder, ignore_errors=True)
                    raise
        return folder

    def fingerprint(self, name: str) -> str:
        """Changes with every step of the stage and every byte that it copies."""
        digest = hashlib.sha256(sys.version.encode())
        for stage in self._dockerfile.lineage(name):
            for keyword, rest in stage.instructions:
                digest.update(f"{keyword} {rest}\n".encode())
                if keyword == "COPY":
                    self._digest_copy(read_copy(rest), digest)
        return digest.hexdigest()[:16]

    def _digest_copy(self, copy: Copy, digest: hashlib._Hash) -> None:
        if copy.stage:
            digest.update(self.fingerprint(copy.stage).encode())
            return
        for source in copy.sources:
            for path in _files(self._root / source):
                digest.update(f"{path.relative_to(self._root)}\n".encode() + path.read_bytes())

    def _copy(self, copy: Copy, folder: Path, workdir: str) -> None:
        target = _below(folder, copy.target if copy.target.startswith("/") else f"{workdir}/{copy.target}")
        for source in copy.sources:
            if copy.stage:
                _link(_below(self.kept(copy.stage), source), target)
                continue
            if not is_in_context(source, self._context):
                raise NotInContext(f"COPY {source}: .dockerignore keeps it out of the build")
            found = self._root / source
            as_folder = copy.target.endswith("/") and found.is_file()
            _take(found, target / found.name if as_folder else target)

    def _run(self, rest: str, folder: Path, workdir: str, environment: dict[str, str]) -> None:
        variables = {**os.environ, **_index(), "PATH": _path(folder, environment)}
        for command in rest.split("&&"):
            words = [word for word in shlex.split(command) if word not in _LEFT_OUT]
            if words[0] in _OF_THE_MACHINE or words[:3] == ["python", "-m", "compileall"]:
                continue
            if words[:2] == ["install", "--directory"]:
                for path in words[2:]:
                    if path.startswith("/"):
                        _below(folder, path).mkdir(parents=True, exist_ok=True)
                continue
            words = [str(_below(folder, word)) if word.startswith("/") else word for word in words]
            done = subprocess.run(
                words, cwd=_below(folder, workdir), env=variables, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"RUN {command}\n{done.stdout}{done.stderr}"


def _below(folder: Path, path: str) -> Path:
    return folder / path.lstrip("/")


def _path(folder: Path, environment: dict[str, str]) -> str:
    """The image's PATH below the folder, then this machine's in place of its system."""
    own = [str(_below(folder, part)) for part in environment.get("PATH", "").split(":") if part]
    # Node comes with the project's own virtual environment.
    return ":".join([*own, str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def _index() -> dict[str, str]:
    """Points uv to the package index that pip is configured for, as scripts/setup.sh does."""
    if os.environ.get("UV_DEFAULT_INDEX"):
        return {}
    asked = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    found = (
        os.environ.get("PIP_INDEX_URL")
        or subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    )
    return {"UV_DEFAULT_INDEX": found} if found else {}


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    for one in sorted(path.rglob("*")):
        if one.is_file() and "__pycache__" not in one.parts:
            yield one


def _take(source: Path, target: Path) -> None:
    if not source.exists():
        raise NotInContext(f"COPY {source}: there is no such file")
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_file():
        shutil.copyfile(source, target)
    else:
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)


def _link(source: Path, target: Path) -> None:
    """Stands for a copy out of another stage: hundreds of megabytes that nobody writes to."""
    assert source.exists(), f"COPY --from: {source} was not made"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(source, target_is_directory=source.is_dir())


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def stages_of_images(dockerfile: Dockerfile) -> list[Stage]:
    """The stages that say how they are run: the images."""
    return [stage for name, stage in dockerfile.stages.items() if dockerfile.command(name)]
