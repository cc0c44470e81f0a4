"""Weights are found without importing their package, and only genuine ones are accepted."""

import hashlib
import shutil
import sys
from pathlib import Path

import pytest

from libs.embedding.embedder import EmbeddingModelUnavailable
from libs.embedding.weights import (
    PACKAGE,
    WEIGHTS_SHA256,
    check_weights,
    configuration_files,
    find_weights,
    sha256_of,
)


@pytest.fixture
def copied_weights(tmp_path: Path) -> Path:
    """A model folder whose small files may be altered; the tensors are a link to the real ones."""
    weights = find_weights()
    for path in configuration_files(weights):
        shutil.copyfile(path, tmp_path / path.name)
    (tmp_path / weights.tensors.name).symlink_to(weights.tensors)
    return tmp_path


def test_weights_are_found_without_importing_their_package() -> None:
    weights = find_weights()
    assert sha256_of(weights.tensors) == WEIGHTS_SHA256
    assert PACKAGE not in sys.modules
    assert "torch" not in sys.modules


def test_a_complete_copy_is_accepted(copied_weights: Path) -> None:
    weights = check_weights(copied_weights)
    assert weights.tensors == copied_weights / "model.safetensors"
    assert weights.tokenizer == copied_weights / "tokenizer.json"


def test_a_missing_package_says_what_to_install() -> None:
    with pytest.raises(EmbeddingModelUnavailable, match=r"install requirements/embedding\.txt"):
        find_weights("no_such_package_of_weights")


def test_a_missing_file_is_named(copied_weights: Path) -> None:
    (copied_weights / "config.json").unlink()
    with pytest.raises(EmbeddingModelUnavailable, match=r"config\.json is missing: reinstall"):
        check_weights(copied_weights)


def test_altered_weights_are_refused(copied_weights: Path) -> None:
    tensors = copied_weights / "model.safetensors"
    tensors.unlink()
    tensors.write_bytes(b"not the published ones")
    with pytest.raises(EmbeddingModelUnavailable, match=f"the published one is {WEIGHTS_SHA256}"):
        check_weights(copied_weights)


def test_an_altered_tokenizer_is_refused(copied_weights: Path) -> None:
    tokenizer = copied_weights / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text("utf-8").replace('"the"', '"teh"', 1), "utf-8")
    with pytest.raises(EmbeddingModelUnavailable, match=r"tokenizer\.json has SHA-256"):
        check_weights(copied_weights)


def test_a_digest_is_that_of_the_whole_file(tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    (tmp_path / "file").write_bytes(content)
    assert sha256_of(tmp_path / "file") == hashlib.sha256(content).hexdigest()
