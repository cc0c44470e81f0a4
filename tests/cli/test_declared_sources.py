"""Which of the declared sources are meant."""

from __future__ import annotations

import pytest

from cli.declared_sources import chosen
from cli.output import CommandFailed
from libs.common.source import FolderSource

SOURCES = tuple(FolderSource(id=name, kind="folder", path="x") for name in ("a", "b"))


def test_all_are_meant_unless_some_are_named() -> None:
    assert chosen(SOURCES, []) == SOURCES
    assert [s.id for s in chosen(SOURCES, ["b", "a"])] == ["b", "a"]


def test_one_that_is_not_declared_is_named_with_those_that_are() -> None:
    with pytest.raises(CommandFailed, match=r"c is not declared .* there is a, b"):
        chosen(SOURCES, ["c"])
    with pytest.raises(CommandFailed, match="there is none"):
        chosen((), ["c"])
