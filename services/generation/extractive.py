"""The answerer that needs no model: it quotes the sentences that answer the question."""

from __future__ import annotations

import asyncio
import re
import textwrap
from collections.abc import AsyncGenerator, Iterator, Sequence
from concurrent.futures import Executor

from services.generation.alignment import Alignment
from services.generation.answer_fit import fit
from services.generation.answer_type import asked_for
from services.generation.chat_model import Finished, NotInSources, Piece, WritingTask
from services.generation.evidence import weigh
from services.generation.extraction import choose
from services.generation.plain_text import plain, readable
from services.generation.quotes import Quote
from services.generation.sentence_ranking import Candidate, SentenceRanking
from services.generation.sentences import sentence_spans

NAME = "extractive"
_BRACKETED = re.compile(r" ?\[\d{1,3}(?:, ?\d{1,3})*\](?!\()")
_COLUMNS_PER_LEVEL = 2
_LONG_ITEM = 240
"""Characters after which a list item ends with its sentence."""


class ExtractiveAnswerer:
    """A chat model that reads no prompt and invents nothing.

    Args:
        ranking: Scores the sentences.
        alignment: Reads the best one closely.
        executor: Where that is computed, off the event loop.
        min_support: Least probability that the quotes answer, 0 to 1; below it the sources do not.
    """

    def __init__(
        self, ranking: SentenceRanking, alignment: Alignment, executor: Executor, min_support: float
    ) -> None:
        self._ranking = ranking
        self._alignment = alignment
        self._executor = executor
        self._min_support = min_support

    @property
    def name(self) -> str:
        """Names the model on the wire."""
        return NAME

    async def stream(self, task: WritingTask) -> AsyncGenerator[Piece, None]:
        """Yields the quoted sentences one by one, each with its number.

        Raises:
            NotInSources: No sentence answers the question well enough.
        """
        loop = asyncio.get_running_loop()
        ranked, likely = await loop.run_in_executor(self._executor, self._read, task)
        if not ranked or likely < self._min_support:
            raise NotInSources
        for text in rendered(choose(ranked, asked_for(task.question))):
            yield text
        yield Finished("stop", fit=likely)

    def _read(self, task: WritingTask) -> tuple[tuple[Candidate, ...], float]:
        ranked = self._ranking.rank(task.question, task.sources, task.language)
        if not ranked:
            return (), 0.0
        passages = [source.passage for source in task.sources]
        relevance = weigh(task.question, passages, task.language, 0.0).relevance
        aligned = self._alignment.aligned(task.question, ranked[0].words, task.language)
        return ranked, fit(ranked[0], relevance, aligned)


def rendered(quotes: Sequence[Quote]) -> Iterator[str]:
    """Yields the answer's Markdown, one quoted unit at a time, each followed by its `[n]`.

    A list that nothing introduces stands under its heading.
    """
    listed = sum(_is_listed(quote) for quote in quotes) > 1
    before: Quote | None = None
    for quote in quotes:
        bullet = listed and _is_listed(quote)
        bare = bullet and (before is None or before.source != quote.source)
        heading = _heading(quote) if bare else ""
        titled = f"**{heading}**\n\n" if heading else ""
        yield _gap(before, quote, bullet) + titled + _shown(quote, bullet)
        before = quote


def _is_listed(quote: Quote) -> bool:
    return quote.unit.kind in ("item", "row")


def _heading(quote: Quote) -> str:
    """What a list that nothing introduces is about."""
    path = quote.source.passage.heading_path
    return plain(quote.unit.heading or (path[-1] if path else quote.source.passage.title)).replace("*", "")


def _gap(before: Quote | None, quote: Quote, bullet: bool) -> str:
    if before is None:
        return ""
    if bullet and before.unit.kind == quote.unit.kind and before.source == quote.source:
        return "\n"
    prose = not bullet and "code" not in (before.unit.kind, quote.unit.kind)
    return " " if prose and before.source == quote.source else "\n\n"


def _shown(quote: Quote, bullet: bool) -> str:
    unit, number = quote.unit, f"[{quote.source.n}]"
    if unit.kind == "code":
        code = textwrap.dedent(unit.text).strip("\n")
        return code if code.startswith(("```", "~~~")) else f"```\n{code}\n```"
    # A passage's own [1] is no citation of ours.
    words = _BRACKETED.sub("", readable(_clipped(unit.text)))
    if not bullet:
        return f"{words} {number}"
    mark = unit.text.split(maxsplit=1)[0] if unit.text.lstrip()[:1].isdigit() else "-"
    indent = " " * (unit.indent // _COLUMNS_PER_LEVEL * _COLUMNS_PER_LEVEL)
    return f"{indent}{mark} {words} {number}"


def _clipped(text: str) -> str:
    """A list item that is a page of its own ends with the sentence that makes it long enough."""
    ends = (end for _, end in sentence_spans(text) if end >= _LONG_ITEM)
    return text[: next(ends, len(text))]
