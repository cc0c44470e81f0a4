"""The words that some models want before a question, and before a passage."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from libs.embedding.embedder import Embedder, Vectors

NONE = "none"
"""Set as a prefix, it means that there is none, whatever the model's family wants."""

_SEARCHING = "Represent this sentence for searching relevant passages: "


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What is put before texts.

    Attributes:
        query: Before a question.
        passage: Before a passage.
    """

    query: str = ""
    passage: str = ""

    @property
    def mark(self) -> str:
        """Tells them apart in an embedder's identity; empty without any."""
        if not (self.query or self.passage):
            return ""
        return "+" + hashlib.sha256(f"{self.query}\0{self.passage}".encode()).hexdigest()[:8]


_FAMILIES = (
    ("embeddinggemma", Prefixes("task: search result | query: ", "title: none | text: ")),
    ("nomic-embed-text", Prefixes("search_query: ", "search_document: ")),
    ("mxbai-embed-large", Prefixes(_SEARCHING)),
    ("arctic-embed", Prefixes(_SEARCHING)),
    ("bge-small-en", Prefixes(_SEARCHING)),
    ("bge-base-en", Prefixes(_SEARCHING)),
    ("bge-large-en", Prefixes(_SEARCHING)),
    ("e5-small", Prefixes("query: ", "passage: ")),
    ("e5-base", Prefixes("query: ", "passage: ")),
    ("e5-large", Prefixes("query: ", "passage: ")),
)
"""From the models' cards; a family is told by a part of the name."""


def prefixes_of(model: str, query: str = "", passage: str = "") -> Prefixes:
    """Returns what is put before the texts of a model.

    Args:
        model: Its name.
        query: What somebody set; empty for what the family wants, `none` for nothing.
        passage: Likewise.
    """
    lower = model.lower()
    usual = next((prefixes for part, prefixes in _FAMILIES if part in lower), Prefixes())
    return Prefixes(_chosen(query, usual.query), _chosen(passage, usual.passage))


def _chosen(wanted: str, usual: str) -> str:
    if wanted == NONE:
        return ""
    return wanted or usual


class PrefixedEmbedder:
    """An `Embedder` that puts prefixes before what another one embeds.

    Args:
        embedder: Embeds.
        identity: Names weights, recipe and prefixes.
        prefixes: What is put before texts.
    """

    def __init__(self, embedder: Embedder, identity: str, prefixes: Prefixes) -> None:
        self._embedder = embedder
        self._identity = identity
        self._prefixes = prefixes

    @property
    def identity(self) -> str:
        """Names weights, recipe and prefixes; vectors of two embedders compare only if it is equal."""
        return self._identity

    @property
    def dimensions(self) -> int:
        """Length of every vector."""
        return self._embedder.dimensions

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that reach the model, the special ones and the prefix included."""
        return self._embedder.max_tokens

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (dimensions,)."""
        return self._embedder.embed_query(self._prefixes.query + text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts in their order, shape (len(texts), dimensions)."""
        return self._embedder.embed_passages([self._prefixes.passage + text for text in texts])

    def count_tokens(self, text: str) -> int:
        """Return the tokens of the whole text as a passage, special ones and prefix included."""
        return self._embedder.count_tokens(self._prefixes.passage + text)
