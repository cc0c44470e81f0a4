"""Every suite can be run by its name."""

from __future__ import annotations

import pytest

from evals.suites import SUITES, Suite


@pytest.mark.parametrize("suite", SUITES.values(), ids=SUITES)
def test_a_suite_runs_and_has_a_sentence_about_itself(suite: Suite) -> None:
    assert callable(suite.run)
    assert (suite.__doc__ or "").strip()
