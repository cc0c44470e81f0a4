"""Makes a question that leans on its conversation stand alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from libs.common.logs import logger
from services.generation.chat_model import Finished, ModelError, NotInSources, WritingTask
from services.generation.clarify import answered
from services.generation.continuity import clues, continuity
from services.generation.leaning import features, leaning
from services.generation.making import Making
from services.generation.memory import Memory, PastTurn
from services.generation.passage import Found, Passage
from services.generation.retrieve import retrieve
from services.generation.rewriting_prompt import rewriting_messages, usable
from services.generation.route import Link
from services.generation.small_talk import small_talk
from services.generation.terms import term_sequence

log = logger(__name__)

TOPIC_TURNS = 2
"""Earlier questions whose words are searched for with a question that goes on with them."""
ALONE_SHARE = 0.4
"""Weight of what was found for the question as it was asked, beside what was found for the rewritten one."""
MODEL_SECONDS = 1.5
"""Patience with a model; the local way is nearly as good."""
BUSY = 2
"""Pressure of retrieval from which only questions that plainly need it are searched for twice."""
_MODEL_TOKENS = 96


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A question as it is looked for.

    Attributes:
        found: The passages.
        asked: The question that sources are read for, by those who do not see the conversation.
        standalone: The question as it was searched for; empty where that is as it was asked.
    """

    found: Found
    asked: str
    standalone: str = ""


async def rewrite(making: Making, memory: Memory, alone: Found, links: Sequence[Link]) -> Rewriting:
    """Searches again with the conversation's words where the question goes on with it.

    A reply to a clarifying question becomes that question. Another one goes on where its words, the
    conversation's and what both find speak for it (`continuity`); then a model rewrites it if there is one,
    else the last questions stand before it. What was found for the question alone keeps a say.

    Args:
        making: The answer in the making.
        memory: What is known of the conversation.
        alone: What was found for the question as it was asked.
        links: The models, in the order of trial.

    Raises:
        CausewayError: The second search failed.
    """
    turn = making.turn
    text, language = turn.question.text, turn.language
    if not memory.turns:
        return Rewriting(alone, text)
    last = memory.turns[-1]
    reply = answered(text, last, language) if last.finish == "clarify" else ""
    if reply:
        return Rewriting(await _search(making, reply), reply, reply)
    topic = topic_of(memory.turns, language)
    busy = alone.pressure >= BUSY and leaning(text, language) < 0
    if not topic or busy:
        return Rewriting(alone, text)
    local = f"{topic} {text}"
    together = await _search(making, local)
    seen = clues(text, language, memory.turns, alone.passages, together.passages)
    if continuity(seen) < 0:
        return Rewriting(alone, text)
    written = await _by_model(making, memory, links)
    if written:
        return Rewriting(blended(alone, await _search(making, written)), written, written)
    # What names its own subject is read for by itself, or the last question would be answered again.
    words = features(text, language)
    nameless = words["pointing"] > 0 or words["bare"] > 0
    return Rewriting(blended(alone, together), local if nameless else text, local)


def topic_of(turns: Sequence[PastTurn], language: str) -> str:
    """Returns the last questions that say anything, oldest first; small talk does not.

    A reply to a clarifying question counts as what it was understood to ask.
    """
    asked: list[str] = []
    before = ""
    for turn in turns:
        text = turn.standalone if before == "clarify" and turn.standalone else turn.question
        before = turn.finish
        if term_sequence(text, language) and not small_talk(text, language):
            asked.append(text)
    return " ".join(asked[-TOPIC_TURNS:])


def blended(alone: Found, together: Found) -> Found:
    """Joins two results by the weighted sum of their scores, which retrieval has brought to 0 to 1."""
    scores: dict[str, float] = {}
    passages: dict[str, Passage] = {}
    for found, weight in ((together, 1 - ALONE_SHARE), (alone, ALONE_SHARE)):
        for passage in found.passages:
            scores[passage.passage_id] = scores.get(passage.passage_id, 0.0) + weight * passage.score
            passages.setdefault(passage.passage_id, passage)
    order = sorted(passages, key=lambda one: (-scores[one], one))
    best = order[: max(len(alone.passages), len(together.passages))]
    degradations = tuple(dict.fromkeys((*alone.degradations, *together.degradations)))
    blend = tuple(replace(passages[one], score=scores[one]) for one in best)
    return Found(blend, together.index_version, degradations)


async def _search(making: Making, text: str) -> Found:
    return await retrieve(making, replace(making.turn.question, text=text))


async def _by_model(making: Making, memory: Memory, links: Sequence[Link]) -> str:
    """Asks the first model of the chain; empty where there is none, or it fails or says nothing of use."""
    if not links or links[0].model.name == "extractive":
        return ""
    turn, link = making.turn, links[0]
    messages = rewriting_messages(turn.question.text, memory)
    task = WritingTask(turn.question.text, turn.language, (), messages, _MODEL_TOKENS)
    pieces: list[str] = []
    try:
        async with asyncio.timeout(MODEL_SECONDS), aclosing(link.model.stream(task)) as stream:
            async for piece in stream:
                if isinstance(piece, Finished):
                    making.tally.aside = making.tally.aside.plus(piece.usage)
                else:
                    pieces.append(piece)
    except (ModelError, NotInSources, TimeoutError) as error:
        log.warning("rewriting_failed", model=link.model.name, error=type(error).__name__)
        making.tally.degraded("rewriting")
        return ""
    return usable("".join(pieces), turn.question.text)
