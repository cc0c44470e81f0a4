"""A small embedding model, made on the spot and registered with fastembed as a custom one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from fastembed import TextEmbedding
from fastembed.common.model_description import ModelSource, PoolingType
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

NAME = "tests/small-words"
DIMENSIONS = 48
MAX_TOKENS = 32
_VOCABULARY = 2_000
_REPOSITORY = "tests/small-words-onnx"


def place_small_model(cache: Path) -> str:
    """Lays the model where fastembed finds what it downloaded earlier; returns its name."""
    revision = "1" * 40
    repository = cache / f"models--{_REPOSITORY.replace('/', '--')}"
    folder = repository / "snapshots" / revision
    folder.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(revision, "utf-8")
    onnx.save(_graph(), str(folder / "model.onnx"))
    _tokenizer().save(str(folder / "tokenizer.json"))
    special = {"pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "unk_token": "[UNK]"}
    (folder / "special_tokens_map.json").write_text(json.dumps(special), "utf-8")
    settings = {"model_max_length": MAX_TOKENS, "pad_token": "[PAD]"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    (folder / "config.json").write_text(json.dumps({"pad_token_id": 0}), "utf-8")
    _register()
    return NAME


def _register() -> None:
    if NAME not in {model["model"] for model in TextEmbedding.list_supported_models()}:
        TextEmbedding.add_custom_model(
            NAME,
            pooling=PoolingType.MEAN,
            normalization=False,
            sources=ModelSource(hf=_REPOSITORY),
            dim=DIMENSIONS,
            model_file="model.onnx",
        )


def _tokenizer() -> Tokenizer:
    """Bytes, so that every string has tokens; a word of the vocabulary is one token."""
    vocabulary = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3}
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary |= {letter: len(vocabulary) + place for place, letter in enumerate(alphabet)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def _graph() -> onnx.ModelProto:
    table = np.random.default_rng(5).standard_normal((_VOCABULARY, DIMENSIONS)).astype(np.float32)
    tokens = [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in _INPUTS]
    hidden = helper.make_tensor_value_info(
        "last_hidden_state", TensorProto.FLOAT, ["texts", "tokens", DIMENSIONS]
    )
    look_up = helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])
    initial = [numpy_helper.from_array(table, "table")]
    graph = helper.make_graph([look_up], "small", tokens, [hidden], initial)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


_INPUTS = ("input_ids", "attention_mask")
