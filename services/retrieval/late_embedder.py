"""An embedder whose model is loaded when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from libs.embedding.embedder import Embedder, EmbeddingModelUnavailable, Vectors


class LateEmbedder:
    """Knows its identity from the start, so that a worker with nothing to embed loads no model.

    Args:
        identity: Identity of the model that `load` returns.
        load: Loads it.
        dimensions: Length of its vectors; 0 where only the loaded model tells.
    """

    def __init__(self, identity: str, load: Callable[[], Embedder], dimensions: int = 0) -> None:
        self.identity = identity
        self._dimensions = dimensions
        self._load = load
        self._loaded: Embedder | None = None

    @property
    def dimensions(self) -> int:
        """Length of every vector.

        Raises:
            EmbeddingModelUnavailable: The model cannot be loaded.
        """
        return self._dimensions or self._model().dimensions

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Returns the vectors of texts in their order, shape (len(texts), dimensions).

        Raises:
            EmbeddingModelUnavailable: The model cannot be loaded.
        """
        return self._model().embed_passages(texts)

    def count_tokens(self, text: str) -> int:
        """Returns the tokens of a text, special ones included.

        Raises:
            EmbeddingModelUnavailable: The model cannot be loaded.
        """
        return self._model().count_tokens(text)

    def _model(self) -> Embedder:
        if self._loaded is None:
            loaded = self._load()
            if loaded.identity != self.identity:
                raise EmbeddingModelUnavailable(
                    f"The model is {loaded.identity} instead of {self.identity}; restart the ingest worker."
                )
            self._loaded = loaded
        return self._loaded
