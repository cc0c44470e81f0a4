"""A filter is refused where it is written, not where it is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from causeway_client.search import SearchFilter


@pytest.mark.parametrize("wrong", [{"tags_any": "one"}, {"tags_all": "one"}, {"document_ids": "d"}])
def test_a_text_in_the_place_of_several_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=f"{next(iter(wrong))} takes several"):
        SearchFilter(**wrong)


@pytest.mark.parametrize("field", ["updated_from", "updated_before"])
def test_a_time_without_a_zone_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match=f"{field} needs a time zone"):
        SearchFilter(**{field: datetime(2026, 1, 1)})  # type: ignore[arg-type]  # noqa: DTZ001


def test_any_sequence_of_texts_will_do() -> None:
    made = SearchFilter(
        document_ids=["d"], tags_any=("a", "b"), updated_from=datetime(2026, 1, 1, tzinfo=UTC)
    )

    assert (made.document_ids, made.tags_any) == (["d"], ("a", "b"))
