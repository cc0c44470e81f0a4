"""The bar counts, and draws nothing where there is no terminal."""

from __future__ import annotations

import pytest

from evals.asking_bar import asking_bar


def test_without_a_terminal_nothing_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    with asking_bar("small: searching", 3) as step:
        step()
        step()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.strip() == ""


def test_a_terminal_sees_what_is_asked_and_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with asking_bar("small: searching", 2) as step:
        step()
        step()
    drawn = capsys.readouterr().err
    assert "small: searching" in drawn
    assert "2/2" in drawn
