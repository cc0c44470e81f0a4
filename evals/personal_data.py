"""Measures how much personal data and how many secrets `libs/common/pii` finds, and what it invents."""

from __future__ import annotations

import json
import random
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.corpora import DATA
from evals.report import table
from libs.common.pii.masking import find_pii
from libs.common.pii.span import PiiKind, PiiSpan

_NAMED: Mapping[str, PiiKind] = {
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "telephone",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "US_SSN": "national_id",
}
"""What the examples of presidio-research call the kinds that are looked for; names and streets are not."""

WRITTEN = DATA / "pii" / "presidio_synth_v2.jsonl"
_MADE = 200
_FRAMES = (
    "Why is {} refused?",
    "I get an error with {}, what now?",
    "My address is {} since yesterday.",
    "Is {} still valid",
    "We see requests from {}; how do I allow them?",
    "{} does not work.",
)


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what stands in it.

    Attributes:
        text: Some sentences.
        spans: Everything of the kinds that are looked for.
    """

    text: str
    spans: tuple[PiiSpan, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What became of the spans of one kind.

    Attributes:
        kind: The kind.
        due: How many there are.
        hit: How many are covered whole by a find of that kind.
        invented: Finds of that kind where there is none.
    """

    kind: PiiKind
    due: int
    hit: int
    invented: int

    @property
    def recall(self) -> float:
        """Share of what there is that is found."""
        return self.hit / self.due if self.due else 1.0

    @property
    def precision(self) -> float:
        """Share of what is found that there is."""
        return self.hit / (self.hit + self.invented) if self.hit + self.invented else 1.0


def run(full: bool) -> str:
    """Looks for what stands in written examples and in made ones; there is no sample."""
    sets = [("made", measure(made_examples()))]
    absent = ""
    if WRITTEN.exists():
        sets.insert(0, ("presidio-research", measure(written_examples(WRITTEN))))
    else:
        absent = "\n\nNot run: presidio-research, its examples are not beside this checkout."
    return f"## Personal data and secrets\n\n{report(sets)}{absent}"


def written_examples(path: Path) -> tuple[Example, ...]:
    """Reads the examples of presidio-research.

    Raises:
        OSError: There are none.
    """
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return tuple(
        Example(
            row["text"],
            tuple(PiiSpan(start, end, _NAMED[name]) for start, end, name in row["spans"] if name in _NAMED),
        )
        for row in rows
    )


def made_examples(seed: int = 1) -> tuple[Example, ...]:
    """Makes sentences with addresses of machines and with keys, of which the written examples have none."""
    chance = random.Random(seed)
    return tuple(_framed(chance, kind) for kind in ("ip_address", "secret") for _ in range(_MADE))


def measure(examples: Iterable[Example]) -> tuple[Found, ...]:
    """Counts, kind by kind."""
    due: Counter[PiiKind] = Counter()
    hit: Counter[PiiKind] = Counter()
    invented: Counter[PiiKind] = Counter()
    for example in examples:
        found = find_pii(example.text)
        for span in example.spans:
            due[span.kind] += 1
            hit[span.kind] += any(_covers(each, span) for each in found)
        for each in found:
            invented[each.kind] += not any(_touches(each, span) for span in example.spans)
    kinds = sorted(due.keys() | invented.keys())
    return tuple(Found(kind, due[kind], hit[kind], invented[kind]) for kind in kinds)


def report(named: Sequence[tuple[str, Sequence[Found]]]) -> str:
    """Puts the counts of several sets of examples into one table."""
    header = ("examples", "kind", "there are", "found", "recall", "invented", "precision")
    rows = [
        (name, each.kind, str(each.due), str(each.hit), f"{100 * each.recall:.1f} %", str(each.invented),
         f"{100 * each.precision:.1f} %")
        for name, found in named
        for each in found
    ]  # fmt: skip
    return table(header, rows)


def _covers(found: PiiSpan, due: PiiSpan) -> bool:
    return found.kind == due.kind and found.start <= due.start and found.end >= due.end


def _touches(found: PiiSpan, due: PiiSpan) -> bool:
    return found.kind == due.kind and found.start < due.end and found.end > due.start


def _framed(chance: random.Random, kind: PiiKind) -> Example:
    value = chance.choice(tuple(_makers(chance, kind)))
    before, after = chance.choice(_FRAMES).split("{}")
    return Example(f"{before}{value}{after}", (PiiSpan(len(before), len(before) + len(value), kind),))


def _makers(chance: random.Random, kind: PiiKind) -> Iterator[str]:
    def drawn(alphabet: str, length: int) -> str:
        return "".join(chance.choices(alphabet, k=length))

    mixed, hexadecimal = string.ascii_letters + string.digits, "0123456789abcdef"
    if kind == "ip_address":
        yield ".".join(str(chance.randint(1, 223)) for _ in range(4))
        yield ":".join(drawn(hexadecimal, 4) for _ in range(8))
        yield f"2001:db8:{drawn(hexadecimal, 4)}::{drawn(hexadecimal, 3)}"
        return
    yield f"sk-{drawn(mixed, 48)}"
    yield f"sk-ant-api03-{drawn(mixed, 40)}"
    yield f"ck_{drawn(mixed, 32)}"
    yield f"ghp_{drawn(mixed, 36)}"
    yield f"AKIA{drawn(string.ascii_uppercase + string.digits, 16)}"
    yield f"eyJhbGciOiJFZERTQSJ9.eyJ{drawn(mixed, 40)}.{drawn(mixed, 43)}"
    yield drawn(mixed, 40)
