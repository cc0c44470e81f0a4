"""Entity tags."""

from __future__ import annotations

import hashlib

import pytest

from services.edge_gateway.etag import none_match, strong_etag

TAG = strong_etag(b"content")


def test_the_tag_is_the_hash_of_the_content() -> None:
    assert strong_etag(b"content") == f'"{hashlib.sha256(b"content").hexdigest()}"'
    assert strong_etag(b"other") != TAG


@pytest.mark.parametrize("header", [TAG, "W/" + TAG, "*", " * ", f'"a", {TAG}', f'W/"b",W/{TAG} , "c"'])
def test_a_client_that_has_the_content_is_known(header: str) -> None:
    assert none_match(header, TAG)


@pytest.mark.parametrize("header", [None, "", '""', '"a"', TAG.strip('"'), TAG[:-2] + '"', '"*"', ",,,"])
def test_a_client_that_has_something_else_is_not(header: str | None) -> None:
    assert not none_match(header, TAG)
