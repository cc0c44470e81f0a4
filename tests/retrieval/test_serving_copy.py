"""Private copies are checked, survive their builds, and go with their process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.retrieval.build import Build, BuildRefused
from services.retrieval.builds import BuildFolder
from services.retrieval.serving_copy import ServingCopies

ROOT = Path(__file__).parents[2]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    folder = BuildFolder(tmp_path / "index", "main")
    path = folder.begin(1)
    (path / "large").write_bytes(os.urandom(100_000))
    (path / "deep" / "er").mkdir(parents=True)
    (path / "deep" / "er" / "small").write_bytes(b"small")
    return folder.seal(1, "fake-1", {"acme": 1})


def test_a_copy_holds_every_file(tmp_path: Path, build: Build) -> None:
    copies = ServingCopies(tmp_path / "serving")
    folder = copies.take(build)
    assert (folder / "deep" / "er" / "small").read_bytes() == b"small"
    assert (folder / "large").read_bytes() == (build.path / "large").read_bytes()
    copies.close()


def test_large_files_are_shared_and_small_ones_are_not(tmp_path: Path, build: Build) -> None:
    copies = ServingCopies(tmp_path / "serving")
    folder = copies.take(build)
    assert (folder / "large").samefile(build.path / "large")
    (folder / "deep" / "er" / "small").write_bytes(b"changed")
    assert (build.path / "deep" / "er" / "small").read_bytes() == b"small"
    copies.close()


def test_without_hard_links_everything_is_copied(
    tmp_path: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    copies = ServingCopies(tmp_path / "serving")
    folder = copies.take(build)
    assert not (folder / "large").samefile(build.path / "large")
    assert (folder / "large").read_bytes() == (build.path / "large").read_bytes()
    copies.close()


@pytest.mark.parametrize("name", ["large", "deep/er/small"])
def test_a_damaged_build_is_refused_and_leaves_no_copy(tmp_path: Path, build: Build, name: str) -> None:
    content = bytearray((build.path / name).read_bytes())
    content[-1] ^= 1
    (build.path / name).write_bytes(content)
    copies = ServingCopies(tmp_path / "serving")
    with pytest.raises(BuildRefused, match="damaged"):
        copies.take(build)
    assert list((tmp_path / "serving").rglob("large")) == []
    copies.close()


def test_a_build_that_was_pruned_meanwhile_is_refused(tmp_path: Path, build: Build) -> None:
    (build.path / "large").unlink()
    copies = ServingCopies(tmp_path / "serving")
    with pytest.raises(BuildRefused, match="could not be copied"):
        copies.take(build)
    copies.close()


def test_a_copy_outlives_its_build(tmp_path: Path, build: Build) -> None:
    copies = ServingCopies(tmp_path / "serving")
    folder = copies.take(build)
    (build.path / "large").unlink()
    assert len((folder / "large").read_bytes()) == 100_000
    copies.drop(folder)
    assert not folder.exists()
    copies.close()


def test_closing_removes_this_processs_copies_only(tmp_path: Path, build: Build) -> None:
    one, two = ServingCopies(tmp_path / "serving"), ServingCopies(tmp_path / "serving")
    gone, kept = one.take(build), two.take(build)
    one.close()
    assert not gone.exists()
    assert kept.exists()
    two.close()


def test_what_a_killed_process_left_goes_at_the_next_start_and_what_lives_stays(
    tmp_path: Path, build: Build
) -> None:
    program = (
        "import os, sys; from pathlib import Path; from services.retrieval.serving_copy import ServingCopies;"
        "copies = ServingCopies(Path(sys.argv[1])); os._exit(9)"
    )
    dead = subprocess.run([sys.executable, "-c", program, str(tmp_path / "serving")], cwd=ROOT, check=False)
    assert dead.returncode == 9
    assert len([path for path in (tmp_path / "serving").iterdir() if path.is_dir()]) == 1
    living = ServingCopies(tmp_path / "serving")
    kept = living.take(build)
    another = ServingCopies(tmp_path / "serving")
    assert kept.exists()
    assert len([path for path in (tmp_path / "serving").iterdir() if path.is_dir()]) == 2
    living.close()
    another.close()
