"""How many streams there may be."""

from __future__ import annotations

import pytest

from libs.common.errors import Overloaded, RateLimited
from services.edge_gateway.open_streams import OpenStreams

ANA, BOB, EVE = ("acme", "ana"), ("acme", "bob"), ("globex", "ana")


def test_a_visitor_may_hold_so_many_and_gets_the_place_back() -> None:
    streams = OpenStreams(total=10, per_owner=2)
    with streams.hold(ANA), streams.hold(ANA):
        with pytest.raises(RateLimited) as caught, streams.hold(ANA):
            pass
        assert caught.value.retry_after_ms
        with streams.hold(EVE):
            assert len(streams) == 3
    with streams.hold(ANA):
        assert len(streams) == 1
    assert len(streams) == 0


def test_the_process_may_hold_so_many() -> None:
    streams = OpenStreams(total=2, per_owner=2)
    with streams.hold(ANA), streams.hold(BOB):
        with pytest.raises(Overloaded) as caught, streams.hold(EVE):
            pass
        assert caught.value.retry_after_ms


def test_a_place_is_given_back_whatever_happens() -> None:
    streams = OpenStreams(total=1, per_owner=1)
    for _ in range(3):
        with pytest.raises(KeyError), streams.hold(ANA):
            raise KeyError
    assert len(streams) == 0
    assert not streams._by_owner


def test_when_the_edge_stops_streams_are_told_and_none_is_admitted() -> None:
    streams = OpenStreams(total=10, per_owner=2)
    with streams.hold(ANA) as first, streams.hold(BOB) as second:
        streams.move_on()

        assert first.reason == second.reason == "draining"
        with pytest.raises(Overloaded), streams.hold(EVE):
            pass
