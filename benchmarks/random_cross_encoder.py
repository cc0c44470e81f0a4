"""Makes a cross-encoder of a given shape with random weights, for what re-ranking costs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from libs.embedding.onnx_graph import OUTPUT, BertShape, build_bert_graph
from libs.embedding.quantization import quantize_to_int8

MODEL = "benchmarks/minilm-l6-random"
"""Its name in a profile: a folder below the models' folder."""
MODEL_FILE = "model.onnx"
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "config.json")
_SPREAD = 0.05
_SEED = 7
_POSITIONS = 512


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers of a cross-encoder; by default those of `cross-encoder/ms-marco-MiniLM-L-6-v2`.

    Attributes:
        layers: How many transformer layers.
        heads: Attention heads per layer.
        hidden: Width of a token's vector; four times as wide in between.
        vocabulary: Different tokens.
    """

    layers: int = 6
    heads: int = 12
    hidden: int = 384
    vocabulary: int = 30_522


def place_random_cross_encoder(folder: Path, tokenizer: Path, shape: Shape | None = None) -> None:
    """Writes an int8 model and the tokenizer's files into a folder, unless they are there.

    Args:
        folder: Where it goes; its last part is made under its name when it is whole.
        tokenizer: Folder that holds the tokenizer's files, of a vocabulary that the shape has room for.
        shape: Its numbers.
    """
    if (folder / MODEL_FILE).is_file():
        return
    draft = folder.with_name(f".{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for name in TOKENIZER_FILES:
        shutil.copyfile(tokenizer / name, draft / name)
    settings = json.loads((draft / "tokenizer_config.json").read_text(encoding="utf-8"))
    settings["model_max_length"] = _POSITIONS
    (draft / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    quantize_to_int8(random_cross_encoder(shape or Shape()), draft / MODEL_FILE)
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)


def random_cross_encoder(shape: Shape) -> onnx.ModelProto:
    """Returns the float32 graph: an encoder, and a score of its first token through a pooling layer.

    Inputs are those of `build_bert_graph`; the output, `logits`, is of shape (pairs, 1).
    """
    chance = np.random.default_rng(_SEED)
    tensors = {
        name: np.ones(size, np.float32)
        if name.endswith("LayerNorm.weight")
        else (chance.standard_normal(size, np.float32) * np.float32(_SPREAD))
        for name, size in _sizes(shape)
    }
    model = build_bert_graph(tensors, BertShape(shape.layers, shape.heads, shape.hidden, 1e-12))
    graph = model.graph
    head = {
        "pooler.kernel": _drawn(chance, shape.hidden, shape.hidden),
        "pooler.bias": _drawn(chance, shape.hidden),
        "classifier.kernel": _drawn(chance, shape.hidden, 1),
        "classifier.bias": _drawn(chance, 1),
        "first": np.array(0, np.int64),
    }
    graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in head.items())
    graph.node.extend(
        [
            helper.make_node("Gather", [OUTPUT, "first"], ["pooler.input"], axis=1),
            helper.make_node("MatMul", ["pooler.input", "pooler.kernel"], ["pooler.product"]),
            helper.make_node("Add", ["pooler.product", "pooler.bias"], ["pooler.sum"]),
            helper.make_node("Tanh", ["pooler.sum"], ["pooled"]),
            helper.make_node("MatMul", ["pooled", "classifier.kernel"], ["classifier.product"]),
            helper.make_node("Add", ["classifier.product", "classifier.bias"], ["logits"]),
        ]
    )
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 1]))
    return model


def _drawn(chance: np.random.Generator, *size: int) -> npt.NDArray[np.float32]:
    return chance.standard_normal(size, np.float32) * np.float32(_SPREAD)


def _sizes(shape: Shape) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yields the name and the size of every weight that the encoder has."""
    wide, hidden = 4 * shape.hidden, shape.hidden
    yield "embeddings.word_embeddings.weight", (shape.vocabulary, hidden)
    yield "embeddings.position_embeddings.weight", (_POSITIONS, hidden)
    yield "embeddings.token_type_embeddings.weight", (2, hidden)
    yield from _both("embeddings.LayerNorm", (hidden,), hidden)
    for number in range(shape.layers):
        layer = f"encoder.layer.{number}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            yield from _both(f"{layer}.attention.{part}", (hidden, hidden), hidden)
        yield from _both(f"{layer}.attention.output.LayerNorm", (hidden,), hidden)
        yield from _both(f"{layer}.intermediate.dense", (wide, hidden), wide)
        yield from _both(f"{layer}.output.dense", (hidden, wide), hidden)
        yield from _both(f"{layer}.output.LayerNorm", (hidden,), hidden)


def _both(name: str, weight: tuple[int, ...], bias: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", weight
    yield f"{name}.bias", (bias,)
