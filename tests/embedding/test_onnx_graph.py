"""The drawn graph computes what BERT computes, and the published model's published figures."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest
from tokenizers import Tokenizer

from libs.embedding.model_store import PreparedModel
from libs.embedding.onnx_graph import OUTPUT, BertShape, Tensors, build_bert_graph

Array = npt.NDArray[Any]

TINY = BertShape(layers=2, heads=2, hidden=8, epsilon=1e-12)
VOCABULARY, POSITIONS, WIDE = 11, 7, 16


@pytest.fixture
def tiny_tensors() -> dict[str, Array]:
    """Random weights of a two-layer BERT, large enough for every term to matter."""
    random = np.random.default_rng(7)

    def matrix(*shape: int) -> Array:
        return random.normal(0, 0.6, shape).astype(np.float32)

    tensors = {
        "embeddings.word_embeddings.weight": matrix(VOCABULARY, 8),
        "embeddings.position_embeddings.weight": matrix(POSITIONS, 8),
        "embeddings.token_type_embeddings.weight": matrix(2, 8),
        "embeddings.LayerNorm.weight": matrix(8),
        "embeddings.LayerNorm.bias": matrix(8),
    }
    square, wide, narrow = (8, 8), (WIDE, 8), (8, WIDE)
    for number in range(TINY.layers):
        layer = f"encoder.layer.{number}"
        linears = {f"attention.self.{part}": square for part in ("query", "key", "value")}
        linears |= {"attention.output.dense": square, "intermediate.dense": wide, "output.dense": narrow}
        for name, shape in linears.items():
            tensors[f"{layer}.{name}.weight"] = matrix(*shape)
            tensors[f"{layer}.{name}.bias"] = matrix(shape[0])
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            tensors[f"{layer}.{name}.weight"] = matrix(8)
            tensors[f"{layer}.{name}.bias"] = matrix(8)
    return tensors


def bert(tensors: Tensors, shape: BertShape, ids: list[int], types: list[int]) -> Array:
    """BERT of one unpadded text in float64, written out from the paper."""
    w = {name: value.astype(np.float64) for name, value in tensors.items()}

    def normalise(x: Array, layer: str) -> Array:
        centred = x - x.mean(-1, keepdims=True)
        deviation = np.sqrt((centred**2).mean(-1, keepdims=True) + shape.epsilon)
        return np.asarray(centred / deviation * w[f"{layer}.weight"] + w[f"{layer}.bias"])

    def linear(x: Array, layer: str) -> Array:
        return np.asarray(x @ w[f"{layer}.weight"].T + w[f"{layer}.bias"])

    def split(x: Array) -> Array:
        return x.reshape(len(ids), shape.heads, -1).transpose(1, 0, 2)

    x = w["embeddings.word_embeddings.weight"][ids]
    x = x + w["embeddings.position_embeddings.weight"][: len(ids)]
    x = normalise(x + w["embeddings.token_type_embeddings.weight"][types], "embeddings.LayerNorm")
    for number in range(shape.layers):
        layer = f"encoder.layer.{number}"
        query, key, value = (
            split(linear(x, f"{layer}.attention.self.{part}")) for part in ("query", "key", "value")
        )
        scores = np.exp(query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1]))
        mixed = scores / scores.sum(-1, keepdims=True) @ value
        mixed = linear(mixed.transpose(1, 0, 2).reshape(x.shape), f"{layer}.attention.output.dense")
        x = normalise(mixed + x, f"{layer}.attention.output.LayerNorm")
        active = linear(x, f"{layer}.intermediate.dense")
        active = active * 0.5 * (1 + np.vectorize(math.erf)(active / math.sqrt(2)))
        x = normalise(linear(active, f"{layer}.output.dense") + x, f"{layer}.output.LayerNorm")
    return x


def run(session: onnxruntime.InferenceSession, ids: Array, mask: Array, types: Array) -> Array:
    feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
    return np.asarray(session.run([OUTPUT], feed)[0])


def session_of(tensors: Tensors) -> onnxruntime.InferenceSession:
    model = build_bert_graph(tensors, TINY)
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def test_the_graph_computes_bert(tiny_tensors: dict[str, Array]) -> None:
    ids, types = [1, 5, 9, 2], [0, 0, 1, 1]
    got = run(session_of(tiny_tensors), np.array([ids]), np.ones((1, 4), np.int64), np.array([types]))
    assert got.dtype == np.float32
    np.testing.assert_allclose(got[0], bert(tiny_tensors, TINY, ids, types), atol=2e-5)


def test_padding_does_not_change_a_text(tiny_tensors: dict[str, Array]) -> None:
    short, long = [1, 5, 2], [1, 3, 4, 6, 7, 2]
    ids = np.array([[*short, 0, 0, 0], long])
    mask = np.array([[1, 1, 1, 0, 0, 0], [1] * 6])
    got = run(session_of(tiny_tensors), ids, mask, np.zeros_like(ids))
    np.testing.assert_allclose(got[0, :3], bert(tiny_tensors, TINY, short, [0] * 3), atol=2e-5)
    np.testing.assert_allclose(got[1], bert(tiny_tensors, TINY, long, [0] * 6), atol=2e-5)


def test_a_missing_weight_is_named(tiny_tensors: dict[str, Array]) -> None:
    del tiny_tensors["encoder.layer.1.output.dense.bias"]
    with pytest.raises(KeyError, match=r"encoder\.layer\.1\.output\.dense\.bias"):
        build_bert_graph(tiny_tensors, TINY)


@pytest.mark.parametrize(
    ("first", "second", "cosine"),
    [
        # Figures published with sentence-transformers for all-MiniLM-L6-v2.
        ("A man is eating food.", "A man is eating a piece of bread.", 0.7553),
        ("The weather is lovely today.", "It's so sunny outside!", 0.6660),
        # The model card's example; the figure is this file's `bert` in float64 on the same weights.
        ("This is an example sentence", "Each sentence is converted", 0.4046),
    ],
)
def test_float32_reproduces_published_similarities(
    float32_session: onnxruntime.InferenceSession,
    prepared_model: PreparedModel,
    first: str,
    second: str,
    cosine: float,
) -> None:
    tokenizer = Tokenizer.from_file(str(prepared_model.path / "tokenizer.json"))

    def embed(text: str) -> Array:
        ids = np.array([tokenizer.encode(text).ids])
        vector = run(float32_session, ids, np.ones_like(ids), np.zeros_like(ids))[0].mean(0)
        return np.asarray(vector / np.linalg.norm(vector))

    assert embed(first) @ embed(second) == pytest.approx(cosine, abs=0.0001)


def test_the_shape_is_read_from_the_published_configuration(prepared_model: PreparedModel) -> None:
    shape = BertShape.from_config(prepared_model.path / "config.json")
    assert shape == BertShape(layers=6, heads=12, hidden=384, epsilon=1e-12)


def test_another_architecture_is_refused(prepared_model: PreparedModel, tmp_path: Path) -> None:
    config = json.loads((prepared_model.path / "config.json").read_text("utf-8"))
    (tmp_path / "config.json").write_text(json.dumps(config | {"hidden_act": "relu"}), "utf-8")
    with pytest.raises(ValueError, match=r"hidden_act is 'relu'; only 'gelu' can be drawn"):
        BertShape.from_config(tmp_path / "config.json")
