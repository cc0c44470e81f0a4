"""Page tokens come back as they were given out, or are refused."""

from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.errors import InvalidRequest
from services.retrieval.page_token import read_page_token, write_page_token


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    st.sampled_from(("", "failed")),
)
def test_a_token_says_where_to_go_on(uri: str, state: str) -> None:
    assert read_page_token(write_page_token((uri, "d_1"), state), state) == (uri, "d_1")


def test_no_token_is_the_first_page() -> None:
    assert read_page_token("", "failed") == ("", "")


@given(st.text())
def test_nothing_that_a_client_makes_up_is_anything_but_a_refusal(token: str) -> None:
    with contextlib.suppress(InvalidRequest):
        assert len(read_page_token(token, "")) == 2


@pytest.mark.parametrize(
    "token",
    ["x", "####", "ÿ", base64.urlsafe_b64encode(b"[1]").decode(), base64.urlsafe_b64encode(b"\xff").decode()]
    + [
        base64.urlsafe_b64encode(content).decode()
        for content in (b"{}", b"[1, 2]", b'["a"]', b"null", b'[1,2,""]', b'["a\\u0000","b",""]')
    ]
    + ["A" * 100_000],
)
def test_a_token_of_another_shape_is_refused(token: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_page_token(token, "")
    assert caught.value.field == "page_token"


def test_a_token_of_another_list_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="another state"):
        read_page_token(write_page_token(("a.md", "d_1"), "failed"), "indexed")
