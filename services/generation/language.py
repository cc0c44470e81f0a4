"""Tells the language of a short text by its script, its commonest words and its letters."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.generation.words import FUNCTION_WORDS, words_of

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "pt": "Portuguese",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
    "ja": "Japanese",
    "zh": "Chinese",
    "ko": "Korean",
    "ru": "Russian",
    "uk": "Ukrainian",
    "ar": "Arabic",
}
"""Languages that the service itself can speak, by ISO 639-1 code."""

AUTONYMS: Mapping[str, str] = {
    "en": "English",
    "de": "Deutsch",
    "fr": "français",
    "es": "español",
    "pt": "português",
    "it": "italiano",
    "nl": "Nederlands",
    "pl": "polski",
    "ja": "日本語",
    "zh": "中文",
    "ko": "한국어",
    "ru": "русский",
    "uk": "українська",
    "ar": "العربية",
}
"""The same languages by their own names."""

_ASKING_WORDS = words_of("asking")

_WORD = re.compile(r"[^\W\d_]+")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_HANGUL = re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")

_LATIN = ("en", "es", "fr", "de", "pt", "it", "nl", "pl")
# What tells a language where a short text has few of its commonest words: letters and endings.
_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("es", re.compile(r"[ñ¿¡]|[áíóú]|\w(?:ción|ciones|dad|dades)\b|\w\w\wos\b| y ")),
    ("pt", re.compile(r"[ãõâ]|[áíóúç]|\w(?:ção|ções|agem|dade|dades)\b|nh|lh|\w\w\wos\b|ê")),
    (
        "fr",
        re.compile(
            r"œ|[èêàûîôç]|é(?!\w*ó)|\b[dlnjmtsc]['’](?=\w)|\bqu['’]|\w(?:eux|aux)\b|\w [?!;:](?:\s|$)"
        ),
    ),
    ("de", re.compile(r"[äöß]|ü(?!e)|\w(?:ung|ungen|keit|heit|lich|schaft)\b|sch(?!é|e?m)")),
    (
        "it",
        re.compile(r"[àèìòù]\b|\b(?:dell|all|nell|un|quell|sull)['’](?=\w)|\w(?:zione|zioni|aggio)\b|cch|zz"),
    ),
    ("nl", re.compile(r"\w(?:ijk|heid|tje)\b|ij|(?:aa|uu)\w|eeu|ooi")),
    ("pl", re.compile(r"[łżźćńśąę]|\w(?:ość|anie|enie|owy|owa)\b|cz|sz|rz")),
    ("en", re.compile(r"\w(?:ing|ight|ould|ness|ed)\b|\b(?:wh|th)\w*|\w['’](?:s|t|re|ve|ll)\b")),
)
_MARK = 0.4
"""What a mark counts, where a word that only one language has counts 1."""
_SURE = 0.4
"""Lead over the expected language from which a Latin text is believed against it."""


def language_of(text: str, locale: str = "", before: str = "") -> str:
    """Returns the ISO 639-1 code of a text's language, one of `LANGUAGES`.

    The text decides where it is clear. A question of two words is not: there the language in which the
    conversation was led so far, then the visitor's locale decide, and English where nothing speaks.
    A model of n-grams, as retrieval has one for whole documents, misjudges most texts of three words, and
    takes half a second and 100 MB to load.

    Args:
        text: Usually a question.
        locale: The visitor's locale, BCP 47; may be empty.
        before: ISO 639-1 code of the conversation's language so far; may be empty.
    """
    expected = [code for code in (before, re.split(r"[-_]", locale)[0].lower()) if code in LANGUAGES]
    by_script = _by_script(text, expected)
    if by_script:
        return by_script
    scores = _latin_scores(text)
    best = max(scores, key=lambda code: scores[code])
    for code in expected:
        if scores[best] - scores.get(code, 0.0) < _SURE:
            return code
    return best if scores[best] > 0 else "en"


def _by_script(text: str, expected: list[str]) -> str:
    if _KANA.search(text):
        return "ja"
    if _HANGUL.search(text):
        return "ko"
    if _HAN.search(text):
        return "ja" if expected[:1] == ["ja"] else "zh"
    if _ARABIC.search(text):
        return "ar"
    if _CYRILLIC.search(text):
        return _cyrillic(text.lower(), expected)
    return ""


def _cyrillic(text: str, expected: list[str]) -> str:
    if re.search("[іїєґ]", text):
        return "uk"
    if re.search("[ыэъё]", text):
        return "ru"
    words = _WORD.findall(text)
    hits = {code: sum(word in FUNCTION_WORDS[code] for word in words) for code in ("ru", "uk")}
    if hits["ru"] == hits["uk"]:
        return next((code for code in expected if code in hits), "ru")
    return max(hits, key=lambda code: hits[code])


def _latin_scores(text: str) -> dict[str, float]:
    """A word counts the less, the more languages have it."""
    lowered = text.lower()
    scores = dict.fromkeys(_LATIN, 0.0)
    for word in _WORD.findall(lowered):
        having = [code for code in _LATIN if _has(code, word)]
        for code in having:
            scores[code] += 1 / len(having)
    for code, marks in _MARKS:
        scores[code] += _MARK * min(2, len(marks.findall(lowered)))
    return scores


def _has(code: str, word: str) -> bool:
    # French l', d', s' are marks already; alone, such letters are anybody's.
    if len(word) == 1 and code == "fr":
        return word == "à"
    return word in FUNCTION_WORDS[code] or word in _ASKING_WORDS[code]
