"""Under the policy `drop`, no sentence goes out that its sources do not support."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.generation.answer_log import AnswerLog
from services.generation.chat_model import NotInSources
from services.generation.checked_draft import CheckedDraft
from services.generation.citations import CitationCheck
from services.generation.events import Citation, Delta
from services.generation.tally import Tally
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_embedder import FakeEmbedder
from tests.generation.examples import COFFEE, source

TRUE, FALSE = "Biscuits are free. [1]", "Penguins audit every quarterly budget. [2]"


class Desk:
    """A draft with everything around it."""

    def __init__(self, executor: ThreadPoolExecutor, least: float = 0.9) -> None:
        clock = FakeClock()
        self.log, self.tally = AnswerLog(clock), Tally(clock)
        sources = (source(), source(2, COFFEE))
        by_number = {each.n: each for each in sources}
        self.check = CitationCheck(by_number, FakeEmbedder(), executor, "en", self.log.append)
        self.draft = CheckedDraft(self.log, sources, self.check, self.tally, least)

    async def written(self, *pieces: str) -> str:
        """The text that went out for those pieces of a model's text."""
        for piece in pieces:
            self.draft.write(piece)
        self.draft.end()
        await self.draft.finish()
        return self.text

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.log.events if isinstance(event, Delta))


async def test_a_supported_sentence_goes_out_with_its_citation(executor: ThreadPoolExecutor) -> None:
    desk = Desk(executor)
    assert await desk.written(TRUE) == TRUE
    assert desk.log.events[-1] == Citation(1, "Biscuits are free.", 1.0)
    assert (desk.tally.cited, desk.draft.left_out, desk.check.supports) == ([1], 0, (1.0,))


async def test_an_unsupported_one_is_left_out_with_its_citation(executor: ThreadPoolExecutor) -> None:
    desk = Desk(executor)
    assert await desk.written(f"{TRUE} {FALSE} It is cleaned every Friday. [2]") == (
        "Biscuits are free. [1] It is cleaned every Friday. [2]"
    )
    assert (desk.tally.cited, desk.draft.left_out) == ([1, 2], 1)
    assert [event.n for event in desk.log.events if isinstance(event, Citation)] == [1, 2]


async def test_a_point_of_a_list_goes_with_its_line(executor: ThreadPoolExecutor) -> None:
    text = f"Know this:\n\n- {TRUE}\n- {FALSE}\n- It takes coins of one euro. [2]\n"
    assert await Desk(executor).written(text) == (
        f"Know this:\n\n- {TRUE}\n- It takes coins of one euro. [2]\n"
    )


async def test_what_cites_nothing_passes_and_counts_as_unsupported(executor: ThreadPoolExecutor) -> None:
    desk = Desk(executor)
    assert await desk.written("Gladly.\n", TRUE) == f"Gladly.\n{TRUE}"
    assert desk.check.supports == (1.0, 0.0)


async def test_headings_and_code_stay_as_they_are(executor: ThreadPoolExecutor) -> None:
    text = "## Tea\n```\nprint(items[0]). Penguins [2].\n```\n" + TRUE
    assert await Desk(executor).written(text) == text


async def test_an_answer_of_which_nothing_is_left_is_none(executor: ThreadPoolExecutor) -> None:
    desk = Desk(executor)
    with pytest.raises(NotInSources):
        await desk.written(FALSE)
    assert desk.log.events == ()
    assert desk.tally.cited == []


async def test_a_line_is_held_until_it_ends(executor: ThreadPoolExecutor) -> None:
    desk = Desk(executor)
    sent = []
    for piece in ("Biscuits are free. [1] And", " so is tea. [1]\nMore"):
        desk.draft.write(piece)
        sent.append(desk.draft.sent)
    desk.draft.close()
    assert sent == [False, True]


async def test_another_model_may_begin_anew_before_the_first_line(executor: ThreadPoolExecutor) -> None:
    desk = Desk(executor)
    desk.draft.write("Penguins")
    desk.draft.restart()
    assert await desk.written(TRUE) == TRUE


async def test_closing_leaves_nothing_running(executor: ThreadPoolExecutor) -> None:
    desk = Desk(executor)
    desk.draft.write(f"{TRUE}\n{FALSE}\n")
    desk.draft.close()
    await asyncio.sleep(0)
    assert not [
        task for task in asyncio.all_tasks() if task.get_name() == "checked draft" and not task.done()
    ]


@given(st.data())
def test_where_everything_is_supported_nothing_changes_however_it_is_cut(data: st.DataObject) -> None:
    text = (
        f"Know this:\n\n1. {TRUE} It takes coins of one euro [2].\n\n**Tea**\nBiscuits are free [1][2]. Yes."
    )
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pieces = [text[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    async def written() -> str:
        with ThreadPoolExecutor(1) as executor:
            return await Desk(executor, least=0.0).written(*pieces)

    assert asyncio.run(written()) == text
