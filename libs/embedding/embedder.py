"""The port through which services turn text into vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from libs.common.errors import DependencyUnavailable

Vectors = npt.NDArray[np.float32]
"""Unit-length float32 vectors; shape (dimensions,) for one text, (n, dimensions) for several."""


class Embedder(Protocol):
    """Turns text into vectors of length 1, so that a dot product is the cosine similarity.

    Every method is synchronous, bound by the processor and safe to call from several threads at
    once: callers own the thread pool and its queue. Any string is accepted, the empty one, lone
    surrogates and NULs included; texts beyond `max_tokens` count by their beginning only.
    """

    @property
    def identity(self) -> str:
        """Names weights and recipe; vectors of two embedders compare only if it is equal."""

    @property
    def dimensions(self) -> int:
        """Length of every vector."""

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that reach the model, the special ones included."""

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (dimensions,)."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts in their order, shape (len(texts), dimensions).

        A vector depends on its text alone, never on the other texts of the call.
        """

    def count_tokens(self, text: str) -> int:
        """Return the tokens of the whole text, special ones included, beyond `max_tokens` too."""


class TokenEmbedder(Protocol):
    """Turns text into one vector for each of its tokens; safe to call from several threads at once."""

    def embed_tokens(self, text: str) -> Vectors:
        """Return the vectors of a text's tokens, shape (tokens, dimensions), each of length 1.

        The special tokens are among them; a text beyond the model's limit counts by its beginning only.
        """


class EmbeddingModelUnavailable(DependencyUnavailable):
    """No usable embedding model is here; the detail says why and how to get one."""

    title = "The embedding model is not available."
    retryable = False


class EmbeddingFailed(DependencyUnavailable):
    """The embedding model could not answer this time."""

    title = "The embedding model does not answer."
