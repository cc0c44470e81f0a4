"""The embedder on fastembed, the only file that imports it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from fastembed import TextEmbedding
from fastembed.common.model_description import ModelSource, PoolingType
from fastembed.common.types import NumpyArray
from fastembed.text.onnx_text_model import OnnxTextModel
from tokenizers import Tokenizer

from libs.embedding import model_store
from libs.embedding.embedder import EmbeddingModelUnavailable, Vectors
from libs.embedding.lone_text import LoneText
from libs.embedding.text_encoding import encodable, unit
from libs.embedding.token_vectors import TokenVectors

_HUB_REPOSITORY = "sentence-transformers/all-MiniLM-L6-v2"
_registration = threading.Lock()


class FastembedEmbedder:
    """An `Embedder` over one ONNX Runtime session with a single intra-op thread.

    Parallelism comes from running several texts at once, each alone in its batch:

    - int8 models scale activations by the whole batch, so in company a text's vector would depend on
      its neighbours (cosine .99); alone it is the same at every ingest, and equal to the query of
      the same words. Nothing is lost: on one core, 16 texts in one batch take as long as one after
      the other (256 tokens: 24 ms each), no padding is computed, and memory stays at 160 MB where
      fastembed's own batches of 256 need 670.
    - two callers on a one-thread session embed 84 passages a second on two cores, one caller on a
      two-thread session 74, two callers on a two-thread session 61: its idle threads spin and take
      the cores from the others. fastembed exposes no option for that (`allow_spinning`; only
      `enable_cpu_mem_arena`), and with one thread there is no pool that could spin.

    Args:
        model: A loaded fastembed model.
        identity: Names weights and recipe.
        threads: Passages that one `embed_passages` call embeds at the same time.
        pools_all: Whether a text's vector is the mean of all its states, for queries and passages alike;
            else fastembed makes it, as it knows the model.
    """

    def __init__(
        self, model: TextEmbedding, identity: str, threads: int = 1, *, pools_all: bool = False
    ) -> None:
        if threads < 1:
            raise ValueError(f"threads is {threads}; give at least 1")
        self._model = model
        self._inner, tokenizer = _parts_of(model)
        self._lone = LoneText(self._inner.model, tokenizer) if pools_all else None
        self._identity = identity
        self._dimensions = int(model.embedding_size)
        self._tokenizer = tokenizer
        self._max_tokens = _limit_of(tokenizer)
        self._counter = _without_limits(tokenizer)
        self._pool = ThreadPoolExecutor(threads, "embed") if threads > 1 else None

    @property
    def identity(self) -> str:
        """Names weights and recipe; vectors of two embedders compare only if it is equal."""
        return self._identity

    @property
    def dimensions(self) -> int:
        """Length of every vector."""
        return self._dimensions

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that reach the model, the special ones included."""
        return self._max_tokens

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (dimensions,)."""
        if self._lone is not None:
            return self._lone.embed(text)
        return unit(next(iter(self._model.query_embed([encodable(text)]))))

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts in their order, shape (len(texts), dimensions)."""
        if not texts:
            return np.zeros((0, self._dimensions), np.float32)
        if self._pool is None or len(texts) == 1:
            return np.stack([self._embed_passage(text) for text in texts])
        # The longest first: what is left for the last thread to finish is then the shortest.
        order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        vectors = np.empty((len(texts), self._dimensions), np.float32)
        vectors[order] = list(self._pool.map(self._embed_passage, [texts[place] for place in order]))
        return vectors

    def embed_tokens(self, text: str) -> Vectors:
        """Return the vectors of a text's tokens, shape (tokens, dimensions), each of length 1."""
        output = self._inner.onnx_embed([encodable(text)])
        states, mask = np.asarray(output.model_output, np.float32), np.asarray(output.attention_mask)
        tokens: Vectors = states[0][mask[0] > 0]
        lengths = np.linalg.norm(tokens, axis=1, keepdims=True).astype(np.float32)
        unit_long: Vectors = tokens / np.maximum(lengths, np.float32(1e-12))
        return unit_long

    def read_tokens(self, text: str) -> TokenVectors:
        """Return a text's tokens with their places and vectors, as far as the model reads it."""
        known = encodable(text)
        encoding = self._tokenizer.encode(known)
        read = self._inner.onnx_embed([known]).model_output[0]
        places = [place for place, special in enumerate(encoding.special_tokens_mask) if not special]
        spans = [encoding.offsets[place] for place in places]
        return TokenVectors(
            starts=tuple(start for start, _ in spans),
            ends=tuple(end for _, end in spans),
            values=np.asarray(read[places], np.float32),
        )

    def count_tokens(self, text: str) -> int:
        """Return the tokens of the whole text, special ones included, beyond `max_tokens` too."""
        return len(self._counter.encode(encodable(text)).ids)

    def _embed_passage(self, text: str) -> Vectors:
        if self._lone is not None:
            return self._lone.embed(text)
        return unit(next(iter(self._model.passage_embed([encodable(text)]))))


