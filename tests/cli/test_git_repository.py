"""Documents of a git repository: a bare one on disk stands for the server."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.git_repository import GitRepository, git_environment
from cli.output import CommandFailed
from libs.common.source import GitSource


class Remote:
    """A repository to fetch from, and a work tree to change it."""

    def __init__(self, root: Path) -> None:
        self.bare = root / "remote.git"
        self.tree = root / "tree"
        self._git(root, "init", "-q", "--bare", "-b", "main", str(self.bare))
        self._git(root, "init", "-q", "-b", "main", str(self.tree))

    def commit(self, files: dict[str, str | None]) -> None:
        for name, text in files.items():
            path = self.tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text)
        self._git(self.tree, "add", "-A")
        self.push()

    def push(self, branch: str = "main") -> None:
        self._git(self.tree, "commit", "-q", "--allow-empty", "-m", "change")
        self._git(self.tree, "push", "-q", str(self.bare), f"HEAD:{branch}")

    def _git(self, where: Path, *arguments: str) -> None:
        identity = {"GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@x", "GIT_COMMITTER_NAME": "t",
                    "GIT_COMMITTER_EMAIL": "t@x", "GIT_CONFIG_GLOBAL": "/dev/null", "PATH": os.environ["PATH"]}  # fmt: skip
        subprocess.run(["git", *arguments], cwd=where, env=identity, check=True, capture_output=True)


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    return Remote(tmp_path)


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[GitRepository]:
    repository = GitRepository(tmp_path / "copy.git")
    yield repository
    repository.close()


def source(remote: Remote, **fields: Any) -> GitSource:
    return GitSource.model_validate({"id": "s", "kind": "git", "repository": str(remote.bare), **fields})


def test_the_documents_of_the_branch_are_read_with_their_content(remote: Remote, copy: GitRepository) -> None:
    remote.commit({"README.md": "# Read me", "docs/a.md": "älter", "docs/logo.png": "x", ".github/b.md": "x"})
    copy.fetch(source(remote))

    reading = copy.read(source(remote))

    assert [(d.uri, d.content_type, d.size) for d in reading.documents] == [
        ("README.md", "text/markdown", 9),
        ("docs/a.md", "text/markdown", 6),
    ]
    assert [d.read().decode() for d in reading.documents] == ["# Read me", "älter"]
    assert [(r.uri, r.reason) for r in reading.left_out] == [("docs/logo.png", ".png files are not read")]


def test_a_folder_and_patterns_narrow_it(remote: Remote, copy: GitRepository) -> None:
    remote.commit({"README.md": "x", "docs/a.md": "x", "docs/drafts/b.md": "x"})
    narrowed = source(remote, folder="docs/", exclude=["drafts/**"])
    copy.fetch(narrowed)

    assert [d.uri for d in copy.read(narrowed).documents] == ["a.md"]


def test_a_later_commit_is_followed_even_when_history_was_rewritten(
    remote: Remote, copy: GitRepository
) -> None:
    remote.commit({"a.md": "one", "b.md": "x"})
    first = copy.fetch(source(remote))
    remote.commit({"a.md": "two", "b.md": None})
    remote._git(remote.tree, "commit", "-q", "--amend", "-m", "another")
    remote._git(remote.tree, "push", "-q", "--force", str(remote.bare), "HEAD:main")

    assert copy.fetch(source(remote)) != first
    assert [(d.uri, d.read()) for d in copy.read(source(remote)).documents] == [("a.md", b"two")]


def test_only_one_commit_is_fetched(remote: Remote, copy: GitRepository, tmp_path: Path) -> None:
    for n in range(5):
        remote.commit({"a.md": str(n)})
    copy.fetch(source(remote))

    counted = subprocess.run(
        ["git", f"--git-dir={tmp_path / 'copy.git'}", "rev-list", "--count", "refs/causeway/head"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert counted.stdout.strip() == "1"


def test_another_branch_is_read_when_it_is_named(remote: Remote, copy: GitRepository) -> None:
    remote.commit({"a.md": "main"})
    (remote.tree / "a.md").write_text("next")
    remote._git(remote.tree, "add", "-A")
    remote.push("next")
    copy.fetch(source(remote, branch="next"))

    assert [d.read() for d in copy.read(source(remote, branch="next")).documents] == [b"next"]


def test_links_submodules_and_large_file_pointers_are_left_out(remote: Remote, copy: GitRepository) -> None:
    (remote.tree / "link.md").symlink_to("/etc/passwd")
    remote._git(remote.tree, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    remote.commit(
        {"a.md": "x", "big.md": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"}
    )
    remote._git(remote.tree, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    remote.push()
    copy.fetch(source(remote))

    reading = copy.read(source(remote))

    assert [d.uri for d in reading.documents] == ["a.md"]
    assert {r.uri: r.reason for r in reading.left_out} == {
        "big.md": "is kept in Git LFS, not in the repository",
        "link.md": "is a link",
        "module": "is a submodule; declare it as a source of its own",
    }


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"branch": "nope"}, "nope"),
        ({"folder": "nope"}, "no folder 'nope'"),
        ({"repository": "/nowhere.git"}, "git says"),
    ],
)
def test_what_is_not_there_is_said(
    remote: Remote, copy: GitRepository, fields: dict[str, str], words: str
) -> None:
    remote.commit({"a.md": "x"})
    wrong = source(remote, **fields)

    def read() -> None:
        copy.fetch(wrong)
        copy.read(wrong)

    with pytest.raises(CommandFailed, match=words):
        read()


@pytest.mark.parametrize("damage", ["shallow.lock", "objects", "HEAD"])
def test_a_copy_that_was_left_in_the_middle_or_damaged_is_made_anew(
    remote: Remote, copy: GitRepository, tmp_path: Path, damage: str
) -> None:
    remote.commit({"a.md": "one"})
    copy.fetch(source(remote))
    if damage == "objects":
        for path in (tmp_path / "copy.git" / "objects").rglob("*"):
            if path.is_file():
                path.chmod(0o600)
                path.write_bytes(b"damaged")
    else:
        (tmp_path / "copy.git" / damage).write_bytes(b"")
    remote.commit({"a.md": "two"})

    copy.fetch(source(remote))

    assert [d.read() for d in copy.read(source(remote)).documents] == [b"two"]


def test_no_hook_of_anybody_runs(remote: Remote, copy: GitRepository, tmp_path: Path) -> None:
    remote.commit({"a.md": "x"})
    template = tmp_path / "template" / "hooks"
    template.mkdir(parents=True)
    for name in ("reference-transaction", "post-checkout", "post-merge"):
        hook = template / name
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
        hook.chmod(0o755)
    copy.fetch(source(remote))
    (tmp_path / "copy.git" / "hooks").mkdir(exist_ok=True)
    for hook in template.iterdir():
        (tmp_path / "copy.git" / "hooks" / hook.name).write_bytes(hook.read_bytes())
        (tmp_path / "copy.git" / "hooks" / hook.name).chmod(0o755)
    remote.commit({"a.md": "y"})

    copy.fetch(source(remote))

    assert not (tmp_path / "ran").exists()


def test_git_gets_plain_protocols_and_no_other_repository() -> None:
    given = git_environment(
        {"PATH": "/bin", "GIT_DIR": "/x", "GIT_ALLOW_PROTOCOL": "ext", "GIT_TERMINAL_PROMPT": "1"}
    )

    assert given["PATH"] == "/bin"
    assert "GIT_DIR" not in given
    assert given["GIT_ALLOW_PROTOCOL"] == "file:http:https:ssh"
    assert given["GIT_TERMINAL_PROMPT"] == "0"


def test_a_helper_protocol_is_refused_by_git_itself(copy: GitRepository, tmp_path: Path) -> None:
    sneaky = GitSource.model_construct(
        id="s", kind="git", repository=f"ext::touch {tmp_path}/ran", branch="main"
    )

    with pytest.raises(CommandFailed, match="not allowed"):
        copy.fetch(sneaky)
    assert not (tmp_path / "ran").exists()
