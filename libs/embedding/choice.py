"""Which embedding model is used: the default, one that fastembed knows, or one behind an endpoint."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from libs.embedding import model_store
from libs.embedding.embedder import Embedder
from libs.embedding.prefixes import PrefixedEmbedder, Prefixes, prefixes_of


@dataclass(frozen=True, slots=True)
class EmbeddingChoice:
    """A model by its name.

    Attributes:
        model: Name of a text model of fastembed, or, with `base_url`, the endpoint's name for it; empty
            means the default model.
        base_url: Address of an OpenAI-compatible API, usually ending in `/v1`; empty for a local model.
        api_key: Sent as bearer; may be empty.
        dimensions: Length of vector that the endpoint is asked for; 0 leaves it to the model.
        max_tokens: Tokens of a text that the endpoint's model reads.
        batch: Texts in one call of the endpoint.
        price: United States dollars for a million tokens of the endpoint.
        query_prefix: What is put before a question; empty for what the model's family wants, `none` for
            nothing.
        passage_prefix: Likewise, before a passage.
    """

    model: str = ""
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    dimensions: int = 0
    max_tokens: int = 512
    batch: int = 64
    price: float = 0.0
    query_prefix: str = ""
    passage_prefix: str = ""

    @property
    def identity(self) -> str:
        """Identity of the embedder, known before anything is loaded.

        An endpoint's address is no part of it: the same model may move, and a new address would mean
        that every passage is embedded again.
        """
        if self.base_url:
            width = f"@{self.dimensions}" if self.dimensions else ""
            return f"endpoint:{self.model}{width}{self.prefixes.mark}"
        return (f"fastembed:{self.model}" if self.model else model_store.IDENTITY) + self.prefixes.mark

    @property
    def prefixes(self) -> Prefixes:
        """What is put before texts."""
        return prefixes_of(self.model, self.query_prefix, self.passage_prefix)

    @property
    def known_dimensions(self) -> int:
        """Length of its vectors where that is known before anything is loaded, else 0."""
        if self.base_url:
            return self.dimensions
        return 0 if self.model else model_store.DIMENSIONS


def open_chosen(choice: EmbeddingChoice, folder: Path, threads: int) -> Embedder:
    """Opens the embedder of a choice.

    Args:
        choice: Which.
        folder: Where models lie, or are downloaded to.
        threads: Texts (of an endpoint: calls) embedded at the same time.

    Raises:
        EmbeddingModelUnavailable: It cannot be opened; the detail says what to do.
    """
    embedder = _opened(choice, folder, threads)
    return PrefixedEmbedder(embedder, choice.identity, choice.prefixes) if choice.prefixes.mark else embedder


def _opened(choice: EmbeddingChoice, folder: Path, threads: int) -> Embedder:
    """Each kind imports what it needs, and nothing else does."""
    if choice.base_url:
        from libs.common.clock import SystemClock
        from libs.embedding.embedder_endpoint import EndpointEmbedder

        return EndpointEmbedder(choice, threads, SystemClock())
    from libs.embedding.embedder_fastembed import open_embedder, open_hub_embedder

    if choice.model:
        return open_hub_embedder(choice.model, folder, threads)
    return open_embedder(folder, threads)
