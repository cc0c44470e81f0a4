"""Tells what kind of thing a question asks for, and whether a sentence names one."""

from __future__ import annotations

import re
from typing import Literal

AnswerType = Literal[
    "person", "place", "time", "duration", "number", "code", "procedure", "definition", "other"
]

FACTS: frozenset[AnswerType] = frozenset({"time", "duration", "number", "person", "place"})
"""What one or two sentences answer."""

WAYS: frozenset[AnswerType] = frozenset({"procedure", "code"})
"""What asks for a way to do something."""

_ASKS: tuple[tuple[AnswerType, re.Pattern[str]], ...] = (
    (
        "duration",
        re.compile(
            r"\bhow (?:long|soon|quickly|fast)\b|\b(?:how many|how much|number of) (?:\w+ )?"
            r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|time)\b",
            re.I,
        ),
    ),
    (
        "time",
        re.compile(
            r"^(?:\W*(?:and|so|but) )?(?:since |until |from |by )?when\b|"
            r"\b(?:what|which) (?:year|date|day|month|time|century|decade)\b",
            re.I,
        ),
    ),
    (
        "number",
        re.compile(
            r"\bhow (?:many|much|old|far|often|big|large|tall|high)\b|"
            r"\b(?:what|which) (?:percent|share|port)|"
            r"\bwhat (?:is|are) the (?:default |maximum |minimum )?(?:maximum|minimum|number|"
            r"limit|price|cost|"
            r"rate|size|percentage|port)\b",
            re.I,
        ),
    ),
    ("person", re.compile(r"\b(?:who|whom|whose)\b", re.I)),
    ("place", re.compile(r"^\W*where\b|\b(?:what|which) (?:city|country|state|region)\b", re.I)),
    ("code", re.compile(r"\b(?:code|command|snippet|example|syntax|import|install|function|class)\b", re.I)),
    ("procedure", re.compile(r"\bhow (?:do|can|should|would|to|does one|may|must)\b|\bsteps?\b", re.I)),
    ("definition", re.compile(r"\bwhat(?:'s| is| are| does|s)\b|\bdefin(?:e|ition)\b", re.I)),
)
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_TIME = re.compile(
    rf"\b(?:1\d{{3}}|20\d\d)s?\b|\bcentur(?:y|ies)\b|\bdecades?\b|"
    rf"\b(?:{_MONTHS}|(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?\b|\b\d{{1,2}}:\d\d\b|"
    rf"\bat (?:noon|midnight|\d{{1,2}}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b",
    re.I,
)
NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\\w+)?|hundreds?|thousands?"
)
"""Alternatives of a regular expression: numbers as words."""

_AMOUNT = rf"(?:\d[\d.,]*|an?|{NUMBER_WORDS}|several|few|half)"
_DURATION = re.compile(
    rf"\b{_AMOUNT}\)?[ -](?:[\w-]+ )?"
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur\w+|ms)\b|"
    r"\bimmediately\b|\bas soon as\b|\bindefinitely\b|\b(?:min|max)_age\b",
    re.I,
)
_NUMBER = re.compile(
    rf"\d|\b(?:{NUMBER_WORDS}|dozens?|millions?|billions?|half|third|quarter|once|twice|none|unlimited|"
    r"no (?:maximum|limit))\b",
    re.I,
)
_NAME = re.compile(r"(?<!^)(?<![.!?:] )\b[A-Z][\w-]+")


def asked_for(question: str) -> AnswerType:
    """Returns what a question asks for, `other` where that is not plain."""
    return next((kind for kind, pattern in _ASKS if pattern.search(question)), "other")


def names_one(kind: AnswerType, sentence: str, question: str) -> float:
    """Whether a sentence names such a thing: 1 or 0, or 0.5 where that cannot be told.

    A name that the question itself holds does not count: it cannot be the answer.
    """
    if kind == "time":
        return float(bool(_TIME.search(sentence)))
    if kind == "duration":
        return float(bool(_DURATION.search(sentence)))
    if kind == "number":
        return float(bool(_NUMBER.search(sentence)))
    if kind in ("person", "place"):
        asked = question.lower()
        return float(any(name.lower() not in asked for name in _NAME.findall(sentence)))
    return 0.5
