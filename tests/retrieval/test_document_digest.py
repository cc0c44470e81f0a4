"""Digests by which documents recognise their like."""

from __future__ import annotations

import random

import pytest

from services.retrieval.document_digest import BANDS, FEWEST_WORDS, ROWS, RUN, digest_of, similarity

WORDS = [f"word{number}" for number in range(3000)]


def text(seed: int, words: int = 400) -> list[str]:
    return random.Random(seed).choices(WORDS, k=words)


def jaccard(one: list[str], other: list[str]) -> float:
    runs = [
        {tuple(words[place : place + RUN]) for place in range(len(words) - RUN + 1)} for words in (one, other)
    ]
    return len(runs[0] & runs[1]) / len(runs[0] | runs[1])


def test_the_same_words_in_other_passages_and_another_case_are_the_same_text() -> None:
    assert (
        digest_of(["Bees make honey.", "Wasps do not."]).text_digest
        == digest_of(["bees make", "HONEY; wasps — do *not*"]).text_digest
        != digest_of(["Bees make honey. Wasps do."]).text_digest
    )


@pytest.mark.parametrize("changed", [0, 2, 10, 30, 80, 200])
def test_the_similarity_is_near_the_share_of_common_runs(changed: int) -> None:
    one = text(1)
    other = list(one)
    for place in random.Random(2).sample(range(len(one)), changed):
        other[place] = f"changed{place}"
    estimate = similarity(digest_of([" ".join(one)]).signature, digest_of([" ".join(other)]).signature)
    assert estimate == pytest.approx(jaccard(one, other), abs=0.12)


def test_documents_that_are_alike_have_a_band_in_common_and_others_do_not() -> None:
    alike = 0
    for seed in range(20):
        one = text(seed)
        other = [*one[:390], *text(seed + 1000, 10)]
        alike += bool(set(digest_of([" ".join(one)]).bands) & set(digest_of([" ".join(other)]).bands))
        strangers = digest_of([" ".join(text(seed + 2000))]).bands
        assert not set(digest_of([" ".join(one)]).bands) & set(strangers)
    assert alike == 20


def test_a_signature_is_the_same_everywhere_and_always() -> None:
    signature = digest_of(["the quick brown fox jumps over the lazy dog " * 3]).signature
    assert len(signature) == BANDS * ROWS * 4
    assert signature[:12].hex() == "830cc337fb38fb1d7bb1a202"


def test_a_short_document_resembles_nothing() -> None:
    short = digest_of(["word " * (FEWEST_WORDS - 1)])
    assert (short.signature, short.bands, short.words) == (b"", [], FEWEST_WORDS - 1)
    assert similarity(short.signature, short.signature) == 0.0


def test_an_empty_document_has_a_digest() -> None:
    assert digest_of([]).words == 0
