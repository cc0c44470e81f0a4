"""The published client decides as the services do, without importing their code."""

from __future__ import annotations

from pathlib import Path

import pytest

import causeway_client.call_outcomes
import causeway_client.sliding_count
import libs.common.call_outcomes
import libs.common.sliding_count

COPIES = [
    (libs.common.call_outcomes, causeway_client.call_outcomes),
    (libs.common.sliding_count, causeway_client.sliding_count),
]


@pytest.mark.parametrize(("ours", "published"), COPIES)
def test_the_published_copy_is_the_same_text(ours: object, published: object) -> None:
    text = Path(ours.__file__ or "").read_text(encoding="utf-8")  # type: ignore[attr-defined]
    copied = Path(published.__file__ or "").read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert copied == text.replace("from libs.common.", "from causeway_client.")
