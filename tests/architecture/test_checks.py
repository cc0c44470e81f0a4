"""Stub freshness and proto compatibility are really checked."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUF = ROOT / "tools/node_modules/.bin/buf"


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


def test_generating_the_stubs_again_gives_the_same_bytes(tmp_path: Path) -> None:
    assert run("scripts/proto.sh", str(tmp_path)).returncode == 0

    made = sorted(tmp_path.rglob("*_pb2*.py*"))
    assert {path.relative_to(tmp_path).parts[0] for path in made} == {"libs", "clients"}
    for path in made:
        assert path.read_bytes() == (ROOT / path.relative_to(tmp_path)).read_bytes()


@pytest.mark.skipif(not BUF.exists(), reason="buf is installed by make check")
@pytest.mark.parametrize(
    ("before", "after", "broken"),
    [
        ("string query = 1;", "bytes query = 1;", True),
        ("  string query = 1;\n", "", True),
        ("rpc Search(", "rpc Find(", True),
        ("message GetIndexRequest {}", "message GetIndexRequest {}\n\n// More.\nmessage More {}", False),
    ],
)
def test_a_change_that_breaks_clients_is_told_from_one_that_does_not(
    tmp_path: Path, before: str, after: str, broken: bool
) -> None:
    shutil.copytree(ROOT / "proto", tmp_path / "proto")
    shutil.copy(ROOT / "buf.yaml", tmp_path)
    contract = tmp_path / "proto/retrieval/v1/retrieval.proto"
    text = contract.read_text()
    assert before in text
    contract.write_text(text.replace(before, after, 1))

    done = run(str(BUF), "breaking", str(tmp_path), "--against", str(ROOT), cwd=tmp_path)

    assert (done.returncode != 0) is broken, done.stdout + done.stderr


@pytest.mark.skipif(not BUF.exists(), reason="buf is installed by make check")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  // What is looked for, at most 4 KiB of UTF-8.\n", ""),
        ("string query = 1;", "string Query = 1;"),
        ("rpc Search(SearchRequest)", "rpc search(SearchRequest)"),
    ],
)
def test_an_untidy_contract_is_refused(tmp_path: Path, before: str, after: str) -> None:
    shutil.copytree(ROOT / "proto", tmp_path / "proto")
    shutil.copy(ROOT / "buf.yaml", tmp_path)
    contract = tmp_path / "proto/retrieval/v1/retrieval.proto"
    text = contract.read_text()
    assert before in text
    contract.write_text(text.replace(before, after, 1))

    assert run(str(BUF), "lint", cwd=tmp_path).returncode != 0
