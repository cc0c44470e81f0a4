"""Finds telephone numbers, and the national numbers that look like them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from libs.common.pii.digit_runs import DigitRun
from libs.common.pii.span import PiiSpan

_CONTEXT = re.compile(
    r"\btel(?:e[pf]h?|\b)|\bphone|\bfone\b|\bfax|\bmobil|\bcell|\bcall|\bsms\b|\btext (?:me|us)|whatsapp"
    r"|\bdial|\bring\b|\breach (?:me|us)|messages? (?:to|on)|\bregistered\b|rufnummer|\bhandy|anruf"
    r"|\bruf|\bllam|celular|\bappel"
    r"|portable|\bтел|电话|電話|手机"
)
_LOOK_BACK = 48
_LEAST, _MOST = 7, 15

_DATE = re.compile(
    r"[12]\d{3}([-./ ])[01]?\d\1[0-3]?\d(?!\d)|[0-3]?\d([-./])[0-3]?\d\2(?:[12]\d)?\d{2}(?!\d)"
)
_SOCIAL_SECURITY = re.compile(r"\d{3}([ -])\d{2}\1\d{4}")
_BOOK = re.compile(r"97[89]\d{10}")
_CODE = re.compile(r"\+|00[1-9]|\(?0[1-9]|\(\d")
_PLAN = frozenset(
    {(3, 3, 4), (1, 3, 3, 4), (3, 3, 3), (2, 2, 2, 2), (2, 3, 2, 2), (3, 2, 2, 2), (2, 2, 2, 2, 2)}
)
"""Groups in which numbers are written without anything that says what they are."""


def find_telephones(text: str, runs: Iterable[DigitRun]) -> Iterator[PiiSpan]:
    """Yields numbers that are written like one, or that words before them call one; no dates, no amounts."""
    for run in runs:
        if _SOCIAL_SECURITY.fullmatch(run.written):
            yield PiiSpan(run.start, run.end, "national_id")
        elif (
            _LEAST <= len(run.digits) <= _MOST
            and not _otherwise(run)
            and (_written_as_one(run) or _said_to_be(text, run))
        ):
            yield PiiSpan(run.start, run.end, "telephone")


def _otherwise(run: DigitRun) -> bool:
    thousands = all(len(group) == 3 for group in run.groups[1:]) and "000" in run.groups[1:]
    return bool(_DATE.match(run.written) or _BOOK.fullmatch(run.digits) or thousands)


def _written_as_one(run: DigitRun) -> bool:
    if run.written.startswith("+"):
        return len(run.digits) > _LEAST
    lengths = tuple(map(len, run.groups))
    if len(lengths) == 1 or "/" in run.written or (len(lengths) == 2 and "." in run.written):
        return False
    return lengths in _PLAN or bool(_CODE.match(run.written) and len(run.digits) > _LEAST)


def _said_to_be(text: str, run: DigitRun) -> bool:
    before = text[max(0, run.start - _LOOK_BACK) : run.start].lower()
    return _CONTEXT.search(before) is not None
