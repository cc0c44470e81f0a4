"""What every part of a manifest has in common."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from libs.common.manifest_part import Later, Part


class Example(Part):
    k: float = 1.0


def test_a_part_is_frozen_and_closed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Example().k = 2.0
    with pytest.raises(ValidationError, match="Extra inputs"):
        Example.model_validate({"kk": 1})
    with pytest.raises(ValidationError, match="finite"):
        Example(k=float("nan"))


class Inner(Part):
    depth: Annotated[int, Later()] = 3


class Outer(Part):
    k: int = 1
    inner: Inner = Inner()
    names: Annotated[tuple[str, ...], Field(max_length=2), Later()] = ()


def test_a_later_field_is_left_out_while_it_holds_its_default() -> None:
    assert Outer(names=()).model_dump(mode="json") == {"k": 1, "inner": {}}


def test_a_later_field_is_written_and_read_again_once_it_differs() -> None:
    made = Outer(inner=Inner(depth=4), names=("a",))
    written = made.model_dump(mode="json")
    assert written == {"k": 1, "inner": {"depth": 4}, "names": ["a"]}
    assert Outer.model_validate(written) == made
