"""Opens the re-ranking model that a profile names."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from libs.common.retrieval_profile import LATE_INTERACTION
from libs.embedding.embedder import Embedder, TokenEmbedder
from services.retrieval.reranker import Reranker, RerankerUnavailable
from services.retrieval.reranker_late_interaction import LateInteraction


def open_reranker(model: str, embedder: Embedder, folder: Path, *, fetch: bool = True) -> Reranker:
    """Opens a re-ranking model; blocks.

    Args:
        model: Its name in a profile.
        embedder: The embedder of queries.
        folder: The models' folder.
        fetch: Whether weights may be downloaded.

    Raises:
        RerankerUnavailable: It cannot be opened; the detail says what to do.
    """
    if model != LATE_INTERACTION:
        # Imported here: half a second that only a profile with a cross-encoder pays.
        from services.retrieval.reranker_fastembed import open_cross_encoder

        return open_cross_encoder(model, folder, fetch=fetch)
    if not hasattr(embedder, "embed_tokens"):
        raise RerankerUnavailable(
            f"The model {embedder.identity} gives no vectors of tokens, as late interaction needs."
        )
    return LateInteraction(cast("TokenEmbedder", embedder))
