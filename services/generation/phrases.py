"""What the service itself says to readers, in their language: one file of `phrases_in/` for each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

Phrase = Literal[
    "off_topic",
    "unsupported",
    "nearest",
    "handoff",
    "unsupported_claims",
    "claims_left_out",
    "degraded",
    "model_fallback",
    "extractive_answer",
    "conversation_trimmed",
    "hello",
    "thanks",
    "goodbye",
    "identity",
    "capability",
    "chat",
    "acknowledged",
    "remembered",
    "not_remembered",
    "ask_about",
    "unsafe_self_harm",
    "unsafe_harm",
    "unsafe_instructions",
    "clarify_options",
    "clarify_open",
    "quoted_language",
    "more_about",
    "quoted",
    "comma",
]
"""Names of the phrases; `quoted` and `comma` are how a title is quoted and a list is separated."""

FOLDER = Path(__file__).parent / "phrases_in"
_FALLBACK = "en"


def phrase(name: Phrase, language: str) -> str:
    """Returns a phrase in a language, in English where it is not spoken.

    Args:
        name: Which one.
        language: ISO 639-1 code.
    """
    return _spoken(language)[name]


def listed(titles: Iterable[str], language: str) -> str:
    """Returns titles in a language's quotation marks, separated as it separates what it lists."""
    quoted = phrase("quoted", language)
    return phrase("comma", language).join(quoted.format(title=title) for title in titles)


@cache
def _spoken(language: str) -> Mapping[str, str]:
    path = FOLDER / f"{language}.toml"
    if not language.isalpha() or not path.is_file():
        return _spoken(_FALLBACK)
    return tomllib.loads(path.read_text(encoding="utf-8"))
