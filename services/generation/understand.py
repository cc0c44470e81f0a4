"""Understands what kind of message a question is, from its words alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from services.generation.harm import Harm, harm_in
from services.generation.leaning import leaning
from services.generation.small_talk import Talk, small_talk

Intent = Literal["small_talk", "knowledge", "follow_up", "ambiguous", "out_of_scope", "unsafe"]
"""`knowledge`: to be looked up as it stands; `follow_up`: leans on the conversation; `ambiguous`: means
nothing definite; `out_of_scope`: the documents do not treat it, which only the search can tell."""

_HARM_PRECISION = 0.99
_SOCIAL_PRECISION = 0.99
_ADDRESSED_PRECISION = 0.95
"""Measured by `python -m evals intents`; no more than that is claimed."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What kind of message a question is.

    Attributes:
        intent: The kind.
        confidence: How sure that is, 0 to 1.
        talk: Which small talk; None for other intents.
        harm: Which harm; None for other intents.
    """

    intent: Intent
    confidence: float
    talk: Talk | None = None
    harm: Harm | None = None


STATED = Understanding("small_talk", _SOCIAL_PRECISION, talk="acknowledged")
"""A message that only asks to have something remembered."""


def understand(question: str, language: str) -> Understanding:
    """Returns what a message is, before anything is known of the conversation and the documents.

    Takes a tenth of a millisecond and no model. Whether a question leans on the conversation is only a
    prior here; `settled` says what became of it.

    Args:
        question: The message.
        language: ISO 639-1 code of its language.
    """
    harm = harm_in(question, language)
    if harm:
        return Understanding("unsafe", _HARM_PRECISION, harm=harm)
    talk = small_talk(question, language)
    if talk:
        addressed = talk in ("identity", "capability", "chat")
        return Understanding(
            "small_talk", _ADDRESSED_PRECISION if addressed else _SOCIAL_PRECISION, talk=talk
        )
    leans = likelihood(leaning(question, language))
    return Understanding("follow_up", leans) if leans > 0.5 else Understanding("knowledge", 1 - leans)


def settled(
    before: Understanding, *, continues: bool, clarified: bool, relevance: float, threshold: float
) -> Understanding:
    """Returns what a question turned out to be, once its passages are known.

    Args:
        before: What its words said.
        continues: Whether it was searched for with the conversation's words.
        clarified: Whether the reader was asked what they mean.
        relevance: How near the nearest passage is, 0 to 1.
        threshold: Relevance from which the documents treat the subject.
    """
    if before.intent in ("unsafe", "small_talk"):
        return before
    if clarified:
        return Understanding("ambiguous", max(0.5, before.confidence))
    if relevance < threshold:
        return Understanding("out_of_scope", round(min(1.0, 0.5 + (threshold - relevance)), 3))
    leans = before.confidence if before.intent == "follow_up" else 1 - before.confidence
    if continues:
        return Understanding("follow_up", max(0.5, leans))
    return Understanding("knowledge", max(0.5, 1 - leans))


def likelihood(log_odds: float) -> float:
    """Returns the probability of log-odds."""
    return 1 / (1 + math.exp(-log_odds))
