"""The command runs what is named, and says what it could not run."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from benchmarks.child_process import NotStarted
from evals.__main__ import main


@dataclass
class Written:
    """A suite that needs no measuring."""

    text: str
    asked: list[bool] = field(default_factory=list)

    def run(self, full: bool) -> str:
        self.asked.append(full)
        return self.text


class Broken:
    """A suite whose service does not come up."""

    def run(self, full: bool) -> str:
        raise NotStarted("no port is free")


def test_every_suite_runs_in_its_order_unless_some_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    suites = {"one": Written("## One"), "two": Written("## Two")}
    assert main([], suites) == 0
    printed = capsys.readouterr().out
    assert printed.index("## One") < printed.index("## Two")
    assert main(["two"], suites) == 0
    assert (suites["one"].asked, suites["two"].asked) == ([False], [False, False])


@pytest.mark.parametrize(
    ("words", "variable", "full"), [([], "", False), ([], "1", True), (["--full"], "", True)]
)
def test_all_questions_are_taken_where_that_is_wanted(
    words: list[str], variable: str, full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FULL", variable)
    suite = Written("## One")
    main(words, {"one": suite})
    assert suite.asked == [full]


def test_one_that_could_not_run_does_not_keep_the_others_from_running(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([], {"broken": Broken(), "one": Written("## One")}) == 1
    printed = capsys.readouterr()
    assert "broken: no port is free" in printed.err
    assert "## One" in printed.out


def test_an_unknown_suite_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["novels"], {"one": Written("")}) == 2
    assert "'novels' is not one of one" in capsys.readouterr().err
