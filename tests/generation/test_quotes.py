"""Lists that a passage's border cut in two are put together again."""

from __future__ import annotations

import pytest

from services.generation.passage import Source
from services.generation.quotes import Quote, block_at, introduces, joined
from services.generation.sentences import split_units
from tests.generation.examples import passage

FIRST, SECOND, THIRD = "Do this:\n\n1. Open it", "2. Pour it\n3. Stir it", "4. Drink it\n\nThat is all."


def chain(*texts: str, gap: int = 1) -> list[Source]:
    """Sources that follow each other in one document, numbered from the last."""
    sources, start = [], 100
    for place, text in enumerate(texts):
        found = passage(text, start=start, passage_id=f"p-{place}")
        sources.append(Source(len(texts) - place, found, text))
        start += len(text) + gap
    return sources


def listed(source: Source, at: int = 0) -> list[Quote]:
    return [Quote(source, unit) for unit in block_at(split_units(source.text), at)]


def texts(quotes: tuple[Quote, ...]) -> list[str]:
    return [quote.unit.text for quote in quotes]


WHOLE = ["Do this:", "1. Open it", "2. Pour it", "3. Stir it", "4. Drink it"]


@pytest.mark.parametrize(("place", "at"), [(0, 1), (1, 0), (2, 0)])
def test_a_list_is_whole_from_any_of_its_passages(place: int, at: int) -> None:
    sources = chain(FIRST, SECOND, THIRD)
    quotes = joined(listed(sources[place], at), sources)
    assert texts(quotes) == WHOLE
    assert [quote.source.n for quote in quotes] == [3, 3, 2, 2, 1]


def test_only_what_was_offered_is_quoted() -> None:
    sources = chain(FIRST, SECOND, THIRD)
    assert texts(joined(listed(sources[1]), [sources[1], sources[2]])) == WHOLE[2:]


def test_passages_that_do_not_touch_stay_apart() -> None:
    sources = chain(FIRST, SECOND, gap=40)
    assert texts(joined(listed(sources[0], 1), sources)) == WHOLE[:2]


def test_passages_of_other_documents_stay_apart() -> None:
    first, second = chain(FIRST, SECOND)
    other = Source(9, passage(SECOND, start=second.passage.start, document_id="d-2"), SECOND)
    assert texts(joined(listed(first, 1), [first, other])) == WHOLE[:2]


def test_a_source_that_was_cut_has_no_neighbour() -> None:
    first, second = chain(FIRST, SECOND)
    cut = Source(2, passage(FIRST + "\n2. More", start=100), FIRST)
    assert texts(joined(listed(cut, 1), [cut, second])) == WHOLE[:2]
    assert first.n == 2


def test_a_list_in_the_middle_of_its_passage_needs_no_neighbour() -> None:
    sources = chain("Before.\n\n- one\n- two\n\nAfter.", SECOND)
    assert texts(joined(listed(sources[0], 1), sources)) == ["- one", "- two"]


def test_what_announces_ends_with_a_colon() -> None:
    announcing, plain = split_units("**Do this:** \n\nIt is done.")
    assert introduces(announcing)
    assert not introduces(plain)
