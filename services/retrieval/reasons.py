"""Why a document yields no passages, as one word each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Code = Literal[
    "empty",
    "no_text",
    "scan",
    "unsupported",
    "password",
    "corrupt",
    "binary",
    "too_large",
    "too_complex",
    "bomb",
    "timeout",
    "memory",
    "crashed",
    "parser_fault",
    "access_conflict",
    "content_lost",
    "worker_ended",
]


@dataclass(frozen=True, slots=True)
class Reason:
    """What a code means.

    Attributes:
        state: skipped when there is nothing to index, failed when something is wrong.
        meaning: What was found.
        remedy: What its owner can do.
    """

    state: Literal["skipped", "failed"]
    meaning: str
    remedy: str


REASONS: Mapping[Code, Reason] = {
    "empty": Reason("skipped", "It holds no bytes, or only white space.", "Nothing, or fill it."),
    "no_text": Reason("skipped", "It can be read, but holds no text besides headings.", "Nothing."),
    "scan": Reason("skipped", "Its pages are pictures without text.", "Run OCR over it and send the result."),
    "unsupported": Reason("skipped", "Its type is not read.", "Convert it to one that is."),
    "password": Reason("failed", "It opens with a password only.", "Send it without the password."),
    "corrupt": Reason("failed", "It is damaged, cut short, or not what it says.", "Save and send it anew."),
    "binary": Reason("failed", "It is called text, but is not.", "Name it by its own type, or convert it."),
    "too_large": Reason("failed", "It exceeds a limit of its format.", "Split it."),
    "too_complex": Reason("failed", "It is nested or tangled beyond reading.", "Simplify it."),
    "bomb": Reason("failed", "It unpacks to far more than it weighs.", "Save it anew, without its pictures."),
    "timeout": Reason("failed", "Reading it took too long.", "Split or simplify it."),
    "memory": Reason("failed", "Reading it took too much memory.", "Split or simplify it."),
    "crashed": Reason("failed", "The parser ended on it.", "Save it anew with another program."),
    "parser_fault": Reason("failed", "The parser met what it cannot handle.", "Simplify it, and report it."),
    "access_conflict": Reason(
        "failed", "It asks for access tags that its source does not grant.", "Align the two."
    ),
    "content_lost": Reason("failed", "Its stored content is missing or damaged.", "Send it again."),
    "worker_ended": Reason("failed", "Reading it ended the ingest worker repeatedly.", "Repair or split it."),
}
