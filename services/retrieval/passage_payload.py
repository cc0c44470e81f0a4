"""Passages as the engines store them: an id or a number, and a payload of plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from operator import itemgetter
from typing import Any
from uuid import UUID

from services.retrieval.index import IndexFailure
from services.retrieval.passage import Passage

_NAMES = tuple(field.name for field in fields(Passage) if field.name != "passage_id")
_LISTS = ("heading_path", "access", "tags")
_LIST_PLACES = tuple(_NAMES.index(name) for name in _LISTS)
_values = itemgetter(*_NAMES)
_HALF = 64


def payload_of(passage: Passage) -> dict[str, Any]:
    """Returns everything of a passage but its id."""
    payload = {name: getattr(passage, name) for name in _NAMES}
    return payload | {name: list(payload[name]) for name in _LISTS}


def passage_of(passage_id: str, payload: Mapping[str, Any] | None) -> Passage:
    """Returns the passage of a payload; what else the payload holds is passed over.

    Raises:
        IndexFailure: The payload is not that of a whole passage.
    """
    try:
        values = list(_values(payload or {}))
        for place in _LIST_PLACES:
            values[place] = tuple(values[place])
        return Passage(passage_id, *values)
    except (KeyError, TypeError) as error:
        raise IndexFailure(f"Passage {passage_id} is not whole ({error}).") from error


def number_of(passage_id: str) -> int:
    """Returns the first half of an id, as a number: engines hand out numbers ten times as fast as UUIDs.

    Ids are random in 60 of these 64 bits; of a million passages, two share a number once in two million
    builds. Numbers are in the order of ids.

    Raises:
        ValueError: It is no passage id.
    """
    return UUID(passage_id).int >> _HALF


def is_passage_id(text: str) -> bool:
    """Whether a text is an id as the engines write it: a UUID in lower case."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def id_after(passage_id: str) -> UUID | None:
    """Returns the least id past this one, where the engines go on; None at the beginning."""
    return UUID(int=UUID(passage_id).int + 1) if passage_id else None
