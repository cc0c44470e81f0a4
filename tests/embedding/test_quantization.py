"""The int8 model runs on integer kernels that no CPU overflows."""

import logging
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import numpy_helper

from libs.embedding.model_store import MODEL_FILE, PreparedModel
from libs.embedding.quantization import quantize_to_int8


def executed_operators(model: Path, folder: Path) -> Counter[str]:
    """The operators that ONNX Runtime really runs, after its own optimisation."""
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(folder / "optimised.onnx")
    options.log_severity_level = 3  # a warning that optimised graphs are bound to the machine
    onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return Counter(node.op_type for node in onnx.load(folder / "optimised.onnx").graph.node)


def test_every_linear_layer_becomes_one_integer_kernel(prepared_model: PreparedModel, tmp_path: Path) -> None:
    operators = executed_operators(prepared_model.path / MODEL_FILE, tmp_path)
    assert operators["DynamicQuantizeMatMul"] == 3 * 6
    assert operators["QAttention"] == 6
    assert operators["QEmbedLayerNormalization"] == 1
    assert operators["MatMul"] == 0


def test_the_slow_layer_normalisation_is_not_chosen(prepared_model: PreparedModel, tmp_path: Path) -> None:
    operators = executed_operators(prepared_model.path / MODEL_FILE, tmp_path)
    assert operators["LayerNormalization"] == 2 * 6
    assert operators["SkipLayerNormalization"] == 0


def test_weights_use_seven_bits_so_that_no_cpu_overflows(prepared_model: PreparedModel) -> None:
    model = onnx.load(prepared_model.path / MODEL_FILE)
    kernels = {
        constant.name: numpy_helper.to_array(constant).astype(np.int64)
        for constant in model.graph.initializer
        if constant.data_type == onnx.TensorProto.INT8 and len(constant.dims) == 2
    }
    assert sum(".kernel" in name for name in kernels) == 4 * 6
    for kernel in kernels.values():
        assert np.abs(kernel).max() <= 64
    assert np.iinfo(np.int16).max >= 2 * 255 * 64


def test_each_output_channel_has_its_own_scale(prepared_model: PreparedModel) -> None:
    model = onnx.load(prepared_model.path / MODEL_FILE)
    scales = [list(c.dims) for c in model.graph.initializer if c.name.endswith("kernel_scale")]
    assert sorted(scales) == sorted([[1152], [384], [1536], [384]] * 6)


def test_the_model_is_a_quarter_of_the_size(
    prepared_model: PreparedModel, float32_model: onnx.ModelProto
) -> None:
    size = (prepared_model.path / MODEL_FILE).stat().st_size
    assert size < 0.26 * float32_model.ByteSize()


def test_quantising_does_not_flood_the_log(
    float32_model: onnx.ModelProto, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        quantize_to_int8(float32_model, tmp_path / "model.onnx")
        logging.getLogger().info("still heard")
    assert [record.message for record in caplog.records] == ["still heard"]
