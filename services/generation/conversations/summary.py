"""Sums up the older turns of a conversation without a model: what was asked, about what, naming what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.generation.context import count_tokens
from services.generation.conversations.conversation import StoredTurn
from services.generation.plain_text import plain
from services.generation.sentences import sentence_spans
from services.generation.words import FUNCTION_WORDS

SUMMARY_TOKENS = 600
"""What a summary may take, so that it grows no further with its conversation."""

_ASKED, _TOPICS, _NAMES = "Asked before: ", "Topics: ", "Names: "
_MOST_TOPICS, _MOST_NAMES = 12, 20
_QUESTION_CHARACTERS = 200
_WORD = re.compile(r"[^\W\d_][\w-]{2,}")
# Identifiers, versions and paths name something wherever they stand; capitals only inside a sentence.
_IDENTIFIER = re.compile(
    r"`([^`\n]{2,60}+)`|\b([^\W_]{1,40}+(?:[_./:-][^\W_]{1,40}+){1,9}+|[A-Z]{2,20}\d*|[A-Za-z]{1,40}[A-Z]\w{1,40})\b"
)
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}")
_CAPITALS = re.compile(r"(?<=[\w,;:] )([A-Z][\w-]+(?: [A-Z][\w-]+)*)")
_NO_CAPITALS = frozenset({"de", "ja", "zh"})
"""Languages in which capitals do not tell a name."""


@dataclass(frozen=True, slots=True)
class _Parts:
    said: str
    asked: tuple[str, ...]
    topics: tuple[str, ...]
    names: tuple[str, ...]


def extend(summary: str, turns: Sequence[StoredTurn], tokens: int = SUMMARY_TOKENS) -> str:
    """Returns a summary that takes some further turns in; what is older gives way where room is short.

    Args:
        summary: What was said before those; of this module or of a model, empty for nothing.
        turns: Oldest first.
        tokens: What it may take.
    """
    if not turns:
        return summary
    before = _read(summary)
    asked = (*before.asked, *(_shortened(turn.standalone or turn.question) for turn in turns))
    topics = _unique((*_topics(turns), *before.topics))[:_MOST_TOPICS]
    names = _unique((*(name for turn in reversed(turns) for name in _names(turn)), *before.names))[
        :_MOST_NAMES
    ]
    parts = _Parts(before.said, tuple(dict.fromkeys(asked)), tuple(topics), tuple(names))
    while count_tokens(_written(parts)) > tokens and (parts.said or len(parts.asked) > 1):
        fewer = parts.asked[1:] or parts.asked
        parts = _Parts(_without_last_sentence(parts.said), fewer, parts.topics, parts.names)
    return _written(parts)


def _read(summary: str) -> _Parts:
    said: list[str] = []
    found: dict[str, tuple[str, ...]] = {}
    for line in summary.splitlines():
        for mark in (_ASKED, _TOPICS, _NAMES):
            if line.startswith(mark):
                found[mark] = tuple(line.removeprefix(mark).split("; "))
                break
        else:
            said.append(line)
    return _Parts("\n".join(said).strip(), *(found.get(mark, ()) for mark in (_ASKED, _TOPICS, _NAMES)))


def _written(parts: _Parts) -> str:
    listed = ((_ASKED, parts.asked), (_TOPICS, parts.topics), (_NAMES, parts.names))
    lines = [mark + "; ".join(words) for mark, words in listed if words]
    return "\n".join([parts.said, *lines] if parts.said else lines)


def _shortened(question: str) -> str:
    return " ".join(question.replace("; ", ", ").split())[:_QUESTION_CHARACTERS]


def _without_last_sentence(text: str) -> str:
    spans = list(sentence_spans(text))
    return text[: spans[-1][0]].rstrip() if spans else ""


def _topics(turns: Sequence[StoredTurn]) -> list[str]:
    counted: Counter[str] = Counter()
    for turn in turns:
        skipped = FUNCTION_WORDS.get(turn.language, frozenset())
        asked = {word.lower() for word in _WORD.findall(turn.standalone)} - skipped
        # What was asked about counts by itself, what an answer goes on about only together with that.
        counted.update(dict.fromkeys(asked, 3))
        counted.update(word for word in map(str.lower, _WORD.findall(plain(turn.answer))) if word in asked)
    return [word for word, _ in counted.most_common(_MOST_TOPICS)]


def _names(turn: StoredTurn) -> list[str]:
    text = f"{turn.standalone}\n{turn.answer}"
    found = ["".join(groups) for groups in _IDENTIFIER.findall(text)]
    if turn.language not in _NO_CAPITALS:
        found += _CAPITALS.findall(text)
    return [name.replace("; ", ", ") for name in found if _TWO_LETTERS.search(name)]


def _unique(words: Iterable[str]) -> list[str]:
    known: dict[str, str] = {}
    for word in words:
        known.setdefault(word.casefold(), word)
    return list(known.values())
