"""Text goes out as soon as it may be seen, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.generation.answer_log import AnswerLog
from services.generation.chat_model import NotInSources
from services.generation.citations import CitationCheck
from services.generation.draft import Draft
from services.generation.events import Citation, Delta
from services.generation.tally import Tally
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_embedder import FakeEmbedder
from tests.generation.examples import COFFEE, source


class Desk:
    """A draft with everything around it."""

    def __init__(self, executor: ThreadPoolExecutor) -> None:
        clock = FakeClock()
        self.log = AnswerLog(clock)
        self.tally = Tally(clock)
        sources = (source(), source(2, COFFEE))
        by_number = {each.n: each for each in sources}
        self.check = CitationCheck(by_number, FakeEmbedder(), executor, "en", self.log.append)
        self.draft = Draft(self.log, sources, self.check, self.tally)

    async def events(self) -> list[object]:
        reader = self.log.read(0, lambda: 0.0)
        batch = await anext(reader)
        await reader.aclose()
        return [event for _, event in batch]


@pytest.fixture
def desk() -> Iterator[Desk]:
    with ThreadPoolExecutor(1) as executor:
        yield Desk(executor)


async def test_each_piece_is_a_delta_at_once(desk: Desk) -> None:
    desk.draft.write("Biscuits ")
    desk.draft.write("are free. [1]")
    assert await desk.events() == [Delta("Biscuits "), Delta("are free. [1]")]
    assert desk.tally.cited == [1]


async def test_citations_are_checked_when_their_sentence_ends(desk: Desk) -> None:
    desk.draft.write("Biscuits are free. [1]")
    desk.draft.end()
    await desk.check.finish()
    assert (await desk.events())[-1] == Citation(1, "Biscuits are free.", 1.0)


async def test_unknown_numbers_never_go_out(desk: Desk) -> None:
    for character in "Tea [7] is hot [2, 9].":
        desk.draft.write(character)
    desk.draft.end()
    text = "".join(event.text for event in await desk.events() if isinstance(event, Delta))
    assert text == "Tea  is hot [2]."
    assert desk.tally.cited == [2]


async def test_what_was_held_goes_out_at_the_end(desk: Desk) -> None:
    desk.draft.write("Tea [1")
    desk.draft.end()
    assert await desk.events() == [Delta("Tea "), Delta("[1")]


def test_the_token_is_never_sent(desk: Desk) -> None:
    with pytest.raises(NotInSources):
        desk.draft.write("NOT_IN_SOURCES")
    assert not desk.draft.sent
    assert desk.log.last_seq == 0


async def test_leading_space_alone_is_not_the_first_text(desk: Desk) -> None:
    desk.draft.write("  ")
    desk.draft.write("\n\nTea.")
    assert not any(isinstance(event, Delta) and not event.text.strip() for event in await desk.events())


def test_it_may_begin_anew_until_something_was_sent(desk: Desk) -> None:
    desk.draft.write("NOT")
    desk.draft.restart()
    desk.draft.write("Tea")
    assert desk.log.last_seq == 1
    with pytest.raises(AssertionError):
        desk.draft.restart()
