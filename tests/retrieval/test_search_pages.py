"""Page tokens of searches come back as they were given out, to the same caller, for the same search."""

from __future__ import annotations

import base64
import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.errors import InvalidRequest
from services.retrieval.passage_filter import PassageFilter
from services.retrieval.search_pages import MOST_PASSAGES, Page, SearchPages, name_of
from services.retrieval.search_query import SearchQuery
from services.retrieval.visibility import Condition, Visibility

PAGES = SearchPages(b"0123456789abcdef")
QUERY = SearchQuery("radio")
CONDITION = Condition(Visibility("acme", frozenset({"staff"})), PassageFilter(tags_any=("x",)))
TOKEN = PAGES.write(CONDITION, QUERY, "main/1", Page(), ["p-1", "p-2"])
FOLLOWING = replace(QUERY, page_token=TOKEN)


def test_no_token_is_the_first_page() -> None:
    assert PAGES.read(CONDITION, QUERY) == Page()


def test_a_token_names_what_earlier_pages_held() -> None:
    page = PAGES.read(CONDITION, FOLLOWING)
    assert page.holds("p-1")
    assert page.holds("p-2")
    assert not page.holds("p-3")
    assert page.offset == 2
    PAGES.require(page, "main/1")
    third = PAGES.read(
        CONDITION, replace(QUERY, page_token=PAGES.write(CONDITION, QUERY, "main/1", page, ["p-3"]))
    )
    assert third.seen == {name_of(f"p-{n}") for n in (1, 2, 3)}


def test_how_many_passages_a_page_holds_may_change_and_explaining_too() -> None:
    assert PAGES.read(CONDITION, replace(FOLLOWING, k=3, explain=True)).offset == 2


@pytest.mark.parametrize(
    "other",
    [
        replace(CONDITION, visible=Visibility("globex", frozenset({"staff"}))),
        replace(CONDITION, visible=Visibility("acme", frozenset())),
        replace(CONDITION, visible=Visibility("acme", frozenset({"staff", "board"}))),
    ],
)
def test_somebody_elses_token_is_none(other: Condition) -> None:
    with pytest.raises(InvalidRequest, match="not one that this service gave out") as caught:
        PAGES.read(other, FOLLOWING)
    assert caught.value.field == "page_token"


@pytest.mark.parametrize(
    ("condition", "query"),
    [
        (CONDITION, replace(FOLLOWING, text="radios")),
        (CONDITION, replace(FOLLOWING, profile="wide-1")),
        (CONDITION, replace(FOLLOWING, page_url="https://x.example/")),
        (replace(CONDITION, filter=PassageFilter()), FOLLOWING),
        (replace(CONDITION, filter=PassageFilter(tags_all=("x",))), FOLLOWING),
    ],
)
def test_a_token_of_another_search_is_refused(condition: Condition, query: SearchQuery) -> None:
    with pytest.raises(InvalidRequest, match="another search") as caught:
        PAGES.read(condition, query)
    assert caught.value.field == "page_token"


def test_a_token_of_a_build_that_is_no_longer_served_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="index has changed") as caught:
        PAGES.require(PAGES.read(CONDITION, FOLLOWING), "main/2")
    assert caught.value.field == "page_token"


def test_a_token_that_another_key_sealed_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        SearchPages(b"another key of 16+").read(CONDITION, FOLLOWING)


def test_no_bit_of_a_token_can_be_changed() -> None:
    content = base64.urlsafe_b64decode(TOKEN)
    for place in range(len(content) * 8):
        changed = bytearray(content)
        changed[place // 8] ^= 1 << place % 8
        token = base64.urlsafe_b64encode(bytes(changed)).decode()
        with pytest.raises(InvalidRequest):
            PAGES.read(CONDITION, replace(QUERY, page_token=token))


@given(st.text() | st.binary().map(lambda content: base64.urlsafe_b64encode(b"\x01" + content).decode()))
def test_nothing_that_a_client_makes_up_is_anything_but_a_refusal(token: str) -> None:
    with contextlib.suppress(InvalidRequest):
        assert PAGES.read(CONDITION, replace(QUERY, page_token=token)) == Page()


def test_a_token_that_is_too_long_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        PAGES.read(CONDITION, replace(QUERY, page_token="A" * 100_000))


def test_pages_end_after_500_passages_and_their_tokens_stay_short() -> None:
    most = [f"p-{n}" for n in range(MOST_PASSAGES)]
    assert PAGES.write(CONDITION, QUERY, "main/1", Page(), most) == ""
    last = PAGES.write(CONDITION, QUERY, "main/1", Page(), most[:-1])
    assert len(last) < 5500
    assert PAGES.read(CONDITION, replace(QUERY, page_token=last)).offset == MOST_PASSAGES - 1


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16"):
        SearchPages(b"short")
