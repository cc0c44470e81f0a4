"""Where something personal or secret stands in a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PiiKind = Literal["secret", "email", "iban", "card", "ip_address", "national_id", "telephone"]


@dataclass(frozen=True, slots=True)
class PiiSpan:
    """A part of a text that names or compromises somebody.

    Attributes:
        start: Offset of its first character.
        end: Offset after its last.
        kind: What it is.
    """

    start: int
    end: int
    kind: PiiKind
