"""A process that serves does not spend its time on looking for garbage."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from libs.common.garbage import YOUNG_OBJECTS, settle


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_what_lives_when_a_process_is_ready_is_not_looked_at_again() -> None:
    settle()

    assert gc.get_freeze_count() > 0


class Knot:
    """Refers to itself."""

    def __init__(self) -> None:
        self.own = self


def test_knots_are_still_untied_though_less_often() -> None:
    settle()
    first = weakref.ref(Knot())
    for _ in range(YOUNG_OBJECTS // 4):
        Knot()
    assert first() is not None

    for _ in range(YOUNG_OBJECTS):
        Knot()
    assert first() is None
