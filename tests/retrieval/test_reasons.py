"""The reasons for which a document yields no passages."""

from __future__ import annotations

from typing import get_args

from services.retrieval.reasons import REASONS, Code


def test_every_code_says_what_was_found_and_what_to_do() -> None:
    assert set(REASONS) == set(get_args(Code))
    for reason in REASONS.values():
        assert reason.meaning.endswith(".")
        assert reason.remedy.endswith(".")
