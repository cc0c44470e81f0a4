"""What an embeddings endpoint may answer."""

from __future__ import annotations

import json

import pytest

from libs.common.errors import CausewayError
from libs.embedding.embedder import EmbeddingFailed, EmbeddingModelUnavailable
from libs.embedding.embeddings_response import read_response, refusal


def body(*vectors: object, **more: object) -> bytes:
    data = [{"index": place, "embedding": vector} for place, vector in enumerate(vectors)]
    return json.dumps({"data": data, **more}).encode()


def test_vectors_come_in_the_order_of_their_index() -> None:
    raw = b'{"data": [{"index": 1, "embedding": [0, 2]}, {"index": 0, "embedding": [1, 0]}]}'

    assert read_response(raw, 2).vectors.tolist() == [[1, 0], [0, 2]]


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [({"total_tokens": 9}, 9), ({"prompt_tokens": 4}, 4), ({}, 0), (None, 0), ({"total_tokens": "x"}, 0)],
)
def test_tokens_are_those_that_the_endpoint_counts(usage: object, tokens: int) -> None:
    assert read_response(body([1, 0], usage=usage), 1).tokens == tokens


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"data": [{"index": 0}]}',
        body([1, 0], [1, 0]),
        body([]),
        body([[1, 0]]),
        body([0, 0]),
        body(["a", "b"]),
        body("base64=="),
        b'{"data": [{"index": 0, "embedding": [1e999, 0]}]}',
    ],
)
def test_anything_but_a_direction_for_each_text_is_refused(raw: bytes) -> None:
    with pytest.raises(EmbeddingFailed):
        read_response(raw, 1)


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (401, EmbeddingModelUnavailable, False),
        (404, EmbeddingModelUnavailable, False),
        (301, EmbeddingModelUnavailable, False),
        (429, EmbeddingFailed, True),
        (500, EmbeddingFailed, True),
    ],
)
def test_a_status_says_whether_trying_again_may_help(
    status: int, kind: type[CausewayError], retryable: bool
) -> None:
    error = refusal("http://host/v1", "m", status, {})

    assert type(error) is kind
    assert error.retryable is retryable


@pytest.mark.parametrize(
    ("value", "wait"),
    [("2", 2000), ("0.5", 500), ("-1", 0), ("9999", 60_000), ("", None), ("nan", None), ("Mon, 1 Jan", None)],
)
def test_the_wait_is_bounded_and_a_date_is_no_wait(value: str, wait: int | None) -> None:
    assert refusal("http://host/v1", "m", 429, {"retry-after": value}).retry_after_ms == wait
