"""Sentences of two documents that are the same but for numbers, dates and negations."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

FEWEST_WORDS = 4
"""Shorter sentences are captions and cells of tables: that they differ says little."""

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_MARK = re.compile(r"^(?:[-*•]|\d+[.)])\s+")
_NUMBER = re.compile(r"[-+]?\d[\d.,:/]*(?:st|nd|rd|th)?\b|\b\d")
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
    "|januar|februar|märz|mai|juni|juli|oktober|dezember"
)
_DAYS = (
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    "|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
)
_COUNTED = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|hundred|thousand"
    "|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|once|twice"
)
_NAMED = re.compile(rf"\b(?:{_MONTHS}|{_DAYS}|{_COUNTED})\b")
_NEGATION = re.compile(
    r"\b(?:do|does|did) not\b|\b(?:don|doesn|didn)['’]t\b|(?<=\w)n['’]t\b"
    r"|\b(?:not|never|no|nicht|nie|niemals|kein(?:e|en|er|es|em)?)\b"
)
_CANNOT = re.compile(r"\b(can|won|shan)(?:not|['’]t)\b")
_SPACES = re.compile(r"\s+")


def contradictions(one: str, other: str) -> Iterator[tuple[str, str]]:
    """Returns pairs of sentences that say the same of different numbers or dates, or the opposite.

    A sentence that both documents hold word for word contradicts nothing: two rows of one table differ in
    their numbers, and so they do in its copy.

    Args:
        one: The text of a document.
        other: The text of one that is nearly the same.
    """
    left, right = _by_outline(one), _by_outline(other)
    for outline, ours in left.items():
        theirs = right.get(outline)
        if theirs and not ours.keys() & theirs.keys():
            yield next(iter(ours.values())), next(iter(theirs.values()))


def outline_of(sentence: str) -> str:
    """Returns a sentence without what two versions of it may contradict each other in."""
    text = _CANNOT.sub(r"\1", sentence.casefold())
    text = _NEGATION.sub(" ", text)
    text = _NAMED.sub("#", _NUMBER.sub("#", text))
    return _SPACES.sub(" ", text).strip()


def _by_outline(text: str) -> Mapping[str, dict[str, str]]:
    """Returns the sentences of each outline, by their casefolded text."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for part in _SENTENCE.split(text):
        sentence = _MARK.sub("", part.strip())
        if len(sentence.split()) >= FEWEST_WORDS:
            found[outline_of(sentence)][_SPACES.sub(" ", sentence.casefold())] = sentence
    return found
