"""Turns a float32 ONNX encoder into an int8 one that every CPU computes alike."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic

QUANTIZED_OPERATORS = ("MatMul", "Attention", "EmbedLayerNormalization")


def quantize_to_int8(model: onnx.ModelProto, target: Path) -> None:
    """Write the int8 version of `model` to `target`.

    Weights become signed 8-bit numbers with one scale per output channel (one scale for the whole
    tensor loses ten times the accuracy: cosine to float32 .935 instead of .993); activations are
    quantised while running. Weights use 7 of the 8 bits, because x86 CPUs without VNNI (Zen 3,
    Skylake) add pairs of u8 x s8 products in 16 bits, which overflow with 8: 2 x 255 x 127 > 32,767 >
    2 x 255 x 64. There the vectors would be wrong without any error. Cost: .0008 in a cosine.

    Args:
        model: As `build_bert_graph` makes it.
        target: The file to write; its folder must exist.
    """
    with _without_chatter():
        quantize_dynamic(
            model,
            target,
            op_types_to_quantize=list(QUANTIZED_OPERATORS),
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            # Shape inference does not know the outputs of com.microsoft operators; all are float32.
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )


@contextmanager
def _without_chatter() -> Iterator[None]:
    """Keep the tool's notes out of the root logger, where it writes a line per tensor.

    A filter on the root logger sees only what is logged on it directly, so nobody else is affected.
    """

    def is_ours(record: logging.LogRecord) -> bool:
        return record.levelno >= logging.ERROR or "onnxruntime" not in record.pathname

    root = logging.getLogger()
    root.addFilter(is_ours)
    try:
        yield
    finally:
        root.removeFilter(is_ours)
