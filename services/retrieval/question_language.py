"""Tells the language of a question by its script, or by its commonest words, without a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

ENGLISH = "en"

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SCRIPTS: Mapping[str, re.Pattern[str]] = {
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "ko": re.compile(r"[\uac00-\ud7af]"),
    "zh": re.compile(r"[\u3400-\u9fff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "bn": re.compile(r"[\u0980-\u09ff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
}
"""Scripts that one language, as far as questions go, is written in; Japanese before Chinese, whose signs
it uses too."""
_WRITTEN_SO = 0.3
"""Share of the letters from which on a question counts as written in a script; formulas have fewer."""
_CLEAR = 2
_CLEAR_SHARE = 0.25
"""So many common words, and such a share of all, and more than in any other language: then one is known."""
_OWN = 2
"""So many different words must not be English ones, or have letters that English has not: "in", "of" and
"men" are common in Dutch, too."""
_ENGLISH_ALONE = frozenset(
    ("the", "what", "how", "are", "does", "which", "who", "when", "where", "why", "with", "and", "from")
)
"""Words that hardly another language has: most questions need not be compared with all of them."""
_MOST_WORDS = 48

IsCommon = Callable[[str, str], bool]
"""Whether a word is among the commonest of a language; word, then ISO 639-1 code."""


def language_of_question(text: str, languages: Sequence[str], is_common: IsCommon) -> str:
    """Returns a question's language, ISO 639-1, or "" where it cannot be told, as of a few key words.

    Args:
        text: The question.
        languages: Languages whose commonest words are known, English among them.
        is_common: Knows them.
    """
    if not text.isascii() and (script := _script_of(text)):
        return script
    words = [word.lower() for word in _WORD.findall(text) if len(word) > 1][:_MOST_WORDS]
    if not _ENGLISH_ALONE.isdisjoint(words) and _clear(words, ENGLISH, is_common):
        return ENGLISH
    hits = {name: sum(is_common(word, name) for word in words) for name in languages}
    most = max(hits.values(), default=0)
    likely = [name for name, count in hits.items() if count == most]
    if not _clear(words, likely[0], is_common) or (len(likely) > 1 and ENGLISH not in likely):
        return ""
    if ENGLISH in likely:
        return ENGLISH
    return likely[0] if _is_own(words, likely[0], is_common) else ""


def _is_own(words: Sequence[str], language: str, is_common: IsCommon) -> bool:
    """Whether words are more of a language than what it shares with English."""
    own = {
        word
        for word in words
        if not word.isascii() or (is_common(word, language) and not is_common(word, ENGLISH))
    }
    return len(own) >= _OWN


def _clear(words: Sequence[str], language: str, is_common: IsCommon) -> bool:
    count = sum(is_common(word, language) for word in words)
    return count >= _CLEAR and count >= _CLEAR_SHARE * len(words)


def _script_of(text: str) -> str:
    letters = sum(map(str.isalpha, text))
    for language, script in _SCRIPTS.items():
        if len(script.findall(text)) >= max(2, _WRITTEN_SO * letters):
            return language
    return ""
