"""What a document says about itself."""

from __future__ import annotations

import pytest

from services.retrieval.own_metadata import MAX_VALUES, metadata_of
from services.retrieval.parsed_document import Unreadable


def test_the_first_name_that_says_something_counts() -> None:
    said = {"lang": "nonsense!", "locale": "de_DE", "date": "2026-01-01", "updated": "2026-02-01T00:00:00Z"}
    found = metadata_of(said)
    assert (found.language, found.updated_at) == ("de-de", "2026-02-01T00:00:00Z")


def test_tags_add_up_and_have_a_bound() -> None:
    assert metadata_of({"tags": ["b", 7, None, "x" * 200], "keywords": "a, b"}).tags == ("7", "a", "b")
    assert len(metadata_of({"tags": [str(n) for n in range(1000)]}).tags) == MAX_VALUES


def test_access_may_be_a_word_or_a_list_of_words() -> None:
    assert metadata_of({"access": "staff, board"}).access == ("board", "staff")
    assert metadata_of({"access": ["staff", 7]}).access == ("7", "staff")
    assert metadata_of({"access": []}).access == ()
    assert metadata_of({"access": None}).access == ()


@pytest.mark.parametrize("access", [{"a": "b"}, [["a"]], "", "x" * 101, True, [None]])
def test_access_that_makes_no_sense_is_refused(access: object) -> None:
    with pytest.raises(Unreadable):
        metadata_of({"access": access})
