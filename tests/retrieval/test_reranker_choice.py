"""A profile's re-ranking model is the embedder itself, or a cross-encoder by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from libs.common.retrieval_profile import LATE_INTERACTION
from libs.embedding.embedder import Vectors
from services.retrieval.reranker import RerankerUnavailable
from services.retrieval.reranker_choice import open_reranker
from services.retrieval.reranker_fastembed import CrossEncoder
from services.retrieval.reranker_late_interaction import LateInteraction
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.small_cross_encoder import place_cross_encoder


class TokenFake(FakeEmbedder):
    def embed_tokens(self, text: str) -> Vectors:
        return self.embed_passages(text.split() or [""])


def test_late_interaction_uses_the_embedder(tmp_path: Path) -> None:
    model = open_reranker(LATE_INTERACTION, TokenFake(), tmp_path)
    assert isinstance(model, LateInteraction)
    near, far = model.scores("radio battery", ["radio battery", "jackets hang there"])
    assert near > far


def test_an_embedder_without_tokens_is_told(tmp_path: Path) -> None:
    with pytest.raises(RerankerUnavailable, match="vectors of tokens"):
        open_reranker(LATE_INTERACTION, FakeEmbedder(), tmp_path)


def test_any_other_name_is_a_cross_encoders(tmp_path: Path) -> None:
    place_cross_encoder(tmp_path / "small")
    assert isinstance(open_reranker("small", FakeEmbedder(), tmp_path), CrossEncoder)
