"""Environments of their own for the published client: what a team gets that installs it."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DISTRIBUTION = ROOT / "clients/python"
REQUIREMENTS = ROOT / "requirements/clients.txt"
UV = Path(sys.executable).with_name("uv")
INSTALL_SECONDS = 100


def run(*command: str | Path, seconds: float = 60, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command outside the repository's own Python."""
    inherited = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT / "tests/clients/programs",
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def build_wheel(folder: Path) -> Path:
    """Builds the distribution as `pip install ./clients/python` does."""
    done = run(UV, "build", "--quiet", "--wheel", "--offline", "--no-config", "-o", folder, DISTRIBUTION)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


def new_environment(folder: Path) -> Path:
    """Makes an empty virtual environment; returns its Python."""
    done = run(UV, "venv", "--quiet", "--clear", "--no-config", "--python", sys.executable, folder)
    assert done.returncode == 0, done.stderr
    return folder / "bin/python"


def install(python: Path, *what: str | Path, seconds: float = INSTALL_SECONDS) -> None:
    """Installs without looking for what these need.

    Raises:
        AssertionError: It failed; says how.
    """
    index = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("PIP_INDEX_URL") or _configured_index()
    extra = {"UV_DEFAULT_INDEX": index} if index else {}
    command = (UV, "pip", "install", "--quiet", "--no-config", "--no-deps", "--python", python, *what)
    done = run(*command, seconds=seconds, **extra)
    assert done.returncode == 0, done.stderr


def link_locked(python: Path, names: Sequence[str]) -> set[str]:
    """Puts distributions of the locked environment, and all that they need, into another; returns their names.

    Nothing is downloaded, and what is not declared is not there.
    """
    done = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    target = Path(done.stdout.strip())
    linked: set[str] = set()
    waiting = list(names)
    while waiting:
        name = _normal(waiting.pop())
        if name in linked:
            continue
        linked.add(name)
        found = importlib.metadata.distribution(name)
        top = {Path(file.parts[0]) for file in found.files or () if file.parts[0] not in {"..", "bin"}}
        home = Path(str(found.locate_file("")))
        for entry in top - {Path("__pycache__")}:
            _link(home / entry, target / entry)
        waiting += [_name(each) for each in found.requires or () if "extra ==" not in each and _applies(each)]
    return linked


def frameworks_environment() -> Path:
    """The Python of an environment with the client's extras, made anew when their versions change.

    It is kept in `.causeway-test`. Where the registry cannot be reached, the test is skipped.
    """
    home = ROOT / ".causeway-test"
    home.mkdir(exist_ok=True)
    stamp = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    folder = home / "clients"
    with (home / "clients.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = folder / ".ready"
        if not ready.exists() or ready.read_text() != stamp:
            shutil.rmtree(folder, ignore_errors=True)
            python = new_environment(folder)
            try:
                install(python, "--require-hashes", "-r", REQUIREMENTS)
            except (AssertionError, subprocess.TimeoutExpired) as failed:
                pytest.skip(f"the frameworks could not be installed: {str(failed)[-300:]}")
            ready.write_text(stamp)
    return folder / "bin/python"


def _configured_index() -> str:
    """The mirror that pip is configured for, as in scripts/setup.sh."""
    return run(sys.executable, "-m", "pip", "config", "get", "global.index-url").stdout.strip()


def _link(source: Path, target: Path) -> None:
    # Several distributions may share a namespace folder, such as google/.
    if source.is_dir() and not (source / "__init__.py").exists() and source.suffix != ".dist-info":
        target.mkdir(exist_ok=True)
        for entry in source.iterdir():
            _link(entry, target / entry.name)
    elif not target.exists():
        target.symlink_to(source)


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return found.group()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _applies(requirement: str) -> bool:
    from packaging.requirements import Requirement

    marker = Requirement(requirement).marker
    return marker is None or marker.evaluate({"extra": ""})
