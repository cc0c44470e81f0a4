"""Stages are timed and measured, however they end."""

from __future__ import annotations

import pytest

from libs.common.metrics import REGISTRY
from libs.common.stage import Stage
from tests.fakes.fake_clock import FakeClock


def measured() -> tuple[float, float]:
    labels = {"stage": "tested"}
    name = "causeway_stage_duration_seconds"
    return (
        REGISTRY.get_sample_value(f"{name}_count", labels) or 0.0,
        REGISTRY.get_sample_value(f"{name}_sum", labels) or 0.0,
    )


def test_a_stage_knows_how_long_it_took() -> None:
    clock = FakeClock()
    count, total = measured()

    with Stage("tested", clock) as took:
        clock.advance(0.25)

        assert took.ms == pytest.approx(250)

    after = measured()
    assert after[0] == count + 1
    assert after[1] == pytest.approx(total + 0.25)


def test_a_stage_that_fails_is_measured_too() -> None:
    count, _ = measured()

    with pytest.raises(ValueError, match="no"), Stage("tested", FakeClock()):
        raise ValueError("no")

    assert measured()[0] == count + 1
