"""Prepares the default embedding model on disk, once, whoever asks and however often it is interrupted."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from libs.embedding.embedder import EmbeddingModelUnavailable
from libs.embedding.weights import (
    MODEL_NAME,
    TOKENIZER_SHA256,
    WEIGHTS_SHA256,
    Weights,
    configuration_files,
    find_weights,
    sha256_of,
)

DIMENSIONS = 384
MAX_TOKENS = 512
"""All that the position table holds. SciFact (323 tokens a document), nDCG@10 / recall@100: .655 / .937,
with the 256 of sentence-transformers .653 / .928; shorter texts cost and give the same."""

MODEL_FILE = "model.onnx"
MANIFEST_FILE = "manifest.json"

_RECIPE = f"bert-graph/1 dynamic-int8-per-channel-7bit/1 max-tokens={MAX_TOKENS}"
"""What, besides weights and tokenizer, decides the vectors; a new number means a new identity."""

_DIGEST = hashlib.sha256(f"{_RECIPE} {WEIGHTS_SHA256} {TOKENIZER_SHA256}".encode()).hexdigest()
IDENTITY = f"{MODEL_NAME}-int8-{_DIGEST[:8]}"

Progress = Callable[[str], object]
"""Receives one line per step; what it returns is ignored."""


@dataclass(frozen=True)
class PreparedModel:
    """A model folder that is complete and checked.

    Attributes:
        identity: Names weights and recipe; stored with every index.
        path: Holds `model.onnx` and the tokenizer's files, as fastembed wants them.
        dimensions: Length of a vector.
        max_tokens: Where texts are cut, special tokens included.
    """

    identity: str
    path: Path
    dimensions: int = DIMENSIONS
    max_tokens: int = MAX_TOKENS


def prepare_model(folder: Path, progress: Progress | None = None) -> PreparedModel:
    """Return the default model from `folder`, building it from the installed package if need be.

    Building takes about four seconds and 600 MB of memory, of which Python keeps 200: build in
    a process of its own before serving. A complete model is only checked against its own manifest
    (20 ms) and needs neither the package nor `onnx`. Several processes may call this at once: one
    builds, the others wait. A build appears under its final name only when it is whole and on disk;
    an incomplete or altered one is replaced.

    Args:
        folder: Where models are kept; made if absent. The model's own folder in it is its identity.
        progress: Receives one line per step worth telling a person about.

    Raises:
        EmbeddingModelUnavailable: Nothing prepared here, and no genuine weights to build from; or
            the folder cannot be written.
    """
    say = progress or _say_nothing
    prepared = PreparedModel(IDENTITY, folder / IDENTITY)
    if is_complete(prepared.path):
        return prepared
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _only_one_process(folder / f".{IDENTITY}.lock", say):
            if not is_complete(prepared.path):
                _build(prepared.path, say)
    except OSError as error:
        raise EmbeddingModelUnavailable(
            f"The embedding model cannot be prepared in {folder} ({error}): "
            "make the folder writable and leave 200 MB free, or name another one."
        ) from error
    return prepared


def is_complete(path: Path) -> bool:
    """Tell whether a model folder holds every file that its manifest names, byte for byte."""
    try:
        manifest = json.loads((path / MANIFEST_FILE).read_text("utf-8"))
        files = manifest["sha256"]
        ours = manifest["identity"] == IDENTITY and MODEL_FILE in files
        return ours and all(sha256_of(path / name) == digest for name, digest in files.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _build(target: Path, say: Progress) -> None:
    say("checking the published weights")
    weights = find_weights()
    draft = target.with_name(f".{target.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)  # left by a build that was killed
    draft.mkdir()
    try:
        _write_model(weights, draft / MODEL_FILE, say)
        _write_tokenizer(weights, draft)
        _write_manifest(draft)
        _publish(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    say(f"embedding model ready: {target.name}")


def _write_model(weights: Weights, target: Path, say: Progress) -> None:
    # Imported here: half a second and 60 MB that only a build needs to pay.
    from safetensors.numpy import load_file

    from libs.embedding.onnx_graph import BertShape, build_bert_graph
    from libs.embedding.quantization import quantize_to_int8

    say("drawing the model's graph")
    graph = build_bert_graph(load_file(weights.tensors), BertShape.from_config(weights.config))
    say("quantising it to int8")
    quantize_to_int8(graph, target)


def _write_tokenizer(weights: Weights, folder: Path) -> None:
    for path in configuration_files(weights):
        shutil.copyfile(path, folder / path.name)
    # fastembed cuts texts where this file says.
    settings = json.loads(weights.tokenizer_config.read_text("utf-8"))
    settings["model_max_length"] = MAX_TOKENS
    (folder / weights.tokenizer_config.name).write_text(json.dumps(settings, indent=2), "utf-8")
    # The published one pads and cuts to 128 tokens by itself; without that, it also serves to count.
    tokenizer = json.loads(weights.tokenizer.read_text("utf-8"))
    tokenizer["truncation"] = tokenizer["padding"] = None
    (folder / weights.tokenizer.name).write_text(json.dumps(tokenizer, ensure_ascii=False), "utf-8")


def _write_manifest(folder: Path) -> None:
    files = {path.name: sha256_of(path) for path in sorted(folder.iterdir())}
    manifest = {
        "identity": IDENTITY,
        "recipe": _RECIPE,
        "source_sha256": {
            "model.safetensors": WEIGHTS_SHA256,
            "tokenizer.json": TOKENIZER_SHA256,
        },
        "sha256": files,
    }
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


def _publish(draft: Path, target: Path) -> None:
    """Move `draft` to its final name so that a crash at any moment leaves it whole or absent."""
    for path in draft.iterdir():
        _sync(path)
    _sync(draft)
    shutil.rmtree(target, ignore_errors=True)  # incomplete, or `_build` would not have been called
    draft.rename(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _only_one_process(lock: Path, say: Progress) -> Iterator[None]:
    """Hold an advisory lock that the kernel frees when its holder dies, however it dies."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another process that prepares the embedding model")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _say_nothing(_: str) -> None:
    return None
