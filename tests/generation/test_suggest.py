"""Questions to go on with: about sections beside the cited ones, and each answerable."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from libs.common.caller import Caller
from libs.common.curated import CuratedAnswer
from services.generation.curated import CuratedAnswers
from services.generation.events import Sources
from services.generation.making import Making
from services.generation.passage import Found, Passage, Source
from services.generation.question import Question
from services.generation.source_cards import source_card
from services.generation.suggest import suggest
from tests.fakes.scripted_searcher import ScriptedSearcher
from tests.generation.examples import making, passage

ASKED = "When is tea served?"


def _section(name: str, document: str = "d-1", **changes: object) -> Passage:
    values = {"passage_id": f"p-{document}-{name}", "document_id": document, "heading_path": ("House", name)}
    text = f"{name} is what this section treats. It says when, where and how, for those who live here and for guests. "
    return passage(text * 2, **(values | changes))


TEA, BISCUITS, CUPS = _section("Tea time"), _section("Ordering biscuits"), _section("Cups of guests")
ELSEWHERE = _section("Parking a car", "d-2")


class House(ScriptedSearcher):
    """Finds the section that a question names, or what a test puts in its place."""

    def __init__(self, *sections: Passage) -> None:
        super().__init__(*sections)
        self.instead: dict[str, tuple[Passage, ...]] = {}

    async def search(self, caller: Caller, question: Question, profile: str, seconds: float) -> Found:
        await super().search(caller, question, profile, seconds)
        words = question.text.casefold()
        for name, passages in self.instead.items():
            if name in words:
                return Found(passages)
        named = [p for p in self.found.passages if p.heading_path[-1].split()[-1].casefold() in words]
        return Found(tuple(named))


def _made(executor: ThreadPoolExecutor, house: House, *cited: int) -> Making:
    """An answer that cites some of what the house has."""
    made = making(executor, house)
    sources = (Source(n, p, p.text) for n, p in enumerate(house.found.passages, 1))
    made.log.append(Sources(tuple(source_card(source) for source in sources)))
    made.tally.cited += cited or (1,)
    return made


@pytest.fixture
def house() -> House:
    return House(TEA, BISCUITS, ELSEWHERE, CUPS)


async def test_sections_beside_the_cited_one_are_suggested_and_no_other_documents(
    executor: ThreadPoolExecutor, house: House
) -> None:
    items = await suggest(_made(executor, house), [ASKED], house.found)
    assert items == ("How do I order biscuits?", "More about “Cups of guests”")


async def test_what_is_cited_already_or_was_asked_before_is_not_suggested(
    executor: ThreadPoolExecutor, house: House
) -> None:
    assert await suggest(_made(executor, house, 1, 2), [ASKED], house.found) == (
        "More about “Cups of guests”",
    )
    before = ["how do i order Biscuits", ASKED]
    assert await suggest(_made(executor, house), before, house.found) == ("More about “Cups of guests”",)


async def test_a_question_that_does_not_find_its_own_section_is_not_suggested(
    executor: ThreadPoolExecutor, house: House
) -> None:
    house.instead = {
        "biscuits": (ELSEWHERE, TEA, CUPS, BISCUITS),
        "cups": (replace(CUPS, dense=0.0, text="-"),),
    }
    made = _made(executor, house)
    strict = made.turn.manifest.model_copy(
        update={"policy": made.turn.manifest.policy.model_copy(update={"min_relevance": 0.5})}
    )
    made = replace(made, turn=replace(made.turn, manifest=strict))
    assert await suggest(made, [ASKED], house.found) == ()


async def test_a_section_of_a_few_words_is_not_suggested(executor: ThreadPoolExecutor) -> None:
    house = House(TEA, replace(BISCUITS, text="Run `biscuits order`."), CUPS)
    assert await suggest(_made(executor, house), [ASKED], house.found) == ("More about “Cups of guests”",)


async def test_documents_in_another_language_suggest_nothing(executor: ThreadPoolExecutor) -> None:
    house = House(TEA, replace(BISCUITS, language="de"), replace(CUPS, language="en"))
    assert await suggest(_made(executor, house), [ASKED], house.found) == ("More about “Cups of guests”",)


async def test_at_most_three_and_few_searches(executor: ThreadPoolExecutor) -> None:
    house = House(TEA, *(_section(f"Matter number{n}") for n in range(9)))
    items = await suggest(_made(executor, house), [ASKED], house.found)
    assert len(items) == 3
    assert len(house.asked) <= 4


async def test_an_editors_question_about_the_same_has_the_last_place(
    executor: ThreadPoolExecutor, house: House
) -> None:
    curated = [
        CuratedAnswer(
            id=name, questions=(asked,), answer="x", state="approved", approved_by="bob", access=access
        )
        for name, asked, access in (
            ("a", "Who pays for the tea?", ("staff",)),
            ("b", "Is the tea green?", ()),
            ("c", "Where may I park?", ()),
            ("d", ASKED, ()),
        )
    ]
    made = _made(executor, house)
    shape = made.turn.manifest.model_copy(update={"curated": tuple(curated)})
    tools = replace(made.tools, curator=CuratedAnswers(made.tools.embedder, executor, made.tools.clock))
    made = replace(made, turn=replace(made.turn, manifest=shape), tools=tools)
    items = await suggest(made, [ASKED], house.found)
    assert items == ("How do I order biscuits?", "More about “Cups of guests”", "Is the tea green?")
