"""A small cross-encoder, made on the spot: its score is the weight of the last word of the pair."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

WEIGHTS = {"[PAD]": 0.0, "[UNK]": -1.0, "[CLS]": 0.0, "[SEP]": 0.0, "poor": -4.0, "fair": 0.0, "good": 4.0}


def place_cross_encoder(folder: Path) -> None:
    """Writes `model.onnx` and the tokenizer's files into a folder."""
    folder.mkdir(parents=True)
    onnx.save(_graph(), str(folder / "model.onnx"))
    _tokenizer().save(str(folder / "tokenizer.json"))
    special = {"pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "unk_token": "[UNK]"}
    (folder / "special_tokens_map.json").write_text(json.dumps(special), "utf-8")
    settings = {"model_max_length": 128, "pad_token": "[PAD]"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    (folder / "config.json").write_text(json.dumps({"pad_token_id": 0}), "utf-8")


def _tokenizer() -> Tokenizer:
    vocabulary = {word: place for place, word in enumerate(WEIGHTS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return tokenizer


def _graph() -> onnx.ModelProto:
    """Sums the weights of the tokens of the second text: logits of shape (pairs, 1)."""
    weights = numpy_helper.from_array(np.array(list(WEIGHTS.values()), np.float32), "weights")
    axis = numpy_helper.from_array(np.array([1], np.int64), "axis")
    nodes = [
        helper.make_node("Gather", ["weights", "input_ids"], ["each"]),
        helper.make_node("Cast", ["token_type_ids"], ["second"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["each", "second"], ["counted"]),
        helper.make_node("ReduceSum", ["counted", "axis"], ["logits"], keepdims=1),
    ]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["pairs", "tokens"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["pairs", 1])]
    graph = helper.make_graph(nodes, "cross-encoder", inputs, outputs, [weights, axis])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
