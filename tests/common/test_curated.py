import json
from typing import Any

import pytest
from pydantic import ValidationError

from libs.common.curated import Curated, CuratedAnswer

GOOD: dict[str, Any] = {"id": "tea", "questions": ["When is tea?"], "answer": "At four."}


def _read(*answers: dict[str, Any]) -> Curated:
    return Curated.model_validate_json(json.dumps({"answers": answers}), strict=True)


def test_only_approved_answers_may_be_used() -> None:
    curated = _read(
        GOOD,
        GOOD | {"id": "b", "state": "approved", "approved_by": "ana", "expires_at": "2027-01-01"},
        GOOD | {"id": "c", "state": "expired", "approved_by": "ana"},
    )
    assert [answer.id for answer in curated.approved] == ["b"]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "approved"},
        {"state": "approved", "approved_by": " "},
        {"questions": []},
        {"questions": ["?"]},
        {"answer": ""},
        {"links": [{"title": "x", "url": "javascript:alert(1)"}]},
        {"language": "English"},
        {"expires_at": "soon"},
        {"expires_at": 20270101},
        {"revision": 0},
        {"author": "ana"},
    ],
    ids=str,
)
def test_what_cannot_be_used_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        _read(GOOD | change)


def test_two_answers_of_one_id_are_refused() -> None:
    with pytest.raises(ValidationError, match="two answers have the id tea"):
        _read(GOOD, GOOD)


def test_a_draft_needs_nobodys_name() -> None:
    assert CuratedAnswer(**GOOD).state == "draft"
