"""What every part of a manifest has in common."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from libs.common.manifest_part import Part


class Example(Part):
    k: float = 1.0


def test_a_part_is_frozen_and_closed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Example().k = 2.0
    with pytest.raises(ValidationError, match="Extra inputs"):
        Example.model_validate({"kk": 1})
    with pytest.raises(ValidationError, match="finite"):
        Example(k=float("nan"))
