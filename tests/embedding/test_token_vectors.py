"""The vectors of tokens are what the vector of a text is made from."""

from __future__ import annotations

import numpy as np
import pytest

from libs.embedding.embedder_fastembed import FastembedEmbedder


def test_each_token_has_its_place_in_the_text(embedder: FastembedEmbedder) -> None:
    text = "Leave is earned."
    tokens = embedder.read_tokens(text)
    pieces = [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    assert pieces == ["Leave", "is", "earned", "."]
    assert tokens.values.shape == (4, embedder.dimensions)


def test_a_token_depends_on_the_words_around_it(embedder: FastembedEmbedder) -> None:
    river, money = (embedder.read_tokens(text).values[-1] for text in ("the river bank", "a savings bank"))
    assert not np.allclose(river, money, atol=0.05)


def test_the_mean_of_the_tokens_is_close_to_the_vector_of_the_text(embedder: FastembedEmbedder) -> None:
    text = "The index of a region is built by the ingest worker, a process of its own."
    mean = embedder.read_tokens(text).values.mean(0)
    cosine = float(mean @ embedder.embed_query(text)) / float(np.linalg.norm(mean))
    assert cosine > 0.97


@pytest.mark.parametrize("text", ["", "   ", "\ud800", "\x00"])
def test_any_text_is_accepted(embedder: FastembedEmbedder, text: str) -> None:
    tokens = embedder.read_tokens(text)
    assert len(tokens.starts) == len(tokens.ends) == len(tokens.values)


def test_what_the_model_does_not_read_has_no_vectors(embedder: FastembedEmbedder) -> None:
    tokens = embedder.read_tokens("word " * 1000)
    assert len(tokens.starts) == embedder.max_tokens - 2
