"""Each sentence goes with the sources that it cites."""

from __future__ import annotations

import time

import pytest

from services.generation.claims import Claim, ClaimReader


def claims(*parts: str | int) -> list[Claim]:
    reader = ClaimReader()
    found: list[Claim] = []
    for part in parts:
        if isinstance(part, int):
            reader.marker(part)
        else:
            found += reader.text(part)
    return [*found, *reader.end()]


def test_a_marker_before_the_full_stop_belongs_to_its_sentence() -> None:
    assert claims("Tea is at four ", 1, ". Coffee is free ", 2, ".") == [
        Claim("Tea is at four .", (1,)),
        Claim("Coffee is free .", (2,)),
    ]


def test_a_marker_after_the_full_stop_belongs_to_the_sentence_before() -> None:
    assert claims("Tea is at four. ", 1, " Coffee is free. ", 2) == [
        Claim("Tea is at four.", (1,)),
        Claim("Coffee is free.", (2,)),
    ]


def test_several_markers_go_together_and_only_once() -> None:
    assert claims("Tea is at four. ", 1, 2, 1) == [Claim("Tea is at four.", (1, 2))]


def test_a_sentence_may_cite_nothing() -> None:
    assert claims("Tea is at four. Coffee is free. ", 1)[0] == Claim("Tea is at four.", ())


def test_list_items_are_claims_of_their_own() -> None:
    assert claims("- Tea ", 1, "\n- Coffee ", 2, "\n") == [
        Claim("- Tea", (1,)),
        Claim("- Coffee", (2,)),
    ]


def test_a_marker_at_the_very_beginning_is_not_lost() -> None:
    assert claims(1, " says that tea is at four.") == [Claim("says that tea is at four.", (1,))]


def test_sentences_are_yielded_while_the_text_streams() -> None:
    reader = ClaimReader()
    assert list(reader.text("Tea is at four. ")) == []
    reader.marker(1)
    assert list(reader.text(" Cof")) == [Claim("Tea is at four.", (1,))]


def test_cutting_the_text_anywhere_changes_nothing() -> None:
    text = "Tea is served e.g. at four. Coffee costs 1.50 euro! Is it good? Yes."
    assert claims(*text) == claims(text)
    assert [claim.text for claim in claims(text)] == [
        "Tea is served e.g. at four.",
        "Coffee costs 1.50 euro!",
        "Is it good?",
        "Yes.",
    ]


def test_code_and_marks_without_words_are_no_claims() -> None:
    assert claims("Run it: ", 1, "\n```\nprint('Hello there.')\n```\n---\n") == [Claim("Run it:", (1,))]


@pytest.mark.parametrize("piece", ["Dr. ", "e.g. ", "a. b ", "。", "x"])
def test_a_sentence_without_end_takes_no_time(piece: str) -> None:
    reader = ClaimReader()
    text = (piece * 8000)[:8000]
    began = time.perf_counter()
    for at in range(0, len(text), 7):
        list(reader.text(text[at : at + 7]))
    claims = list(reader.end())

    assert time.perf_counter() - began < 1.0
    assert all(len(claim.text) <= 2100 for claim in claims)


def test_a_sentence_that_is_longer_than_any_is_cut() -> None:
    reader = ClaimReader()
    claims = [claim for _ in range(500) for claim in reader.text("word and ")]
    claims += reader.end()

    assert len(claims) > 1
    assert "".join(claim.text for claim in claims).count("word") == 500
