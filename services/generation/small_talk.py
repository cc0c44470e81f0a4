"""Tells what asks for nothing that documents could hold: greetings, thanks, questions about the assistant."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from services.generation.words import FUNCTION_WORDS

Talk = Literal["hello", "thanks", "goodbye", "acknowledged", "identity", "capability", "chat"]
"""`identity`: who the assistant is; `capability`: what it can do; `chat`: jokes and the meaning of life."""

FOLDER = Path(__file__).parent / "manners_in"

_SOCIAL: tuple[Talk, ...] = ("thanks", "goodbye", "hello")
_ADDRESSED: tuple[Talk, ...] = ("chat", "identity", "capability")
"""What a word speaks of only where the assistant is addressed: `name` alone is anybody's name."""
_LONGEST_WORDS, _LONGEST_CHARS = 16, 120
_REQUEST = re.compile(
    r"^(?:i|(?:can|could|will|would) you) "
    r"(?!please|tell|know|want|wanna|need|would|like|think|believe|hear|share|be|am|have)\w+"
)
_CONTRACTED: tuple[tuple[str, str], ...] = (
    ("'re", " are"), ("'d", " would"), ("'ve", " have"), ("n't", " not"), ("'m", " am"), ("'ll", " will"),
    ("'s", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Manners:
    """The manners of one language: words that speak of a kind, words that may stand beside them, phrases."""

    you: frozenset[str]
    empty: frozenset[str]
    asking: frozenset[str]
    words: Mapping[Talk, frozenset[str]]
    beside: Mapping[Talk, frozenset[str]]
    phrases: Mapping[Talk, re.Pattern[str] | None]
    only: Mapping[Talk, frozenset[str]]


def small_talk(text: str, language: str) -> Talk | None:
    """Returns what kind of small talk a message is, None where it may ask for something.

    A message is small talk when it has a word or a phrase of a kind and no word besides that could be a
    subject: whatever else it says, it is for the documents.

    Args:
        text: The message.
        language: ISO 639-1 code of its language.
    """
    plain = _plain(text)
    if not plain or len(plain) > _LONGEST_CHARS or len(plain.split()) > _LONGEST_WORDS:
        return None
    for code in dict.fromkeys((language, "en")):
        manners = _manners(code)
        asks = text.rstrip().endswith(("?", "？", "؟"))
        kind = _kind(plain, manners, asks=asks) if manners else None
        if kind:
            return kind
    return None


def _kind(plain: str, manners: _Manners, *, asks: bool) -> Talk | None:
    every = _without_social(plain, manners)
    words = frozenset(every.split())
    said = frozenset(plain.split())
    for kind in _ADDRESSED:
        if _speaks(kind, every, words, manners):
            return kind
    for kind in _SOCIAL:
        pattern, beside = manners.phrases[kind], manners.beside[kind]
        spoken = said & manners.words[kind] or (pattern and pattern.search(plain))
        if spoken and words <= manners.empty | beside | _all_social(manners):
            return kind
    pattern = manners.phrases["acknowledged"]
    left = frozenset(pattern.sub(" ", plain).split()) if pattern else said
    acknowledging = said & manners.words["acknowledged"] or left != said
    asks = asks or plain.split()[0] in manners.asking
    if acknowledging and not asks and left <= manners.empty | manners.words["acknowledged"]:
        return "acknowledged"
    return None


def _speaks(kind: Talk, rest: str, words: frozenset[str], manners: _Manners) -> bool:
    pattern = manners.phrases[kind]
    if (
        pattern
        and pattern.search(rest)
        and frozenset(pattern.sub(" ", rest).split()) <= manners.empty | manners.beside[kind]
    ):
        return True
    if not words & manners.words[kind] or not words & manners.you or _REQUEST.match(rest):
        return False
    if manners.only[kind] and not words & manners.only[kind]:
        return False
    return words <= manners.empty | manners.you | manners.words[kind] | manners.beside[kind]


def _without_social(plain: str, manners: _Manners) -> str:
    """What is left of a message without its greetings and thanks; all of it where nothing would be."""
    rest = plain
    for kind in _SOCIAL:
        pattern = manners.phrases[kind]
        rest = pattern.sub(" ", rest) if pattern else rest
    kept = [word for word in rest.split() if not any(word in manners.words[kind] for kind in _SOCIAL)]
    return " ".join(kept)


def _all_social(manners: _Manners) -> frozenset[str]:
    return frozenset().union(*(manners.words[kind] | manners.beside[kind] for kind in _SOCIAL))


def _plain(text: str) -> str:
    lowered = text.lower().replace("’", "'")
    for short, long in _CONTRACTED:
        lowered = re.sub(rf"{short}\b", long, lowered)
    return " ".join(re.sub(r"[^\w\s-]", " ", lowered).split())


@cache
def _manners(language: str) -> _Manners | None:
    path = FOLDER / f"{language}.toml"
    if not language.isalpha() or not path.is_file():
        return None
    entries: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    kinds: tuple[Talk, ...] = get_args(Talk)

    def words(name: str) -> frozenset[str]:
        return frozenset(str(entries.get(name, "")).split())

    return _Manners(
        you=words("you"),
        empty=words("small") | FUNCTION_WORDS.get(language, frozenset()),
        asking=words("asking"),
        words={kind: words(kind) for kind in kinds},
        beside={kind: words(f"{kind}_with") for kind in kinds},
        phrases={kind: _either(entries.get(f"{kind}_phrases", ()), language) for kind in kinds},
        only={kind: words(f"{kind}_only") for kind in kinds},
    )


def _either(phrases: list[str], language: str) -> re.Pattern[str] | None:
    if not phrases:
        return None
    # Chinese and Japanese words have no borders that a pattern could see.
    edge = "" if language in ("zh", "ja") else r"\b"
    return re.compile(edge + "(?:" + "|".join(phrases) + ")" + edge)
