"""Progress goes where figures do not."""

from __future__ import annotations

import pytest

from evals.running import say


def test_progress_is_kept_apart_from_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    say("squad2: searching")
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "squad2: searching ...\n")
