"""Page tokens come back as they went, and nothing else is taken for one."""

from __future__ import annotations

import base64

import pytest

from libs.common.errors import InvalidRequest
from services.generation.conversations.page_token import read_place, read_seq, write_place, write_seq


def test_tokens_come_back_as_they_went() -> None:
    assert read_place(write_place((1_750_000_000.123456, "c_1"))) == (1_750_000_000.123456, "c_1")
    assert read_seq(write_seq(7)) == 7
    assert (read_place(""), read_seq("")) == (None, 0)


@pytest.mark.parametrize(
    "content",
    [
        *(
            b"",
            b"null",
            b"[]",
            b"[1,2]",
            b'["a","b"]',
            b"[1.5]",
            b'[1.5,"\\u0000"]',
            b"{}",
            b"1e999",
            b"\xff",
        ),
        *(b"-1", b"true", b"2147483648", b'[1e999,"c_1"]'),
    ],
)
def test_anything_else_is_refused(content: bytes) -> None:
    token = base64.urlsafe_b64encode(content).decode() or "="
    for read in (read_place, read_seq):
        with pytest.raises(InvalidRequest) as refused:
            read(token)
        assert refused.value.field == "page_token"


@pytest.mark.parametrize("token", ["x", "%%%%", "A" * 10_000, "é"])
def test_what_is_no_token_at_all_is_refused(token: str) -> None:
    for read in (read_place, read_seq):
        with pytest.raises(InvalidRequest):
            read(token)
