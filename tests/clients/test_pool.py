"""Calls are spread over connections before any of them is full."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import count

import pytest

from causeway_client.pool import CALLS_PER_CHANNEL, ChannelPool, ClientClosed


def numbered(limit: int) -> ChannelPool[int]:
    return ChannelPool(count(1).__next__, limit)


def test_one_connection_is_enough_for_calls_one_after_the_other() -> None:
    pool = numbered(4)
    used = set()
    for _ in range(3 * CALLS_PER_CHANNEL):
        with pool.lease() as channel:
            used.add(channel)

    assert used == {1}


def test_a_full_connection_is_not_given_more_calls() -> None:
    pool = numbered(4)
    with ExitStack() as calls:
        channels = [calls.enter_context(pool.lease()) for _ in range(2 * CALLS_PER_CHANNEL + 1)]

    assert [channels.count(number) for number in (1, 2, 3)] == [CALLS_PER_CHANNEL, CALLS_PER_CHANNEL, 1]


def test_at_the_limit_the_least_busy_takes_more() -> None:
    pool = numbered(2)
    with ExitStack() as calls:
        channels = [calls.enter_context(pool.lease()) for _ in range(4 * CALLS_PER_CHANNEL)]

    assert channels.count(1) == channels.count(2) == 2 * CALLS_PER_CHANNEL


def test_a_call_that_fails_leaves_its_place() -> None:
    pool = numbered(4)
    for _ in range(2 * CALLS_PER_CHANNEL):
        with pytest.raises(KeyError), pool.lease():
            raise KeyError

    with pool.lease() as channel:
        assert channel == 1


def test_nothing_is_lent_after_the_end() -> None:
    pool = numbered(1)
    with pool.lease():
        pass

    assert pool.drain() == (1,)
    with pytest.raises(ClientClosed, match="closed"), pool.lease():
        pass
