"""Models that learned English alone are known by their names."""

from __future__ import annotations

import pytest

from libs.embedding.model_languages import knows_english_only
from libs.embedding.model_store import IDENTITY


@pytest.mark.parametrize(
    "identity",
    [
        IDENTITY,
        "fastembed:BAAI/bge-small-en-v1.5",
        "fastembed:BAAI/bge-base-en",
        "fastembed:jinaai/jina-embeddings-v2-base-en+0a1b2c3d",
        "fastembed:snowflake/snowflake-arctic-embed-xs",
        "fastembed:snowflake/snowflake-arctic-embed-m",
    ],
)
def test_these_know_english_only(identity: str) -> None:
    assert knows_english_only(identity)


@pytest.mark.parametrize(
    "identity",
    [
        "fake-1",
        "endpoint:text-embedding-3-small",
        "fastembed:intfloat/multilingual-e5-large",
        "fastembed:sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
        "fastembed:jinaai/jina-embeddings-v2-base-de",
        "fastembed:snowflake/snowflake-arctic-embed-l-v2.0",
        "endpoint:enterprise-entropy",
    ],
)
def test_these_know_more_or_are_not_known(identity: str) -> None:
    assert not knows_english_only(identity)
