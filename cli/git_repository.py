"""Reads the documents of a branch of a git repository, from a shallow copy without a work tree.

Nothing of the repository is ever run or laid out as files: no hook, no filter, no link, no submodule.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cli.document import MAX_BYTES, Reading, Remark, SourceDocument
from cli.formats import reason_left_out, type_of_file
from cli.globs import wanted
from cli.output import CommandFailed
from libs.common.settings import environment
from libs.common.source import GitSource

_HEAD = "refs/causeway/head"
_FETCH_SECONDS = 900
_LOOK_SECONDS = 120
_SAFETY = {
    "GIT_ALLOW_PROTOCOL": "file:http:https:ssh",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_SSH_COMMAND": "ssh -o BatchMode=yes",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C",
}
_OPTIONS = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "gc.auto=0")
_FILE, _EXECUTABLE, _LINK, _MODULE = "100644", "100755", "120000", "160000"
_BROKEN = ("corrupt", "bad object", "missing", "not a git repository", "unable to read")
"""What git says of a copy that is damaged."""
_LFS = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True, slots=True)
class _Entry:
    mode: str
    blob: str
    size: int
    path: str


class GitRepository:
    """A shallow copy of one branch.

    Args:
        folder: Where the copy is kept; it is made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._reading = threading.Lock()
        self._blobs: subprocess.Popen[bytes] | None = None

    def fetch(self, source: GitSource) -> str:
        """Brings the copy up to date, and returns the commit.

        Raises:
            CommandFailed: The repository or the branch is not there, or git is not.
        """
        try:
            self._update(source)
        except CommandFailed as failure:
            if not self._is_broken(str(failure)):
                raise
            shutil.rmtree(self._folder)  # a new copy is one commit
            self._update(source)
        return self._git("rev-parse", "--verify", f"{_HEAD}^{{commit}}").decode().strip()

    def _update(self, source: GitSource) -> None:
        if not (self._folder / "HEAD").exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._git("init", "--quiet", "--bare", "--template=", ".")
        address = f"file://{source.repository}" if source.repository.startswith("/") else source.repository
        wanted_ref = f"refs/heads/{source.branch}" if source.branch else "HEAD"
        self._git(
            "fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--force", "--prune",
            address, f"+{wanted_ref}:{_HEAD}",
            patience=_FETCH_SECONDS,
        )  # fmt: skip

    def _is_broken(self, complaint: str) -> bool:
        """Whether the copy itself is at fault: it was left in the middle of something, or is damaged."""
        return any(self._folder.glob("*.lock")) or any(word in complaint for word in _BROKEN)

    def read(self, source: GitSource) -> Reading:
        """Lists the documents of the commit that was fetched last.

        Raises:
            CommandFailed: The folder is not there.
        """
        documents: list[SourceDocument] = []
        left_out: list[Remark] = []
        for entry in self._entries(source.folder.strip("/")):
            if any(name.startswith(".") for name in entry.path.split("/")):
                continue
            if not wanted(entry.path, source.include, source.exclude):
                continue
            reason = _reason(entry)
            if not reason and entry.size < 1024 and self._blob(entry.blob).startswith(_LFS):
                reason = "is kept in Git LFS, not in the repository"
            if reason:
                left_out.append(Remark(entry.path, reason))
            else:
                content_type = type_of_file(entry.path)
                reader = partial(self._blob, entry.blob)
                documents.append(SourceDocument(entry.path, content_type, entry.size, reader))
        return Reading(tuple(sorted(documents, key=lambda d: d.uri)), tuple(left_out))

    def close(self) -> None:
        """Ends the process that reads blobs, if there is one."""
        with self._reading:
            process, self._blobs = self._blobs, None
            if process is not None:
                process.kill()
                process.communicate()

    def _entries(self, folder: str) -> Iterator[_Entry]:
        try:
            listed = self._git("ls-tree", "-r", "-z", "-l", "--full-tree", f"{_HEAD}:{folder}")
        except CommandFailed as error:
            raise CommandFailed(f"The repository has no folder {folder!r} in that branch.") from error
        for line in listed.split(b"\0"):
            if not line:
                continue
            facts, _, path = line.partition(b"\t")
            mode, _, blob, size = facts.decode().split()
            length = int(size) if size.isdecimal() else 0
            yield _Entry(mode, blob, length, path.decode(errors="surrogateescape"))

    def _blob(self, name: str) -> bytes:
        with self._reading:
            if self._blobs is None:
                self._blobs = subprocess.Popen(  # noqa: S603 - git itself, with our words alone
                    self._command("cat-file", "--batch"),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=git_environment(environment()),
                )
            process = self._blobs
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{name}\n".encode())
            process.stdin.flush()
            answer = process.stdout.readline().split()
            if len(answer) != 3:
                raise OSError(f"git does not hold {name}")
            content = process.stdout.read(int(answer[2]))
            process.stdout.read(1)
            return content

    def _command(self, *arguments: str) -> list[str]:
        return ["git", f"--git-dir={self._folder}", *_OPTIONS, *arguments]

    def _git(self, *arguments: str, patience: float = _LOOK_SECONDS) -> bytes:
        try:
            done = subprocess.run(  # noqa: S603 - git itself; the declaration allows no options in its words
                self._command(*arguments),
                cwd=self._folder,
                env=git_environment(environment()),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=patience,
                check=False,
            )
        except FileNotFoundError:
            raise CommandFailed("git is not installed; install it to read git sources.") from None
        except subprocess.TimeoutExpired:
            raise CommandFailed(f"git {arguments[0]} took longer than {patience:.0f} seconds.") from None
        if done.returncode != 0:
            raise CommandFailed(_complaint(done.stderr))
        return done.stdout


def git_environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """Git's environment: the caller's, with plain protocols only and nobody to ask for a password.

    Variables that would lead git to another repository are left behind. The operator's own ssh command stays.
    """
    kept = {
        k: v
        for k, v in inherited.items()
        if not k.startswith("GIT_") or k in {"GIT_SSH_COMMAND", "GIT_ASKPASS"}
    }
    return {
        **_SAFETY,
        **kept,
        "GIT_ALLOW_PROTOCOL": _SAFETY["GIT_ALLOW_PROTOCOL"],
        "GIT_TERMINAL_PROMPT": "0",
    }


def _reason(entry: _Entry) -> str:
    if entry.mode == _MODULE:
        return "is a submodule; declare it as a source of its own"
    if entry.mode == _LINK:
        return "is a link"
    if entry.mode not in (_FILE, _EXECUTABLE, "100664"):
        return "is not a regular file"
    try:
        entry.path.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8; rename it"
    if not type_of_file(entry.path):
        return reason_left_out(entry.path)
    return f"is larger than {MAX_BYTES // 1024 // 1024} MiB" if entry.size > MAX_BYTES else ""


def _complaint(stderr: bytes) -> str:
    lines = [line.strip() for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    said = next((line for line in reversed(lines) if line.startswith(("fatal:", "error:"))), "")
    said = said.partition(": ")[2] or (lines[-1] if lines else "no reason given")
    return f"git says: {said}"
