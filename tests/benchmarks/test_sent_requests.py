from __future__ import annotations

from benchmarks.plan import Outcome, Sample
from benchmarks.sent_requests import accounts


def test_nothing_that_went_wrong_is_left_out() -> None:
    fine, late, failed = Sample(0.1, 1, 2), Sample(9.0, 1, 2), Sample(0.1, 1, 2, error="HTTP 503")
    runs = {"ours": [Outcome((fine, late), 2, 1, 1), Outcome((fine, failed), 1, 1, 1)]}

    assert list(accounts(runs)) == ["ours: 4 sent, 3 dropped, 1 left over 2 ms late, 1 failed: HTTP 503"]
