"""The embedder behind an OpenAI-compatible endpoint, the only file that imports its HTTP client."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import numpy as np
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from libs.common.clock import Clock
from libs.common.errors import CausewayError
from libs.common.metrics import COST, EMBEDDING_CALLS, TOKENS
from libs.embedding.choice import EmbeddingChoice
from libs.embedding.embedder import EmbeddingFailed, EmbeddingModelUnavailable, Vectors
from libs.embedding.embeddings_response import EmbeddingsResponse, read_response, refusal
from libs.embedding.text_encoding import encodable, unit

QUERY_SECONDS = 3.0
"""Time for a question, all attempts together; a search goes on without its vector afterwards."""
PASSAGES_SECONDS = 120.0
"""Time for one batch of passages, all attempts together."""
ATTEMPTS = 5
SPARED_SECONDS = 5.0
"""After a question that was not answered in time, the next ones do without at once for so long; then one of
them goes ahead, and the others wait for what becomes of it."""

_CONNECT_SECONDS = 5.0
_BYTES_A_TOKEN = 3
"""Of UTF-8: English has 4.2, German 3, and a Japanese character, about a token, 3. The endpoint's own
tokeniser is not at hand, so that tokens are rather counted too many than too few."""
_SHORTEST_CUT = 200
"""Characters below which a text that the endpoint refuses is not cut any further."""
_TOO_LONG = frozenset({400, 413, 422})


class EndpointEmbedder:
    """An `Embedder` that asks `POST <base_url>/embeddings`; calls, tokens and cost are counted.

    A call is tried again while the fault may pass (no connection, 408, 429, 5xx, an answer cut short),
    after `Retry-After` or a growing pause, and never beyond its time.

    Args:
        choice: The endpoint and its model.
        threads: Calls under way at the same time.
        clock: Limits how long a call may take with its retries.
        sleep: Waits between two attempts.
        transport: Carries the calls; the network's by default.
    """

    def __init__(
        self,
        choice: EmbeddingChoice,
        threads: int,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        if not choice.model:
            raise EmbeddingModelUnavailable(
                "An embeddings endpoint is set without a model: name one in CAUSEWAY_EMBEDDING_MODEL."
            )
        self._choice = choice
        self._clock = clock
        self._sleep = sleep
        headers = {"authorization": f"Bearer {choice.api_key}"} if choice.api_key else {}
        self._client = httpx.Client(headers=headers, transport=transport)
        self._url = choice.base_url.rstrip("/") + "/embeddings"
        self._pool = ThreadPoolExecutor(threads, "embed")
        self._dimensions = choice.dimensions
        self._guessed = False
        self._discovering = threading.Lock()
        self._going_ahead = threading.Lock()
        self._silent = False
        self._spared_until = -math.inf

    @property
    def identity(self) -> str:
        """Names the model; vectors of two embedders compare only if it is equal."""
        return self._choice.identity

    @property
    def dimensions(self) -> int:
        """Length of every vector; found out by a call when it is first asked for.

        Raises:
            DependencyUnavailable: The endpoint does not answer.
        """
        with self._discovering:
            if not self._dimensions:
                self._call(["dimensions"], PASSAGES_SECONDS)
            self._guessed = False
        return self._dimensions

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that reach the model, the special ones included."""
        return self._choice.max_tokens

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (dimensions,).

        Raises:
            EmbeddingFailed: The endpoint did not answer in time.
            EmbeddingModelUnavailable: It refuses the key, the model or the text.
        """
        self._go_ahead()
        try:
            vector: Vectors = self._call([self._sent(text)], QUERY_SECONDS, firm=False)[0]
        except EmbeddingFailed:
            self._heard(silent=True)
            raise
        except EmbeddingModelUnavailable:
            self._heard(silent=False)
            raise
        self._heard(silent=False)
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts in their order, shape (len(texts), dimensions).

        Raises:
            EmbeddingFailed: The endpoint did not answer in time.
            EmbeddingModelUnavailable: It refuses the key, the model or a text.
        """
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        sent = [self._sent(text) for text in texts]
        batches = [sent[at : at + self._choice.batch] for at in range(0, len(sent), self._choice.batch)]
        return np.concatenate(list(self._pool.map(self._batch, batches)))

    def count_tokens(self, text: str) -> int:
        """Return an estimate of the tokens of the whole text, rather too many than too few."""
        return 2 + math.ceil(len(text.encode("utf-8", "replace")) / _BYTES_A_TOKEN)

    def close(self) -> None:
        """Closes the connections."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    def _go_ahead(self) -> None:
        """Refuses a question while the endpoint is silent; one at a time finds out whether it still is."""
        with self._going_ahead:
            now = self._clock.monotonic()
            if now < self._spared_until:
                raise EmbeddingFailed(f"The embeddings endpoint {self._url} did not answer a moment ago.")
            if self._silent:
                self._spared_until = now + QUERY_SECONDS

    def _heard(self, *, silent: bool) -> None:
        with self._going_ahead:
            self._silent = silent
            self._spared_until = self._clock.monotonic() + SPARED_SECONDS if silent else -math.inf

    def _sent(self, text: str) -> str:
        """The beginning that counts; a space for nothing at all, which endpoints refuse."""
        raw = encodable(text).encode()[: self._choice.max_tokens * _BYTES_A_TOKEN]
        return raw.decode("utf-8", "ignore") or " "

    def _batch(self, texts: list[str]) -> Vectors:
        """Embeds a batch; where the endpoint refuses it, its parts, and at last only a text's beginning."""
        try:
            return self._call(texts, PASSAGES_SECONDS)
        except _Refused as refused:
            if len(texts) > 1:
                middle = len(texts) // 2
                return np.concatenate([self._batch(texts[:middle]), self._batch(texts[middle:])])
            if len(texts[0]) < 2 * _SHORTEST_CUT:
                raise EmbeddingModelUnavailable(str(refused)) from refused
            return self._batch([texts[0][: len(texts[0]) // 2]])

    def _call(self, texts: list[str], seconds: float, *, firm: bool = True) -> Vectors:
        deadline = self._clock.monotonic() + seconds
        attempts = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=_pause,
            retry=retry_if_exception(lambda error: self._worth_a_retry(error, deadline)),
            sleep=self._sleep,
            reraise=True,
        )
        found: EmbeddingsResponse = attempts(self._attempt, texts, deadline)
        self._require_width(found.vectors.shape[1], firm=firm)
        tokens = found.tokens or sum(self.count_tokens(text) for text in texts)
        TOKENS.labels(self._choice.model, "embedding").inc(tokens)
        COST.labels(self._choice.model).inc(tokens * self._choice.price / 1_000_000)
        return np.stack([unit(vector) for vector in found.vectors])

    def _attempt(self, texts: list[str], deadline: float) -> EmbeddingsResponse:
        left = deadline - self._clock.monotonic()
        if left <= 0:
            raise EmbeddingFailed(f"The embeddings endpoint {self._url} took too long.")
        body: dict[str, Any] = {"model": self._choice.model, "input": texts, "encoding_format": "float"}
        if self._choice.dimensions:
            body["dimensions"] = self._choice.dimensions
        try:
            timeout = httpx.Timeout(left, connect=min(left, _CONNECT_SECONDS))
            with self._client.stream("POST", self._url, json=body, timeout=timeout) as response:
                content = self._content(response, deadline)
        except httpx.HTTPError as error:
            EMBEDDING_CALLS.labels("unreachable").inc()
            raise EmbeddingFailed(
                f"The embeddings endpoint {self._url} does not answer ({type(error).__name__})."
            ) from error
        EMBEDDING_CALLS.labels(str(response.status_code)).inc()
        if response.status_code in _TOO_LONG:
            raise _Refused(f"The embeddings endpoint refuses the text ({response.status_code}).")
        if response.status_code != httpx.codes.OK:
            raise refusal(self._url, self._choice.model, response.status_code, response.headers)
        return read_response(content, len(texts))

    def _content(self, response: httpx.Response, deadline: float) -> bytes:
        """Reads an answer within its time: the client's own limit begins anew with every byte."""
        parts = []
        for part in response.iter_bytes():
            parts.append(part)
            if self._clock.monotonic() >= deadline:
                raise httpx.ReadTimeout("The answer did not come to its end.")
        return b"".join(parts)

    def _require_width(self, width: int, *, firm: bool) -> None:
        """Refuses vectors of another length than before; what only a question's vector had is but a guess."""
        expected = self._dimensions
        if not expected or self._guessed:
            # Were the first answer wrong, all right ones would be refused from then on.
            self._dimensions, self._guessed = width, not firm
        if expected and width != expected:
            raise EmbeddingModelUnavailable(
                f"The endpoint's vectors have {width} dimensions instead of {expected}: it serves "
                f"another model as {self._choice.model!r}; give it a name of its own."
            )

    def _worth_a_retry(self, error: BaseException, deadline: float) -> bool:
        if not isinstance(error, CausewayError) or not error.retryable:
            return False
        return self._clock.monotonic() + (error.retry_after_ms or 0) / 1000 < deadline


class _Refused(EmbeddingModelUnavailable):
    """The endpoint does not take a text as it is."""


def _pause(state: RetryCallState) -> float:
    """What the endpoint asks for, or a growing pause."""
    error = state.outcome.exception() if state.outcome is not None else None
    if isinstance(error, CausewayError) and error.retry_after_ms is not None:
        return error.retry_after_ms / 1000
    return _GROWING(state)


_GROWING = wait_random_exponential(multiplier=0.2, max=10.0)
