"""Takes personal data and secrets out of a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from libs.common.pii.cards import find_cards
from libs.common.pii.credentials import find_credentials
from libs.common.pii.digit_runs import digit_runs
from libs.common.pii.emails import find_emails
from libs.common.pii.ibans import find_ibans
from libs.common.pii.ip_addresses import find_ip_addresses
from libs.common.pii.span import PiiKind, PiiSpan
from libs.common.pii.telephones import find_telephones

PLACEHOLDERS: Mapping[PiiKind, str] = {
    "secret": "[secret]",
    "email": "[e-mail]",
    "iban": "[IBAN]",
    "card": "[card]",
    "ip_address": "[IP address]",
    "national_id": "[national id]",
    "telephone": "[telephone]",
}
"""What stands in the place of each kind."""


def find_pii(text: str) -> tuple[PiiSpan, ...]:
    """Finds personal data and secrets, in time proportional to the text's length.

    Names and postal addresses are not found: that takes a model, and this has none.

    Returns:
        Spans in order, without overlap; where two kinds claim a place, the one that reveals more has it.
    """
    runs = tuple(digit_runs(text))
    claims = (
        find_credentials(text),
        find_emails(text),
        find_ibans(text),
        find_cards(runs),
        find_ip_addresses(text),
        find_telephones(text, runs),
    )
    return _apart(span for claim in claims for span in claim)


def mask_pii(text: str) -> str:
    """Returns the text with a word in brackets for each find; it still reads as a sentence."""
    parts, begin = [], 0
    for span in find_pii(text):
        parts += [text[begin : span.start], PLACEHOLDERS[span.kind]]
        begin = span.end
    return "".join([*parts, text[begin:]])


def _apart(claims: Iterable[PiiSpan]) -> tuple[PiiSpan, ...]:
    """Keeps, of overlapping spans, the one that was claimed first, widened to what it met."""
    ranked = sorted(enumerate(claims), key=lambda each: (each[1].start, each[0]))
    kept: list[tuple[int, PiiSpan]] = []
    for rank, span in ranked:
        if kept and span.start < kept[-1][1].end:
            before_rank, before = kept[-1]
            kind = before.kind if before_rank < rank else span.kind
            widened = PiiSpan(before.start, max(before.end, span.end), kind)
            kept[-1] = (min(before_rank, rank), widened)
        else:
            kept.append((rank, span))
    return tuple(span for _, span in kept)
