"""Finds keys, tokens and passwords."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from libs.common.pii.span import PiiSpan

_KNOWN = re.compile(
    r"(?<![A-Za-z0-9])(?:sk-|ck_|gh[oprsu]_|github_pat_|glpat-|xox[abeprs]-|npm_|hf_|pypi-|[rs]k_(?:live|test)_"
    r"|whsec_|SG\.|AIza|A(?:KI|SI)A|dop_v1_|ya29\.)[A-Za-z0-9_.-]{12,}"
)
_WEB_TOKEN = re.compile(r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]*+)?")
_IN_ADDRESS = re.compile(r"://[^\s/@:]{0,64}+:([^\s/@]{1,128}+)@")
_NAMED = re.compile(
    r"(?:password|passwort|contraseña|mot de passe|passwd|\bpwd|secret|token|bearer|(?:api|access)[ _-]?key)"
    r"['\"]?(?: (?:is|was|ist|es|est)| ?[:=]| )[ ]?[\"'`]?([^\s\"'`]{6,200}+)",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?<![\w+/-])[\w+/-]{24,}+={0,2}")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{32,}")
_SECRET_NEAR = re.compile(r"key|token|secret|passw|credential")
_LOOK_BACK = 32

_BEGIN, _END = "-----BEGIN ", "-----END "
_LEAST_BITS = 3.5
"""Entropy of a character; random ones of 24 letters and digits have four and more."""
_LEAST_CHANGES = 0.4
"""Share of neighbours of different kinds (small, capital, digit, sign): words have few, chance six in ten."""


def find_credentials(text: str) -> Iterator[PiiSpan]:
    """Yields what opens something: known forms, what is called a secret, and what only chance can write."""
    yield from _private_keys(text)
    for match in _KNOWN.finditer(text):
        if any(map(str.isdigit, match.group())):
            yield PiiSpan(match.start(), match.start() + len(match.group().rstrip(".-")), "secret")
    for match in _WEB_TOKEN.finditer(text):
        yield PiiSpan(*match.span(), "secret")
    for match in _IN_ADDRESS.finditer(text):
        yield PiiSpan(*match.span(1), "secret")
    for match in _NAMED.finditer(text):
        value = match.group(1).rstrip(".,;!?)*")
        if _is_no_word(value):
            yield PiiSpan(match.start(1), match.start(1) + len(value), "secret")
    for match in _WORD.finditer(text):
        if _by_chance(match.group()) or _hexadecimal_key(text, match):
            yield PiiSpan(*match.span(), "secret")


def _private_keys(text: str) -> Iterator[PiiSpan]:
    start = text.find(_BEGIN)
    while start >= 0:
        header = text[start : start + 64]
        end = text.find(_END, start)
        closing = text.find("-----", end + len(_END)) if end >= 0 else -1
        stop = closing + 5 if closing >= 0 else len(text)  # cut off: the rest is the key
        if "PRIVATE KEY-----" in header:
            yield PiiSpan(start, stop, "secret")
        start = text.find(_BEGIN, stop)


def _is_no_word(value: str) -> bool:
    """Whether a value is more than a word of the sentence: `token is invalid` gives nothing away."""
    letters, digits = any(map(str.isalpha, value)), any(map(str.isdigit, value))
    more = digits or any(sign in value[1:] for sign in "!@#$%^&*")
    return letters and more and not value.startswith("http")


def _by_chance(word: str) -> bool:
    kinds = [_kind(character) for character in word]
    if not {"a", "A", "0"} <= set(kinds):
        return False
    changes = sum(one != other for one, other in pairwise(kinds)) / len(word)
    return changes >= _LEAST_CHANGES and _bits(word) >= _LEAST_BITS


def _kind(character: str) -> str:
    if character.isdigit():
        return "0"
    if character.isalpha():
        return "A" if character.isupper() else "a"
    return "-"


def _bits(word: str) -> float:
    counts = Counter(word).values()
    return -sum(count / len(word) * math.log2(count / len(word)) for count in counts)


def _hexadecimal_key(text: str, match: re.Match[str]) -> bool:
    """Whether hexadecimal digits are called a key; by themselves they are a commit or a checksum."""
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()].lower()
    return bool(_HEXADECIMAL.fullmatch(match.group()) and _SECRET_NEAR.search(before))
