"""Cross-encoders through fastembed, the only file of the service that imports it."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from pathlib import Path

from fastembed.common.model_description import ModelSource
from fastembed.rerank.cross_encoder import TextCrossEncoder

from libs.embedding.text_encoding import encodable
from services.retrieval.reranker import RerankerUnavailable

WINDOW = 80
"""Words of a passage; with the question, about 128 tokens: 13 to 15 ms for a model of six layers."""
MODEL_FILE = "model.onnx"
_FILES = (MODEL_FILE, "tokenizer.json", "config.json", "tokenizer_config.json", "special_tokens_map.json")
_registration = threading.Lock()


class CrossEncoder:
    """A `Reranker` over one ONNX Runtime session with a single thread.

    Each pair is scored alone: int8 models scale by the whole batch, so that in company a score would
    depend on the others; and no padding is computed.

    Args:
        model: A loaded model; its scores are logits.
    """

    window = WINDOW

    def __init__(self, model: TextCrossEncoder) -> None:
        self._model = model

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """Returns a score for each text, 0 to 1: the logistic function of the model's."""
        pairs = [(encodable(query), encodable(text)) for text in texts]
        return [_share(float(score)) for score in self._model.rerank_pairs(pairs, batch_size=1)]


def open_cross_encoder(name: str, folder: Path, *, fetch: bool = True) -> CrossEncoder:
    """Loads a cross-encoder from a folder of that name, else one that fastembed lists.

    Args:
        name: A folder below the models' folder that holds `model.onnx` and the tokenizer's files, or a
            name of fastembed's list; that one is downloaded unless it was before.
        folder: The models' folder.
        fetch: Whether anything may be downloaded: fastembed gives a hub up after 40 seconds at the earliest.

    Raises:
        RerankerUnavailable: There is none, or it cannot be loaded; the detail says what to do.
    """
    own = folder / name
    with _LoadErrors(name, own):
        model = _of_folder(name, own) if (own / MODEL_FILE).is_file() else _of_list(name, folder, fetch)
        next(iter(model.rerank_pairs([("a question", "a text")], batch_size=1)))
    return CrossEncoder(model)


class _LoadErrors:
    """Turns what fastembed and ONNX Runtime raise, nothing narrower than Exception, into ours."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._folder = folder

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, RerankerUnavailable):
            raise RerankerUnavailable(
                f"The re-ranking model {self._name!r} cannot be loaded ({error}): put {', '.join(_FILES)} "
                f"into {self._folder}, or fetch it once where the model hub can be reached."
            ) from error


def _of_folder(name: str, path: Path) -> TextCrossEncoder:
    missing = [file for file in _FILES if not (path / file).is_file()]
    if missing:
        raise RerankerUnavailable(f"{path} lacks {', '.join(missing)}; put them there.")
    registered = f"causeway/{name}"
    with _registration:
        if registered.lower() not in _known_models():
            # Only named: `specific_model_path` comes first and `local_files_only` forbids the rest.
            TextCrossEncoder.add_custom_model(
                registered, sources=ModelSource(hf=registered), model_file=MODEL_FILE
            )
    return TextCrossEncoder(
        registered,
        cache_dir=str(path),
        threads=1,
        providers=["CPUExecutionProvider"],
        specific_model_path=str(path),
        local_files_only=True,
    )


def _of_list(name: str, folder: Path, fetch: bool) -> TextCrossEncoder:
    if name.lower() not in _known_models():
        raise RerankerUnavailable(
            f"There is no folder {folder / name}, and fastembed lists no re-ranking model {name!r}: choose "
            "one of fastembed.rerank.cross_encoder.TextCrossEncoder.list_supported_models()."
        )
    return TextCrossEncoder(name, cache_dir=str(folder), threads=1, local_files_only=not fetch)


def _known_models() -> set[str]:
    return {model["model"].lower() for model in TextCrossEncoder.list_supported_models()}


def _share(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-logit)) if logit >= 0.0 else math.exp(logit) / (1.0 + math.exp(logit))
