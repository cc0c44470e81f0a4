"""Has an answer written by the first model of the chain that can."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from opentelemetry.trace import SpanKind

from libs.common.errors import ModelFailed
from libs.common.logs import logger
from libs.common.tracing import Attribute, span
from services.generation.chat_model import ChatModel, Finished, ModelError, WritingTask
from services.generation.draft import Drafting
from services.generation.tally import Tally

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Link:
    """A model with the patience that we have with it.

    Attributes:
        model: The model.
        first_token_seconds: Patience for the first text.
        idle_seconds: Patience between two pieces.
        max_output_tokens: Longest answer.
        context_tokens: Tokens that sources may take.
        last_resort: Whether using it is a degradation rather than a choice.
    """

    model: ChatModel
    first_token_seconds: float
    idle_seconds: float
    max_output_tokens: int
    context_tokens: int
    last_resort: bool = False


async def write(
    links: Sequence[Link],
    task_for: Callable[[Link], WritingTask],
    draft: Drafting,
    tally: Tally,
    fell_back: Callable[[Link], None],
) -> Finished:
    """Streams the answer of the first model that delivers into the draft.

    A model that fails before its first text is followed by the next one; one that fails later ends the
    answer, since no text is ever sent twice.

    Args:
        links: The chain, in the order of trial.
        task_for: What to ask of a model.
        draft: Takes the text.
        tally: Notes who writes and how long it takes.
        fell_back: Told which link is tried after one that failed.

    Raises:
        ModelFailed: No model delivered, or one broke off midway.
        NotInSources: The model says that the sources do not answer.
    """
    failures: list[str] = []
    for link in links:
        if failures:
            draft.restart()
            fell_back(link)
        tally.model_begins(link.model.name)
        try:
            with span(f"chat {link.model.name}", _attributes(link), kind=SpanKind.CLIENT):
                return await _stream(link, task_for(link), draft)
        except ModelError as error:
            log.warning("model_failed", model=link.model.name, fault=error.fault, reason=str(error))
            failures.append(f"{link.model.name} {error.fault}")
            if draft.sent:
                raise ModelFailed("The model broke off in the middle of the answer; ask again.") from None
        finally:
            tally.model_ends()
    raise ModelFailed("No language model could answer; try again shortly.")


def _attributes(link: Link) -> dict[str, Attribute]:
    # Names of OpenTelemetry's conventions for generative models.
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": link.model.name,
        "gen_ai.request.max_tokens": link.max_output_tokens,
    }


async def _stream(link: Link, task: WritingTask, draft: Drafting) -> Finished:
    finished: Finished | None = None
    loop = asyncio.get_running_loop()
    try:
        async with (
            aclosing(link.model.stream(task)) as pieces,
            asyncio.timeout(link.first_token_seconds) as patience,
        ):
            async for piece in pieces:
                patience.reschedule(loop.time() + link.idle_seconds)
                if isinstance(piece, Finished):
                    finished = piece
                else:
                    draft.write(piece)
    except TimeoutError:
        raise ModelError("stalled") from None
    if finished is None:
        raise ModelError("truncated", "the stream ended without a finish marker")
    draft.end()
    if not draft.sent:
        raise ModelError("malformed", "the answer is empty")
    return finished
