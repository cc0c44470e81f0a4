"""Reads what an OpenAI-compatible embeddings endpoint answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import numpy as np
import orjson

from libs.common.errors import CausewayError
from libs.embedding.embedder import EmbeddingFailed, EmbeddingModelUnavailable, Vectors

_LONGEST_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class EmbeddingsResponse:
    """The answer to one call.

    Attributes:
        vectors: In the order of the texts, shape (texts, dimensions); not yet of length 1.
        tokens: Tokens that the endpoint counted; 0 where it says nothing.
    """

    vectors: Vectors
    tokens: int


def read_response(raw: bytes, texts: int) -> EmbeddingsResponse:
    """Reads the body of an answer to so many texts.

    Raises:
        EmbeddingFailed: It is not one, or holds other vectors than were asked for.
    """
    try:
        document = orjson.loads(raw)
        by_place = {int(entry["index"]): entry["embedding"] for entry in document["data"]}
        vectors = np.array([by_place[place] for place in range(texts)], np.float32)
        tokens = _tokens(document.get("usage"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EmbeddingFailed("The embeddings endpoint gave an answer that is none.") from error
    if vectors.ndim != 2 or vectors.shape[1] == 0 or len(by_place) != texts:
        raise EmbeddingFailed(f"The embeddings endpoint gave {len(by_place)} vectors for {texts} texts.")
    if not np.isfinite(vectors).all() or not vectors.any(axis=1).all():
        raise EmbeddingFailed("The embeddings endpoint gave a vector that is no direction.")
    return EmbeddingsResponse(vectors, tokens)


def refusal(url: str, model: str, status: int, headers: Mapping[str, str]) -> CausewayError:
    """Returns the error that a status other than 200 is."""
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return EmbeddingModelUnavailable(
            f"The embeddings endpoint {url} refuses the key ({status}): check CAUSEWAY_EMBEDDING_API_KEY."
        )
    if status in {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS} or status >= 500:
        return EmbeddingFailed(
            f"The embeddings endpoint {url} cannot answer now ({status}).",
            retry_after_ms=_retry_after_ms(headers.get("retry-after", "")),
        )
    return EmbeddingModelUnavailable(
        f"The embeddings endpoint {url} has no model {model!r} ({status}): check CAUSEWAY_EMBEDDING_BASE_URL "
        "and CAUSEWAY_EMBEDDING_MODEL."
    )


def _tokens(usage: Any) -> int:
    if not isinstance(usage, dict):
        return 0
    counted = usage.get("total_tokens") or usage.get("prompt_tokens") or 0
    return counted if isinstance(counted, int) and counted > 0 else 0


def _retry_after_ms(value: str) -> int | None:
    """Seconds only; a date would need the server's clock."""
    try:
        seconds = float(value)
    except ValueError:
        return None
    return round(min(max(0.0, seconds), _LONGEST_WAIT_SECONDS) * 1000) if seconds == seconds else None
