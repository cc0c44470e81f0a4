"""The comparison of hashes that recognise nearly equal pages."""

from __future__ import annotations

import random

from benchmarks.duplicates import measured, runs_in_common, runs_of, simhash


def test_minhash_finds_what_simhash_of_few_bits_does_not() -> None:
    chance = random.Random(1)
    words = [f"word{number}" for number in range(2000)]
    pages = [chance.choices(words, k=200) for _ in range(8)]
    rows = {name: (found, wrong) for name, found, wrong, _ in measured(pages)}
    assert rows["MinHash, 20 bands of 6"] == (1.0, 0.0)
    assert rows["SimHash, up to 3 of 64 bits"][0] < 1.0
    assert len(rows) == 4


def test_equal_texts_have_equal_hashes_and_all_runs_in_common() -> None:
    text = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog"]
    assert simhash(text) == simhash(list(text)) != simhash(text[:-1])
    assert runs_in_common(runs_of(text), runs_of(text)) == 1.0
    assert runs_in_common(runs_of(text), runs_of(text[:-1])) == 6 / 7
