from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.fair_queue import FairQueue


def test_tenants_take_turns() -> None:
    queue = FairQueue[str]()
    for thing in ("a1", "a2", "a3", "b1", "c1", "b2"):
        queue.push(thing[0], thing)
    assert [queue.pop() for _ in range(len(queue))] == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_what_is_dropped_is_never_taken() -> None:
    queue = FairQueue[str]()
    for thing in ("a1", "a2", "b1"):
        queue.push(thing[0], thing)
    queue.drop("a", "a1")
    queue.drop("a", "a1")
    queue.drop("nobody", "a1")
    assert len(queue) == 2
    assert [queue.pop(), queue.pop()] == ["a2", "b1"]


def test_an_empty_queue_says_so() -> None:
    with pytest.raises(IndexError):
        FairQueue[str]().pop()


@given(st.lists(st.sampled_from("abc"), max_size=30), st.sampled_from("abcd"))
def test_as_many_are_taken_before_a_newcomer_as_was_foretold_at_most(
    tenants: list[str], newcomer: str
) -> None:
    queue = FairQueue[int]()
    for number, tenant in enumerate(tenants):
        queue.push(tenant, number)
    foretold = queue.ahead_of(newcomer)
    queue.push(newcomer, -1)
    before = 0
    while queue.pop() != -1:
        before += 1
    assert before <= foretold
