"""A reading says whether what it lacks is gone."""

from __future__ import annotations

from cli.document import Reading, Remark

REMARK = (Remark("a.md", "cannot be read"),)


def test_a_reading_with_a_fault_is_not_whole() -> None:
    assert not Reading((), faults=REMARK).whole


def test_what_was_left_out_on_purpose_makes_it_no_less_whole() -> None:
    assert Reading((), left_out=REMARK).whole
