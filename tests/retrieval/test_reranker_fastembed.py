"""Cross-encoders are loaded by fastembed from a folder, without a hub, and score pairs."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from services.retrieval.reranker import RerankerUnavailable
from services.retrieval.reranker_fastembed import open_cross_encoder
from tests.retrieval.small_cross_encoder import place_cross_encoder


def test_a_model_in_a_folder_is_loaded_and_scores_from_0_to_1(tmp_path: Path) -> None:
    place_cross_encoder(tmp_path / "tests" / "small")
    model = open_cross_encoder("tests/small", tmp_path)
    good, fair, poor = model.scores("poor", ["good", "fair", "poor"])
    assert good == pytest.approx(0.982, abs=0.001)
    assert fair == 0.5
    assert poor == pytest.approx(0.018, abs=0.001)


def test_it_can_be_loaded_twice_and_scores_the_same_in_any_company(tmp_path: Path) -> None:
    place_cross_encoder(tmp_path / "twice")
    first, again = open_cross_encoder("twice", tmp_path), open_cross_encoder("twice", tmp_path)
    texts = ["good", "good fair poor poor", "fair"]
    assert first.scores("fair", texts) == [again.scores("fair", [text])[0] for text in texts]


def test_any_string_is_scored(tmp_path: Path) -> None:
    place_cross_encoder(tmp_path / "any")
    scores = open_cross_encoder("any", tmp_path).scores("\ud800", ["", "\0", "x " * 5000])
    assert all(0.0 <= score <= 1.0 for score in scores)


def test_a_folder_that_lacks_a_file_is_told(tmp_path: Path) -> None:
    place_cross_encoder(tmp_path / "half")
    (tmp_path / "half" / "tokenizer.json").unlink()
    with pytest.raises(RerankerUnavailable, match=r"lacks tokenizer\.json"):
        open_cross_encoder("half", tmp_path)


def test_a_damaged_model_is_told(tmp_path: Path) -> None:
    place_cross_encoder(tmp_path / "damaged")
    (tmp_path / "damaged" / "model.onnx").write_bytes(b"no model")
    with pytest.raises(RerankerUnavailable, match="cannot be loaded"):
        open_cross_encoder("damaged", tmp_path)


def test_a_name_that_nobody_knows_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RerankerUnavailable, match="list_supported_models"):
        open_cross_encoder("nobody/knows-it", tmp_path)


def test_weights_that_are_not_at_hand_are_not_waited_for_where_nothing_may_be_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, tried = threading.get_ident(), []

    def note(*asked: object, **_: object) -> None:
        if threading.get_ident() == here:
            tried.append(asked)

    monkeypatch.setattr("time.sleep", note)
    monkeypatch.setattr("socket.getaddrinfo", note)
    with pytest.raises(RerankerUnavailable, match=r"put model\.onnx, .* into .*MiniLM"):
        open_cross_encoder("Xenova/ms-marco-MiniLM-L-6-v2", tmp_path, fetch=False)
    assert tried == []
