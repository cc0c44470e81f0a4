"""A question that leans on its conversation is searched for with the conversation's words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

from libs.common.manifest import ModelLink
from services.generation.chat_model import ChatModel, Finished, ModelError
from services.generation.clarify import clarification
from services.generation.events import Usage
from services.generation.making import Making
from services.generation.memory import Memory, PastTurn
from services.generation.passage import Found
from services.generation.rewrite import Rewriting, blended, rewrite, topic_of
from tests.fakes.scripted_model import ScriptedModel
from tests.fakes.scripted_searcher import ScriptedSearcher
from tests.generation.examples import COFFEE, TEA, making, passage, question

FAR = Found((passage(COFFEE, passage_id="far", dense=0.1, score=0.4),))
TEA_TURN = PastTurn("q_1", "When is tea served?", "", "At four in the garden [1].", "stop", datetime.now(UTC))


class Desk:
    """A question with a conversation before it."""

    def __init__(self, executor: ThreadPoolExecutor, text: str, *models: ChatModel) -> None:
        self.searcher = ScriptedSearcher(passage(TEA, passage_id="near", dense=0.8))
        links = [ModelLink(kind="litellm", model=model.name) for model in models]
        self.making: Making = making(
            executor,
            self.searcher,
            *links,
            asked=question(text),
            models={model.name: model for model in models},
        )

    async def rewritten(self, *turns: PastTurn) -> Rewriting:
        links = self.making.tools.models.chain(self.making.turn.manifest)
        return await rewrite(self.making, Memory(turns), FAR, links)

    @property
    def searched(self) -> list[str]:
        return [asked.text for _, asked, _, _ in self.searcher.asked]


async def test_the_first_question_of_a_conversation_is_not_searched_for_again(
    executor: ThreadPoolExecutor,
) -> None:
    desk = Desk(executor, "And is it free?")
    assert await desk.rewritten() == Rewriting(FAR, "And is it free?")
    assert desk.searched == []


async def test_a_question_that_goes_on_is_searched_for_with_the_last_ones(
    executor: ThreadPoolExecutor,
) -> None:
    desk = Desk(executor, "And is it free?")
    rewriting = await desk.rewritten(TEA_TURN)
    assert rewriting.standalone == rewriting.asked == "When is tea served? And is it free?"
    assert [each.passage_id for each in rewriting.found.passages] == ["near"]


async def test_a_new_subject_stays_as_it_is(executor: ThreadPoolExecutor) -> None:
    text = "How many days of parental leave do employees of the Berlin office get?"
    desk = Desk(executor, text)
    alone = Found((passage(COFFEE, passage_id="far", dense=0.8),))
    links = desk.making.tools.models.chain(desk.making.turn.manifest)
    assert await rewrite(desk.making, Memory((TEA_TURN,)), alone, links) == Rewriting(alone, text)


async def test_small_talk_before_it_is_no_subject(executor: ThreadPoolExecutor) -> None:
    thanks = PastTurn("q_1", "Thanks a lot!", "", "You are welcome.", "stop", datetime.now(UTC))
    desk = Desk(executor, "And is it free?")
    assert (await desk.rewritten(thanks)).standalone == ""
    assert topic_of([TEA_TURN, thanks], "en") == "When is tea served?"


async def test_a_model_rewrites_it_where_there_is_one(executor: ThreadPoolExecutor) -> None:
    model = ScriptedModel("Is tea free?", Finished("stop", Usage(50, 5, 0.001)), name="m")
    desk = Desk(executor, "And is it free?", model)
    rewriting = await desk.rewritten(TEA_TURN)
    assert rewriting.standalone == rewriting.asked == "Is tea free?"
    assert desk.searched[-1] == "Is tea free?"
    assert desk.making.tally.spent == Usage(50, 5, 0.001)


async def test_a_model_that_fails_leaves_the_local_way(executor: ThreadPoolExecutor) -> None:
    model = ScriptedModel(ModelError("unreachable"), name="m")
    desk = Desk(executor, "And is it free?", model)
    rewriting = await desk.rewritten(TEA_TURN)
    assert rewriting.standalone == "When is tea served? And is it free?"
    assert desk.making.tally.degradations == ["rewriting"]


async def test_a_reply_to_a_clarifying_question_completes_the_question(executor: ThreadPoolExecutor) -> None:
    offered = clarification(
        [passage(title="Tea", heading_path=()), passage(title="Coffee", heading_path=())], "en"
    )
    asked = PastTurn("q_1", "When is it served?", "", offered, "clarify", datetime.now(UTC))
    desk = Desk(executor, "the first one")
    rewriting = await desk.rewritten(asked)
    assert rewriting.standalone == rewriting.asked == "When is it served? Tea"
    assert desk.searched == ["When is it served? Tea"]


def test_two_results_are_joined_by_their_scores() -> None:
    alone = Found(
        (passage(passage_id="a", score=1.0), passage(passage_id="b", score=0.9)), degradations=("x",)
    )
    together = Found(
        (passage(passage_id="b", score=1.0), passage(passage_id="c", score=0.1)), "v", ("x", "y")
    )
    joined = blended(alone, together)
    assert [each.passage_id for each in joined.passages] == ["b", "a"]
    assert joined.passages[0].score == 0.96
    assert (joined.index_version, joined.degradations) == ("v", ("x", "y"))


def test_a_reply_to_a_clarifying_question_counts_as_what_it_asked() -> None:
    asked = PastTurn("q_1", "When is it served?", "", "Which one?", "clarify", datetime.now(UTC))
    reply = PastTurn("q_2", "the first one", "When is it served? Tea", "At four.", "stop", datetime.now(UTC))
    assert topic_of([asked, reply], "en") == "When is it served? When is it served? Tea"


async def test_a_busy_search_is_spared_what_can_stand_alone(executor: ThreadPoolExecutor) -> None:
    desk = Desk(executor, "Which garden has the tea that guests of the winter house drink?")
    busy = replace(FAR, pressure=2)
    links = desk.making.tools.models.chain(desk.making.turn.manifest)
    assert (await rewrite(desk.making, Memory((TEA_TURN,)), busy, links)).found == busy
    assert desk.searched == []
    assert (await rewrite(desk.making, Memory((TEA_TURN,)), FAR, links)).found != FAR
