"""Finds numbers of payment cards (ISO/IEC 7812)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from libs.common.pii.digit_runs import DigitRun
from libs.common.pii.span import PiiSpan

_ISSUED = re.compile(
    r"4(?:\d{12}|\d{14,18})"  # Visa; 15 digits only where somebody dropped one
    r"|5\d{11,18}|6\d{11,18}"  # Mastercard, Maestro, Discover, UnionPay
    r"|3[47]\d{13}|3[0689]\d{12}|3[0-9]\d{14}"  # American Express, Diners Club, JCB
    r"|(?:2131|1800)\d{11}|2\d{15}"  # old JCB, Mastercard's second range
)
_GROUPED = frozenset({(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4), (4, 4, 4, 1), (4, 4, 4, 3)})


def find_cards(runs: Iterable[DigitRun]) -> Iterator[PiiSpan]:
    """Yields the numbers that a card may have: known beginning and length, right check digit."""
    for run in runs:
        written_so = len(run.groups) == 1 or tuple(map(len, run.groups)) in _GROUPED
        if written_so and _ISSUED.fullmatch(run.digits) and luhn(run.digits):
            yield PiiSpan(run.start, run.end, "card")
        elif len(run.groups) > 1:  # a card beside another number, such as the month in which it expires
            yield from _first_group(run)


def luhn(digits: str) -> bool:
    """Whether the last digit checks the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def _first_group(run: DigitRun) -> Iterator[PiiSpan]:
    first = run.groups[0]
    if run.written.startswith(first) and _ISSUED.fullmatch(first) and luhn(first):
        yield PiiSpan(run.start, run.start + len(first), "card")