def open_embedder(
    folder: Path, threads: int = 1, progress: model_store.Progress | None = None
) -> FastembedEmbedder:
    """Prepare the default model in `folder` if need be, and load it. Never touches the network.

    Raises:
        EmbeddingModelUnavailable: There is nothing to prepare it from; the detail says what to do.
    """
    return load_prepared(model_store.prepare_model(folder, progress), threads)


def load_prepared(prepared: model_store.PreparedModel, threads: int = 1) -> FastembedEmbedder:
    """Load a model folder through fastembed's registry of custom models; takes about 0.1 s."""
    _register(prepared)
    model = TextEmbedding(
        prepared.identity,
        cache_dir=str(prepared.path),
        threads=1,
        # Named outright: the int8 operators exist on the CPU only.
        providers=["CPUExecutionProvider"],
        specific_model_path=str(prepared.path),
        local_files_only=True,
    )
    return FastembedEmbedder(model, prepared.identity, threads, pools_all=True)


def open_hub_embedder(name: str, cache_folder: Path, threads: int = 1) -> FastembedEmbedder:
    """Load any other text model that fastembed knows, downloading it unless `cache_folder` has it.

    Args:
        name: As in fastembed's list of models, e.g. `BAAI/bge-small-en-v1.5`.
        cache_folder: Where downloads are kept; made if absent.
        threads: Passages that one `embed_passages` call embeds at the same time.

    Raises:
        EmbeddingModelUnavailable: fastembed does not know the name, or the hub cannot be reached.
    """
    if name.lower() not in _known_models():
        raise EmbeddingModelUnavailable(
            f"fastembed has no text model named {name!r}: choose one of its supported models "
            "(fastembed.TextEmbedding.list_supported_models())."
        )
    try:
        # threads=1, batches of one: see FastembedEmbedder.
        model = TextEmbedding(name, cache_dir=str(cache_folder), threads=1)
    except (ValueError, OSError) as error:
        raise EmbeddingModelUnavailable(
            f"The model {name!r} is not in {cache_folder} and could not be downloaded ({error}): "
            "run once where the model hub can be reached and keep that folder, or use the default "
            "model, which needs no hub."
        ) from error
    return FastembedEmbedder(model, f"fastembed:{name}", threads)


def _register(prepared: model_store.PreparedModel) -> None:
    with _registration:
        if prepared.identity.lower() in _known_models():
            return
        TextEmbedding.add_custom_model(
            prepared.identity,
            pooling=PoolingType.MEAN,
            normalization=True,
            # Only named: `specific_model_path` comes first and `local_files_only` forbids the rest.
            sources=ModelSource(hf=_HUB_REPOSITORY),
            dim=prepared.dimensions,
            model_file=model_store.MODEL_FILE,
        )


def _known_models() -> set[str]:
    return {model["model"].lower() for model in TextEmbedding.list_supported_models()}


def _parts_of(model: TextEmbedding) -> tuple[OnnxTextModel[NumpyArray], Tokenizer]:
    inner = model.model
    if not isinstance(inner, OnnxTextModel) or inner.tokenizer is None:
        raise EmbeddingModelUnavailable(
            f"The model {model.model_name!r} has no text tokenizer: choose an ONNX text model."
        )
    return inner, inner.tokenizer


def _limit_of(tokenizer: Tokenizer) -> int:
    truncation = tokenizer.truncation
    if truncation is None:  # fastembed always sets it, from tokenizer_config.json
        raise EmbeddingModelUnavailable("The model's tokenizer names no limit: choose another model.")
    return int(truncation["max_length"])


def _without_limits(tokenizer: Tokenizer) -> Tokenizer:
    copy = Tokenizer.from_str(tokenizer.to_str())
    copy.no_truncation()
    copy.no_padding()
    return copy
