"""Events as the edge sees them."""

from __future__ import annotations

import pytest

from services.edge_gateway.answers import Delta, Event, Failure, Notice, NumberedEvent, Unknown
from tests.edge_gateway.harness import answer


@pytest.mark.parametrize("event", [Delta("a"), Notice("a", "b"), Unknown()])
def test_an_answer_goes_on_after_most_events(event: Event) -> None:
    assert not NumberedEvent(1, event).last


def test_an_answer_ends_with_done_or_with_a_failure() -> None:
    assert answer()[-1].last
    assert NumberedEvent(2, Failure("internal", "internal", True, 0, "x")).last
