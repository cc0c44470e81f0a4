"""Shows what would be read of a file or a folder, without taking it in."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from libs.common.clock import SystemClock
from services.retrieval.document_reader import DocumentReader, Reading
from services.retrieval.documents import document_id_of
from services.retrieval.ingest_queue import ClaimedDocument
from services.retrieval.isolated_parser import IsolatedParser, ParserLimits
from services.retrieval.parsed_document import Unreadable

TENANT = "inspection"
_CHARACTERS_A_TOKEN = 4
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Inspected:
    """What would become of a file.

    Attributes:
        path: The file, below the folder that was named.
        state: indexed, skipped or failed.
        code: The reason as one word; empty when indexed.
        reason: The reason in words; empty when indexed.
        seconds: How long reading it took.
        reading: What was read; None unless indexed.
    """

    path: str
    state: str
    code: str
    reason: str
    seconds: float
    reading: Reading | None = None


def inspect(paths: Iterable[Path], reader: DocumentReader) -> Iterator[Inspected]:
    """Reads files, and those in folders, as the ingest worker does; passages are cut at about their size."""
    for path in paths:
        files = sorted(found for found in path.rglob("*") if found.is_file()) if path.is_dir() else [path]
        for file in files:
            name = file.relative_to(path).as_posix() if path.is_dir() else file.name
            yield _inspected(file, name, reader)


def rows(found: Sequence[Inspected]) -> Iterator[str]:
    """Yields a line for each file, and a last one with how many ended in which state."""
    width = max((len(one.path) for one in found), default=0)
    for one in found:
        yield f"{one.path:{width}}  {one.state:8} {one.seconds:6.2f} s  {_summary(one)}"
    states = Counter(one.state for one in found)
    yield ", ".join(f"{count} {state}" for state, count in sorted(states.items()))


def passages(reading: Reading) -> Iterator[str]:
    """Yields the passages of a document: page, language, headings and the beginning of each text."""
    for passage in reading.passages:
        place = f"p. {passage.page}" if passage.page else f"{passage.start}-{passage.end}"
        yield f"[{place}] {passage.language:3} {' > '.join(passage.heading_path)}"
        yield f"    {' '.join(passage.text.split())[:_WIDTH]}"


def main() -> None:
    """Prints the table; for a single file its passages too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path, nargs="+", help="a file or a folder")
    named: list[Path] = parser.parse_args().path
    isolated = IsolatedParser(ParserLimits(), SystemClock())
    try:
        found = list(inspect(named, DocumentReader(_about_tokens, isolated)))
    finally:
        isolated.close()
    lines = list(rows(found))
    if len(found) == 1 and found[0].reading is not None:
        lines = [lines[0], *passages(found[0].reading)]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(0 if all(one.state != "failed" for one in found) else 1)


def _inspected(file: Path, name: str, reader: DocumentReader) -> Inspected:
    document = ClaimedDocument(document_id_of(TENANT, "inspection", name), TENANT, name, "", "", 1, 1)
    began = time.monotonic()
    try:
        reading = reader.read(document, file.read_bytes())
    except Unreadable as refusal:
        return Inspected(name, refusal.state, refusal.code, str(refusal), time.monotonic() - began)
    except OSError as error:
        return Inspected(name, "failed", "unreadable", str(error), time.monotonic() - began)
    return Inspected(name, "indexed", "", "", time.monotonic() - began, reading)


def _summary(one: Inspected) -> str:
    if one.reading is None:
        return f"{one.code}: {one.reason}"
    said = one.reading.metadata
    pages = max((passage.page for passage in one.reading.passages), default=0)
    count = f"{len(one.reading.passages)} passages"
    parts = (count, f"{pages} pages" if pages else "", said.language, said.title)
    return ", ".join(filter(None, parts))


def _about_tokens(text: str) -> int:
    return len(text) // _CHARACTERS_A_TOKEN + 2


if __name__ == "__main__":
    main()
