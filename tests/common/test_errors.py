"""The vocabulary itself."""

from __future__ import annotations

from typing import get_args

import pytest

from libs.common.errors import ERRORS, CausewayError, Channel, Conflict, Kind


def test_every_kind_has_exactly_one_class() -> None:
    assert set(ERRORS) == set(get_args(Kind))
    assert len(set(ERRORS.values())) == len(ERRORS)


@pytest.mark.parametrize("error", ERRORS.values(), ids=lambda error: error.kind)
def test_every_error_has_words_for_people_and_a_known_channel(error: type[CausewayError]) -> None:
    assert error.title.endswith(".")
    assert error.channel in get_args(Channel)
    assert error().detail == error.title
    assert str(error("Because.")) == "Because."


def test_facts_are_copied_so_that_an_error_cannot_change_afterwards() -> None:
    facts = {"query_id": "q_1"}
    error = Conflict("Already running.", info=facts)
    facts["query_id"] = "q_2"
    assert error.info == {"query_id": "q_1"}
