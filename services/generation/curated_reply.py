"""Says a curated answer as an editor wrote it."""

from __future__ import annotations

from dataclasses import replace

from libs.common.curated import CuratedAnswer
from services.generation.events import Citation, Delta, Done, SourceCard, Sources
from services.generation.making import Making

MODEL = "curated"
"""What `done.model` says of an answer that no model wrote."""


def say_curated(making: Making, answer: CuratedAnswer) -> Done:
    """Appends the answer with the editor's sources, and returns how it ends: sure, and saying whose it is."""
    log, tally = making.log, making.tally
    cards = tuple(
        SourceCard(n, "", link.title, link.url, heading="", snippet="", score=1.0)
        for n, link in enumerate(answer.links, 1)
    )
    log.append(Sources(cards))
    tally.model = MODEL
    tally.text_sent()
    log.append(Delta(answer.answer))
    for card in cards:
        log.append(Citation(card.n, "", 1.0))
        tally.cited.append(card.n)
    return replace(
        tally.done("stop"),
        confidence=1.0,
        needs_review=False,
        curated_id=answer.id,
        curated_revision=answer.revision,
    )
