"""Tells what kind of thing a question asks for, and whether a sentence names one."""

from __future__ import annotations

import re
from typing import Literal

AnswerType = Literal["person", "place", "time", "number", "code", "procedure", "definition", "other"]

_ASKS: tuple[tuple[AnswerType, re.Pattern[str]], ...] = (
    ("time", re.compile(r"\b(?:when|(?:what|which) (?:year|date|day|month|time|century|decade))\b", re.I)),
    (
        "number",
        re.compile(
            r"\bhow (?:many|much|long|old|far|often|big|large|tall|high)\b|\bwhat percent|"
            r"\bwhat (?:is|are) the (?:default|maximum|minimum|number|limit|price|cost|rate)\b",
            re.I,
        ),
    ),
    ("person", re.compile(r"\b(?:who|whom|whose)\b", re.I)),
    ("place", re.compile(r"\bwhere\b|\b(?:what|which) (?:city|country|state|place|region)\b", re.I)),
    ("code", re.compile(r"\b(?:code|command|snippet|example|syntax|import|install|function|class)\b", re.I)),
    ("procedure", re.compile(r"\bhow (?:do|can|should|would|to|does one)\b|\bsteps?\b", re.I)),
    ("definition", re.compile(r"\bwhat(?:'s| is| are| does|s)\b|\bdefin(?:e|ition)\b", re.I)),
)
_TIME = re.compile(
    r"\b(?:1\d{3}|20\d\d|\d+(?:st|nd|rd|th)|century|decade|january|february|march|april|may|june|july|august|"
    r"september|october|november|december|(?:mon|tues|wednes|thurs|fri|satur|sun)day|hours?|days?|weeks?|"
    r"months?|years?|before|after|until|when|once|during)\b",
    re.I,
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|"
    r"millions?|billions?|half|third|quarter|once|twice|none|unlimited|no (?:maximum|limit))\b",
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
    if kind == "number":
        return float(bool(_NUMBER.search(sentence)))
    if kind in ("person", "place"):
        asked = question.lower()
        return float(any(name.lower() not in asked for name in _NAME.findall(sentence)))
    return 0.5
