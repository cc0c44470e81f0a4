"""Draws the ONNX graph of a BERT encoder around given weights.

The architecture is BERT's (Devlin et al. 2019, https://arxiv.org/abs/1810.04805, post-layer-norm,
erf GELU); tensor names are those of `BertModel` in the `transformers` library. The graph consists of
ONNX Runtime's own fused operators where its CPU kernels gain from them, and it is written so that
`quantize_dynamic` and the session's optimiser turn every linear layer into one integer kernel
(`tests/embedding/test_quantization.py` counts them).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Tensors = Mapping[str, npt.NDArray[np.float32]]

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUT = "last_hidden_state"

_OPSET = 17
_IR_VERSION = 8  # the first to allow opset 17; every ONNX Runtime since 1.12 reads it
_CONTRIB = "com.microsoft"


@dataclass(frozen=True)
class BertShape:
    """The numbers that define a BERT encoder, as in its `config.json`.

    Attributes:
        layers: How many transformer layers.
        heads: Attention heads per layer; they divide `hidden`.
        hidden: Width of a token's vector.
        epsilon: What layer normalisation adds to the variance.
    """

    layers: int
    heads: int
    hidden: int
    epsilon: float

    @classmethod
    def from_config(cls, path: Path) -> BertShape:
        """Read a `config.json`.

        Raises:
            ValueError: It describes another architecture than this module draws.
        """
        config = json.loads(path.read_text("utf-8"))
        drawn = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
        for key, value in drawn.items():
            if config.get(key) != value:
                raise ValueError(f"{path}: {key} is {config.get(key)!r}; only {value!r} can be drawn")
        return cls(
            layers=config["num_hidden_layers"],
            heads=config["num_attention_heads"],
            hidden=config["hidden_size"],
            epsilon=config["layer_norm_eps"],
        )


@dataclass
class _Sketch:
    """The nodes and constants of a graph being drawn; every method returns its output's name."""

    tensors: Tensors
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, name: str, value: npt.NDArray[np.float32]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.tensors[name])

    def node(
        self, operator: str, inputs: list[str], *outputs: str, domain: str = "", **attributes: Any
    ) -> str:
        made = helper.make_node(operator, inputs, outputs, name=outputs[0], domain=domain, **attributes)
        self.nodes.append(made)
        return outputs[0]

    def linear(self, x: str, layer: str) -> str:
        """x · Wᵀ + b: with int8 weights, ONNX Runtime fuses all of it into DynamicQuantizeMatMul."""
        kernel = self.constant(f"{layer}.kernel", self.tensors[f"{layer}.weight"].T)
        product = self.node("MatMul", [x, kernel], f"{layer}.product")
        return self.node("Add", [product, self.weight(f"{layer}.bias")], f"{layer}.output")

    def add_and_normalise(self, x: str, residual: str, layer: str, epsilon: float, output: str) -> str:
        """LayerNorm(x + residual).

        `Sum` instead of `Add` keeps the optimiser from fusing both into SkipLayerNormalization, whose
        CPU kernel is a scalar loop (ONNX Runtime 1.31: 0.60 ms for 256 tokens against 0.09 ms; a
        fifth of a passage's time). The arithmetic is the same.
        """
        total = self.node("Sum", [x, residual], f"{layer}.input")
        scale, shift = self.weight(f"{layer}.weight"), self.weight(f"{layer}.bias")
        return self.node("LayerNormalization", [total, scale, shift], output, axis=-1, epsilon=epsilon)


def build_bert_graph(tensors: Tensors, shape: BertShape) -> onnx.ModelProto:
    """Return the float32 encoder as an ONNX model.

    Inputs are int64 of shape (batch, tokens): `input_ids`, `attention_mask` (1 for a token, 0 for
    padding), `token_type_ids`. The output, `last_hidden_state`, is float32 of shape (batch, tokens,
    hidden): pooling and normalisation are the caller's.

    Args:
        tensors: The weights by their names in `transformers.BertModel`, with no prefix.
        shape: The encoder's numbers; they must fit the weights.

    Raises:
        KeyError: A weight that the shape asks for is missing.
    """
    sketch = _Sketch(tensors)
    for name in INPUTS:
        sketch.node("Cast", [name], f"{name}.int32", to=TensorProto.INT32)
    x = _draw_embeddings(sketch, shape)
    for number in range(shape.layers):
        last = number == shape.layers - 1
        x = _draw_layer(sketch, shape, number, x, OUTPUT if last else f"encoder.{number}")
    return _finish(sketch, shape)


def _draw_embeddings(sketch: _Sketch, shape: BertShape) -> str:
    tables = [f"embeddings.{kind}_embeddings.weight" for kind in ("word", "position", "token_type")]
    norm = ["embeddings.LayerNorm.weight", "embeddings.LayerNorm.bias"]
    return sketch.node(
        "EmbedLayerNormalization",
        ["input_ids.int32", "token_type_ids.int32", *(sketch.weight(name) for name in (*tables, *norm))],
        "embeddings",
        "embeddings.mask_index",
        domain=_CONTRIB,
        epsilon=shape.epsilon,
    )


def _draw_layer(sketch: _Sketch, shape: BertShape, number: int, x: str, output: str) -> str:
    layer = f"encoder.layer.{number}"
    attended = sketch.linear(
        _draw_attention(sketch, shape, f"{layer}.attention.self", x), f"{layer}.attention.output.dense"
    )
    norm = f"{layer}.attention.output.LayerNorm"
    middle = sketch.add_and_normalise(attended, x, norm, shape.epsilon, f"{norm}.output")
    wide = sketch.linear(middle, f"{layer}.intermediate.dense")
    active = sketch.node("Gelu", [wide], f"{layer}.intermediate.gelu", domain=_CONTRIB)
    narrow = sketch.linear(active, f"{layer}.output.dense")
    return sketch.add_and_normalise(narrow, middle, f"{layer}.output.LayerNorm", shape.epsilon, output)


def _draw_attention(sketch: _Sketch, shape: BertShape, layer: str, x: str) -> str:
    """Attention with query, key and value projections packed side by side, as the operator wants."""
    parts = [f"{layer}.{part}" for part in ("query", "key", "value")]
    kernel = np.concatenate([sketch.tensors[f"{part}.weight"].T for part in parts], axis=1)
    bias = np.concatenate([sketch.tensors[f"{part}.bias"] for part in parts])
    inputs = [x, sketch.constant(f"{layer}.kernel", kernel), sketch.constant(f"{layer}.bias", bias)]
    return sketch.node(
        "Attention",
        [*inputs, "attention_mask.int32"],
        f"{layer}.output",
        domain=_CONTRIB,
        num_heads=shape.heads,
    )


def _finish(sketch: _Sketch, shape: BertShape) -> onnx.ModelProto:
    tokens = ["batch", "tokens"]
    graph = helper.make_graph(
        sketch.nodes,
        "bert",
        [helper.make_tensor_value_info(name, TensorProto.INT64, tokens) for name in INPUTS],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [*tokens, shape.hidden])],
        sketch.constants,
    )
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
