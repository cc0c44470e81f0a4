"""The real model, prepared once and kept between runs."""

from pathlib import Path

import onnx
import onnxruntime
import pytest
from safetensors.numpy import load_file

from libs.embedding import weights
from libs.embedding.embedder_fastembed import FastembedEmbedder, load_prepared
from libs.embedding.model_store import PreparedModel, prepare_model
from libs.embedding.onnx_graph import BertShape, build_bert_graph

MODELS = Path(__file__).parents[2] / ".causeway-test" / "models"


@pytest.fixture(scope="session")
def prepared_model() -> PreparedModel:
    return prepare_model(MODELS)


@pytest.fixture(scope="session")
def embedder(prepared_model: PreparedModel) -> FastembedEmbedder:
    return load_prepared(prepared_model)


@pytest.fixture(scope="session")
def float32_model() -> onnx.ModelProto:
    found = weights.find_weights()
    return build_bert_graph(load_file(found.tensors), BertShape.from_config(found.config))


@pytest.fixture(scope="session")
def float32_session(float32_model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(float32_model.SerializeToString(), providers=["CPUExecutionProvider"])
