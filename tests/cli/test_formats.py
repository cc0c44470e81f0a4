"""Which files and pages are documents; the table agrees with retrieval's own."""

from __future__ import annotations

import pytest

from cli.formats import MEDIA_TYPES, SUFFIXES, reason_left_out, type_of_file, type_of_page
from services.retrieval import media_types


def test_the_command_sends_exactly_the_files_that_retrieval_reads() -> None:
    told = {suffix: media_types.media_type_of("", f"x{suffix}") for suffix in SUFFIXES}

    assert told == dict(SUFFIXES)
    assert set(SUFFIXES.values()) == set(media_types.READABLE)
    assert {media_types.media_type_of(name, "") for name in MEDIA_TYPES} == set(media_types.READABLE)
    assert set(media_types._SUFFIXES) == set(SUFFIXES)


def test_a_page_is_what_its_server_says_unless_that_is_vague() -> None:
    assert type_of_page("text/html; charset=latin-1", "/x") == "text/html; charset=latin-1"
    assert type_of_page("application/octet-stream", "/x.md") == "text/markdown"
    assert type_of_page("", "/x.html") == "text/html"
    assert type_of_page("text/plain; charset=utf-8", "/x.md") == "text/markdown; charset=utf-8"
    assert type_of_page("text/plain", "/x") == "text/plain"
    assert type_of_page("text/plain", "/x.pdf") == "text/plain"


@pytest.mark.parametrize(
    "content_type", ["image/png", "application/json", "text/css", "application/octet-stream"]
)
def test_other_pages_are_no_documents(content_type: str) -> None:
    assert type_of_page(content_type, "/x.bin") == ""


def test_a_file_that_is_left_out_says_why() -> None:
    assert type_of_file("a/b.png") == ""
    assert reason_left_out("a/b.PNG") == ".png files are not read"
    assert "no suffix" in reason_left_out("a/Makefile")
