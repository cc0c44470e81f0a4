"""A model is built once, survives kills and crowds, and never counts as ready when it is not."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from libs.embedding import model_store, weights
from libs.embedding.embedder import EmbeddingModelUnavailable
from libs.embedding.model_store import (
    IDENTITY,
    MANIFEST_FILE,
    MODEL_FILE,
    PreparedModel,
    is_complete,
    prepare_model,
)

ROOT = Path(__file__).parents[2]

BUILDER = """
import os, signal, sys
from pathlib import Path
from libs.embedding.model_store import prepare_model

def progress(line):
    print(line, flush=True)
    if line.startswith(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

print(prepare_model(Path(sys.argv[1]), progress).identity)
"""


def start_builder(folder: Path, die_at: str = "never") -> subprocess.Popen[str]:
    """Prepare the model in another process, which kills itself at a given step."""
    return subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(folder), die_at],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def models(prepared_model: PreparedModel, tmp_path: Path) -> Path:
    """A folder of models of its own that holds a complete one."""
    shutil.copytree(prepared_model.path, tmp_path / "models" / IDENTITY)
    return tmp_path / "models"


@pytest.fixture
def without_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the package with the weights is not installed."""

    def find_nothing() -> weights.Weights:
        return weights.find_weights("no_such_package_of_weights")

    monkeypatch.setattr(model_store, "find_weights", find_nothing)


def test_the_identity_names_model_precision_and_recipe() -> None:
    assert re.fullmatch(r"all-MiniLM-L6-v2-int8-[0-9a-f]{8}", IDENTITY)


def test_a_prepared_model_says_what_it_is(prepared_model: PreparedModel) -> None:
    assert prepared_model.identity == prepared_model.path.name == IDENTITY
    assert (prepared_model.dimensions, prepared_model.max_tokens) == (384, 512)
    assert is_complete(prepared_model.path)


def test_a_complete_model_is_used_again(models: Path) -> None:
    before = (models / IDENTITY / MODEL_FILE).stat()
    said: list[str] = []
    prepare_model(models, said.append)
    after = (models / IDENTITY / MODEL_FILE).stat()
    assert said == []
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.usefixtures("without_weights")
def test_a_complete_model_needs_no_weights(models: Path) -> None:
    assert prepare_model(models).path == models / IDENTITY


@pytest.mark.usefixtures("without_weights")
def test_nothing_to_build_from_is_said_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingModelUnavailable, match=r"install requirements/embedding\.txt"):
        prepare_model(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f".{IDENTITY}.lock"]


def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    with pytest.raises(EmbeddingModelUnavailable, match="make the folder writable"):
        prepare_model(tmp_path / "file" / "models")


def test_a_truncated_model_is_repaired_to_the_same_bytes(models: Path) -> None:
    manifest = (models / IDENTITY / MANIFEST_FILE).read_bytes()
    os.truncate(models / IDENTITY / MODEL_FILE, 1_000_000)
    said: list[str] = []
    prepared = prepare_model(models, said.append)
    assert said[0] == "checking the published weights"
    assert said[-1] == f"embedding model ready: {IDENTITY}"
    assert is_complete(prepared.path)
    assert (prepared.path / MANIFEST_FILE).read_bytes() == manifest


@pytest.mark.parametrize("name", [MODEL_FILE, "tokenizer.json", "tokenizer_config.json"])
def test_a_changed_byte_in_any_file_is_noticed(models: Path, name: str) -> None:
    with (models / IDENTITY / name).open("r+b") as file:
        file.seek(100)
        byte = file.read(1)
        file.seek(100)
        file.write(bytes([byte[0] ^ 1]))
    assert not is_complete(models / IDENTITY)


@pytest.mark.parametrize(
    "manifest", ["", "not json", "[]", "7", "{}", '{"sha256": 3}', '{"sha256": {}}', '{"sha256": ["a"]}']
)
def test_a_manifest_that_proves_nothing_is_not_believed(models: Path, manifest: str) -> None:
    (models / IDENTITY / MANIFEST_FILE).write_text(manifest, "utf-8")
    assert not is_complete(models / IDENTITY)


def test_a_manifest_of_another_recipe_is_not_believed(models: Path) -> None:
    path = models / IDENTITY / MANIFEST_FILE
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(manifest | {"identity": "all-MiniLM-L6-v2-int8-00000000"}), "utf-8")
    assert not is_complete(models / IDENTITY)


def test_an_absent_model_is_not_complete(tmp_path: Path) -> None:
    assert not is_complete(tmp_path / IDENTITY)


def test_a_killed_build_leaves_no_model_and_does_not_hinder_the_next(tmp_path: Path) -> None:
    with start_builder(tmp_path, die_at="quantising") as builder:
        builder.communicate(timeout=60)
    assert builder.returncode == -signal.SIGKILL
    assert not (tmp_path / IDENTITY).exists()
    assert (tmp_path / f".{IDENTITY}.draft").is_dir()

    prepare_model(tmp_path)
    assert is_complete(tmp_path / IDENTITY)
    assert not (tmp_path / f".{IDENTITY}.draft").exists()


def test_of_two_processes_at_once_only_one_builds(tmp_path: Path) -> None:
    with start_builder(tmp_path) as first, start_builder(tmp_path) as second:
        outputs = [builder.communicate(timeout=60)[0].splitlines() for builder in (first, second)]
    assert [builder.returncode for builder in (first, second)] == [0, 0]
    assert [lines[-1] for lines in outputs] == [IDENTITY, IDENTITY]
    built = [lines for lines in outputs if "quantising it to int8" in lines]
    assert len(built) == 1
