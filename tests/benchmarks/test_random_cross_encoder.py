"""A cross-encoder for what it costs: loaded by the product's own code, whole in int8, the same every time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from benchmarks.random_cross_encoder import (
    MODEL_FILE,
    Shape,
    place_random_cross_encoder,
    random_cross_encoder,
)
from services.retrieval.reranker_fastembed import open_cross_encoder
from tests.retrieval.small_cross_encoder import place_cross_encoder

SMALL = Shape(layers=2, heads=2, hidden=16, vocabulary=7)


def placed(folder: Path) -> Path:
    tokenizer = folder / "tokenizer"
    if not tokenizer.exists():
        place_cross_encoder(tokenizer)
    place_random_cross_encoder(folder / "benchmarks/random", tokenizer, SMALL)
    return folder / "benchmarks/random"


def test_the_product_loads_it_and_gets_scores_that_differ(tmp_path: Path) -> None:
    placed(tmp_path)
    model = open_cross_encoder("benchmarks/random", tmp_path)
    scores = model.scores("good", ["good fair", "poor", "fair fair poor"])
    assert all(0.0 < score < 1.0 for score in scores)
    assert len(set(scores)) == 3
    assert scores == model.scores("good", ["good fair", "poor", "fair fair poor"])


def test_its_layers_are_computed_in_integers(tmp_path: Path) -> None:
    graph = onnx.load(str(placed(tmp_path) / MODEL_FILE)).graph
    operators = [node.op_type for node in graph.node]
    assert operators.count("QAttention") == SMALL.layers
    assert operators.count("MatMulInteger") >= 3 * SMALL.layers
    assert "MatMul" not in operators


def test_the_graph_has_one_score_for_each_pair() -> None:
    session = onnxruntime.InferenceSession(random_cross_encoder(SMALL).SerializeToString())
    ids = np.array([[2, 4, 3], [2, 5, 3]], np.int64)
    inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    (logits,) = session.run(["logits"], inputs)
    assert logits.shape == (2, 1)


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    first = (placed(tmp_path) / MODEL_FILE).stat().st_mtime_ns
    assert (placed(tmp_path) / MODEL_FILE).stat().st_mtime_ns == first
    assert [path.name for path in (tmp_path / "benchmarks").iterdir()] == ["random"]
