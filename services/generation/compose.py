"""Has an answer written from numbered sources, its citations checked while it streams."""

from __future__ import annotations

from functools import partial
from typing import Literal

from services.generation.chat_model import Finished, WritingTask
from services.generation.checked_draft import CheckedDraft
from services.generation.citations import CitationCheck
from services.generation.context import within
from services.generation.draft import Draft
from services.generation.extractive import NAME as EXTRACTIVE
from services.generation.language import AUTONYMS
from services.generation.making import Making
from services.generation.passage import Source
from services.generation.prompt import build
from services.generation.quoted_language import quoted_language
from services.generation.route import Link, write


async def compose(
    making: Making, links: tuple[Link, ...], sources: tuple[Source, ...], asked: str
) -> Finished:
    """Streams an answer into the log; when this returns, every cited sentence has been checked.

    The tally holds what is known of the answer also when it ends early.

    Args:
        making: The answer in the making.
        links: Who may write it, in the order of trial.
        sources: What it may cite.
        asked: The question, as it stands without the conversation.

    Raises:
        NotInSources: The sources do not answer the question.
        ModelFailed: No model delivered, or one broke off midway.
    """
    turn, tools, tally = making.turn, making.tools, making.tally
    by_number = {source.n: source for source in sources}
    check = CitationCheck(by_number, tools.embedder, tools.executor, turn.language, making.log.append)
    draft = _draft(making, sources, check)
    try:
        task_for, fell_back = partial(_task, making, sources, asked), partial(_fell_back, making)
        finished = await write(links, task_for, draft, tally, fell_back)
        tally.usage, tally.fit = finished.usage, finished.fit
        await draft.finish()
        _mark(making, check, draft)
        return finished
    finally:
        tally.supports = check.supports
        draft.close()


def _draft(making: Making, sources: tuple[Source, ...], check: CitationCheck) -> Draft | CheckedDraft:
    policy = making.turn.manifest.policy
    if policy.unsupported == "drop":
        return CheckedDraft(making.log, sources, check, making.tally, policy.min_claim_support)
    return Draft(making.log, sources, check, making.tally)


def _mark(making: Making, check: CitationCheck, draft: Draft | CheckedDraft) -> None:
    """Tells the reader what goes beyond its sources, or what did and was left out."""
    policy = making.turn.manifest.policy
    if policy.unsupported == "mark" and check.unsupported(policy.min_claim_support):
        making.tally.doubtful = True
        making.notify("unsupported_claims", "unsupported_claims")
    if isinstance(draft, CheckedDraft) and draft.left_out:
        making.notify("claims_left_out", "claims_left_out")


def _task(making: Making, sources: tuple[Source, ...], asked: str, link: Link) -> WritingTask:
    turn, offered = making.turn, within(sources, link.context_tokens)
    if link.model.name == EXTRACTIVE:
        _say_what_is_quoted(making, offered)
    messages = build(turn.manifest.prompt, _shown(making, asked), offered, turn.language, making.memory)
    return WritingTask(asked, turn.language, offered, messages, link.max_output_tokens)


def _shown(making: Making, asked: str) -> str:
    """Whoever sees the conversation needs none of its questions before the last one."""
    prompt, text = making.turn.manifest.prompt, making.turn.question.text
    sees = bool(making.memory.turns) and "{{conversation}}" in prompt.system + prompt.user
    return text if sees and asked.endswith(text) else asked


def _say_what_is_quoted(making: Making, offered: tuple[Source, ...]) -> None:
    quoted = quoted_language(offered)
    if quoted and quoted != making.turn.language:
        making.notify("quoted_language", "quoted_language", language=AUTONYMS[quoted])


def _fell_back(making: Making, link: Link) -> None:
    name: Literal["extractive_answer", "model_fallback"]
    name = "extractive_answer" if link.last_resort else "model_fallback"
    making.tally.degraded(name)
    making.notify("model_fallback", name)
