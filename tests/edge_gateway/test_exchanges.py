"""Counting exchanges of host tokens."""

from __future__ import annotations

import pytest

from libs.common.errors import Unauthenticated
from services.edge_gateway.exchanges import MAX_EXCHANGES, ExchangeCounter


def test_a_token_is_good_for_twenty_sessions() -> None:
    counter = ExchangeCounter()
    for _ in range(MAX_EXCHANGES):
        counter.count("acme", "j-1")

    with pytest.raises(Unauthenticated, match="too often"):
        counter.count("acme", "j-1")
    counter.count("acme", "j-2")
    counter.count("globex", "j-1")


def test_the_memory_is_bounded_and_what_was_used_longest_ago_is_forgotten() -> None:
    counter = ExchangeCounter(remembered=2)
    for _ in range(MAX_EXCHANGES):
        counter.count("acme", "old")
    counter.count("acme", "new")
    counter.count("acme", "newer")

    counter.count("acme", "old")
