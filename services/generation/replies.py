"""What is said to a message that asks the documents for nothing."""

from __future__ import annotations

from collections.abc import Sequence

from services.generation.evidence import weigh
from services.generation.harm import Harm
from services.generation.passage import Passage
from services.generation.phrases import Phrase, listed, phrase
from services.generation.small_talk import Talk

UNANSWERED: tuple[Talk, ...] = ("thanks", "goodbye", "acknowledged")
"""What nothing needs to be looked up for."""

_NAMED = 3
_BETTER = 0.6
"""Relevance from which the documents speak of what sounds like small talk: an answer from them is better."""
_INTRODUCING: tuple[Talk, ...] = ("hello", "identity", "capability")
_HARM: dict[Harm, Phrase] = {
    "self_harm": "unsafe_self_harm",
    "harm": "unsafe_harm",
    "instructions": "unsafe_instructions",
}


def small_talk_reply(talk: Talk, passages: Sequence[Passage], language: str) -> str:
    """Returns a short friendly reply; a greeting and a question about us are told what can be asked.

    Args:
        talk: What was said.
        passages: Some of the documents, to name; there may be none.
        language: ISO 639-1 code of the reader's language.
    """
    reply = phrase(talk, language)
    titles = list(dict.fromkeys(passage.title for passage in passages if passage.title))[:_NAMED]
    if talk not in _INTRODUCING or not titles:
        return reply
    return f"{reply} {phrase('ask_about', language).format(titles=listed(titles, language))}"


def better_answered(text: str, passages: Sequence[Passage], language: str) -> bool:
    """Whether the documents answer what sounds like small talk, such as "Who made you?"."""
    return weigh(text, passages, language, _BETTER).on_topic


def harm_reply(harm: Harm, language: str) -> str:
    """Returns the refusal of a harmful request, with what to do instead."""
    return phrase(_HARM[harm], language)
