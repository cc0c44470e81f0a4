"""What the port asks of every embedder, and what its error tells callers."""

from libs.common.errors import CausewayError
from libs.embedding.embedder import Embedder, EmbeddingModelUnavailable
from libs.embedding.embedder_fastembed import FastembedEmbedder


def test_the_port_stays_small() -> None:
    members = [name for name in vars(Embedder) if not name.startswith("_")]
    assert len(members) <= 6


def test_the_adapter_fills_the_port(embedder: FastembedEmbedder) -> None:
    port: Embedder = embedder
    for name in vars(Embedder):
        if not name.startswith("_"):
            assert getattr(port, name) is not None


def test_a_missing_model_is_a_dependency_that_trying_again_will_not_bring() -> None:
    error = EmbeddingModelUnavailable("install it")
    assert isinstance(error, CausewayError)
    assert error.kind == "dependency_unavailable"
    assert not error.retryable
    assert str(error) == "install it"
