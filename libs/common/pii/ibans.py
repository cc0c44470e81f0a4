"""Finds international bank account numbers (ISO 13616)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from libs.common.pii.span import PiiSpan

_COUNTRIES: Mapping[int, str] = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH CR HR LI LV",
    22: "BG BH DE GB GE IE ME RS",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
"""Countries by the characters of their numbers, from the registry that SWIFT publishes."""
_LENGTHS = {country: length for length, countries in _COUNTRIES.items() for country in countries.split()}

_BEGINNING = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?=[ -]?[A-Za-z0-9])")


def find_ibans(text: str) -> Iterator[PiiSpan]:
    """Yields account numbers whose country, length and check digits are right, in groups or not."""
    for match in _BEGINNING.finditer(text):
        length = _LENGTHS.get(match.group()[:2].upper(), 0)
        end = _end_of(text, match.start(), length)
        if end and _checks(text[match.start() : end]):
            yield PiiSpan(match.start(), end, "iban")


def _end_of(text: str, start: int, length: int) -> int:
    """Returns where a number of so many characters ends, single separators passed over; 0 for none."""
    end, seen = start, 0
    while seen < length:
        if end < len(text) and text[end] in " -" and text[end - 1].isalnum():
            end += 1
        if end >= len(text) or not (text[end].isascii() and text[end].isalnum()):
            return 0
        end, seen = end + 1, seen + 1
    followed = end < len(text) and text[end].isalnum()
    return 0 if followed else end


def _checks(written: str) -> bool:
    characters = [c for c in written.upper() if c.isalnum()]
    digits = "".join(str(int(c, 36)) for c in characters[4:] + characters[:4])
    return int(digits) % 97 == 1
