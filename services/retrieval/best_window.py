"""Cuts a passage to the stretch that holds most of a question's words."""

from __future__ import annotations

import re
from collections import Counter

# A sign of Chinese, Japanese or Korean writing counts as a word: between them stand no blanks.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_SENTENCE_START = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")
_STEM = 5
"""Words that begin with the same letters count as the same one."""


def best_window(text: str, query: str, words: int) -> str:
    """Returns the stretch of a text with the most different words of a query, the earliest among equals.

    It begins with a sentence where one begins before the first of these words.

    Args:
        text: A passage.
        query: A question.
        words: How many words it may have.
    """
    found = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    if len(found) <= words:
        return text
    wanted = {_stem(match.group()) for match in _WORD.finditer(query)}
    stems = [_stem(text[start:end]) for start, end in found]
    start = _best_start(stems, wanted, words)
    wanted_from = next((n for n in range(start, start + words) if stems[n] in wanted), start)
    first = _moved_to_a_sentence(text, found, start, wanted_from)
    return text[found[first][0] : found[min(first + words, len(found)) - 1][1]]


def _best_start(stems: list[str], wanted: set[str], words: int) -> int:
    inside: Counter[str] = Counter(stem for stem in stems[:words] if stem in wanted)
    best, most = 0, len(inside)
    for start in range(1, len(stems) - words + 1):
        gone, come = stems[start - 1], stems[start + words - 1]
        if come in wanted:
            inside[come] += 1
        if gone in wanted:
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
        if len(inside) > most:
            best, most = start, len(inside)
    return best


def _moved_to_a_sentence(text: str, found: list[tuple[int, int]], start: int, first: int) -> int:
    """Returns where the window begins: with the last sentence that starts before the first wanted word.

    Before that word, the earliest window has nothing that is wanted; behind its last one, it has no room.
    """
    starts = {match.end() for match in _SENTENCE_START.finditer(text)} | {0}
    return next((place for place in range(first, start, -1) if found[place][0] in starts), start)


def _stem(word: str) -> str:
    return word.casefold()[:_STEM]
