"""Sets are named by their names."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from evals.judged_set import SETS
from evals.set_arguments import add_set_arguments
from evals.set_index import BENCHES


@pytest.fixture
def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    add_set_arguments(parser, "all by default")
    return parser


def test_sets_and_their_folder_are_read(parser: argparse.ArgumentParser) -> None:
    first = next(iter(SETS))
    asked = parser.parse_args([first, "--folder", "there"])
    assert (asked.sets, asked.folder) == ([first], Path("there"))
    assert (parser.parse_args([]).sets, parser.parse_args([]).folder) == ([], BENCHES)


def test_a_set_that_is_none_is_refused_with_those_that_there_are(
    parser: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser.parse_args(["nonsense"])
    said = capsys.readouterr().err
    assert all(name in said for name in ("'nonsense'", *SETS))
