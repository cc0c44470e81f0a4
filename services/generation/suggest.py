"""Finds questions to go on with, none of which the documents leave unanswered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from services.generation.events import Sources
from services.generation.evidence import weigh
from services.generation.making import Making
from services.generation.passage import Found, Passage
from services.generation.same_question import normalised
from services.generation.suggestion_words import suggestion_of
from services.generation.terms import content_terms

MOST = 3
_TRIED = 4
"""Headings that are looked up, at once: each costs a search, a few milliseconds of a processor."""
_SEARCH_SECONDS = 0.15
_LEAST_CHARACTERS = 120
"""Of a passage that answers a question about its section: less is a remark or a command."""
_NEAR = 3
"""Passages from the top among which a heading's own section must be."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A question, and the section that it was made of."""

    question: str
    document_id: str
    heading_path: tuple[str, ...]

    def is_about(self, passage: Passage) -> bool:
        """Whether a passage is of that section, and says something."""
        same = (passage.document_id, passage.heading_path) == (self.document_id, self.heading_path)
        return same and len(passage.text) >= _LEAST_CHARACTERS


async def suggest(making: Making, asked: Sequence[str], found: Found) -> tuple[str, ...]:
    """Returns up to three questions: of sections beside the cited ones, and of an editor.

    Only in the language that reader and documents share. Each question about a section is searched for: it is
    kept if it finds that section at the top, with enough relevance for the policy.

    Args:
        making: The answer, written and checked.
        asked: What was asked before, this question last.
        found: What was found for it.

    Raises:
        CausewayError: A search failed.
    """
    known = {normalised(question) for question in asked}
    edited = [q for q in _edited(making, asked[-1]) if normalised(q) not in known][:1]
    known.update(map(normalised, edited))
    candidates = [c for c in _beside(making, found) if normalised(c.question) not in known][:_TRIED]
    answerable = await asyncio.gather(*(_is_answered(making, candidate) for candidate in candidates))
    kept = [each.question for each, holds in zip(candidates, answerable, strict=True) if holds]
    return (*kept[: MOST - len(edited)], *edited)


def _edited(making: Making, asked: str) -> Iterator[str]:
    """Yields an editor's questions that share a word with what was asked."""
    language = making.turn.language
    wanted = content_terms(asked, language)
    for answer in making.tools.curator.usable(making.turn):
        question = answer.questions[0]
        if answer.language == language and not wanted.isdisjoint(content_terms(question, language)):
            yield question


def _beside(making: Making, found: Found) -> Iterator[_Candidate]:
    """Yields sections of the cited documents that are not cited themselves, best first, each once."""
    turn = making.turn
    offered = (card for event in making.log.events if isinstance(event, Sources) for card in event.cards)
    named = {card.passage_id for card in offered if card.n in making.tally.cited}
    cited = [passage for passage in found.passages if passage.passage_id in named]
    documents = {passage.document_id for passage in cited}
    seen = {(passage.document_id, passage.heading_path) for passage in cited}
    for passage in found.passages:
        section = (passage.document_id, passage.heading_path)
        if (
            passage.document_id in documents
            and section not in seen
            and passage.language in ("", turn.language)
        ):
            seen.add(section)
            question = suggestion_of(passage.heading_path[-1], turn.language) if passage.heading_path else ""
            if question:
                yield _Candidate(question, *section)


async def _is_answered(making: Making, candidate: _Candidate) -> bool:
    turn = making.turn
    question = replace(turn.question, text=candidate.question)
    found = await making.tools.searcher.search(
        turn.caller, question, turn.manifest.retrieval_profile, _SEARCH_SECONDS
    )
    own = [passage for passage in found.passages[:_NEAR] if candidate.is_about(passage)]
    return weigh(candidate.question, own, turn.language, turn.manifest.policy.min_relevance).on_topic
