"""Says what became of an ingest, in words and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from rich.markup import escape

from cli.document import Remark
from cli.ingest import IngestReport, SourceReport

SHOWN = 10
"""Documents that are named one by one."""


def document_of(report: IngestReport) -> dict[str, Any]:
    """The report as one JSON document."""
    return {
        "files": sum(source.documents for source in report.sources),
        "accepted": report.accepted,
        "unchanged": sum(source.delivery.unchanged for source in report.sources),
        "removed": report.removed,
        "rejected": [_pair(r) for source in report.sources for r in source.delivery.rejected],
        "indexed": report.indexed,
        "skipped": report.skipped,
        "failed": report.failed,
        "pending": report.pending,
        "passages": report.passages,
        "waited": report.waited,
        "sources": [_source(source) for source in report.sources],
    }


def lines_of(report: IngestReport) -> Iterator[str]:
    """The report in words, with markup."""
    for source in report.sources:
        yield from _lines_of_source(source, report.waited)
    if not report.waited:
        waits = f"{_plural(report.pending)} {'waits' if report.pending == 1 else 'wait'}"
        if report.pending:
            yield f"  {waits} for the ingest worker; `causeway documents list` shows when they are done."
        return
    if report.resumed and not report.accepted:
        yield f"  {_plural(report.resumed)} that were still waiting from before are done now, too."
    yield f"  {_plural(report.indexed)} and {report.passages:,} passages are served."


def _lines_of_source(source: SourceReport, waited: bool) -> Iterator[str]:
    delivery = source.delivery
    counts = f"{delivery.accepted} new or changed, {delivery.unchanged} unchanged, {delivery.removed} removed"
    yield f"[bold]{escape(source.source_id)}[/]  {_plural(source.documents)}: {counts}"
    yield from _listed("✗", "red", "could not be read", source.faults)
    yield from _listed("✗", "red", "not accepted", delivery.rejected)
    yield from _listed("✗", "red", "failed", source.failed)
    yield from _listed("!", "yellow", "skipped", source.skipped)
    yield from _listed("-", "dim", "left out", source.left_out)
    if source.held_back:
        yield "  [yellow]![/] Nothing was removed, because some of the source could not be read."
    if waited and not (source.failed or source.skipped or delivery.rejected or source.faults):
        yield "  [green]✓[/] all of them can be found"


def _listed(mark: str, colour: str, what: str, remarks: Sequence[Remark]) -> Iterator[str]:
    for remark in remarks[:SHOWN]:
        uri, reason = escape(remark.uri), escape(remark.reason.rstrip("."))
        yield f"  [{colour}]{escape(mark)}[/] {what}: {uri} [dim]–[/] {reason}"
    rest = remarks[SHOWN:]
    if rest:
        yield f"  [{colour}]{escape(mark)}[/] {what}: {len(rest)} more ({_suffixes(rest)}); --json names all"


def _suffixes(remarks: Iterable[Remark]) -> str:
    counts = Counter(PurePosixPath(remark.uri).suffix.lower() or "no suffix" for remark in remarks)
    named = [f"{count} {suffix}" for suffix, count in counts.most_common(4)]
    return ", ".join([*named, "…"] if len(counts) > len(named) else named)


def _plural(count: int) -> str:
    return "1 document" if count == 1 else f"{count:,} documents"


def _source(source: SourceReport) -> dict[str, Any]:
    return {
        "source_id": source.source_id,
        "documents": source.documents,
        "bytes": source.bytes,
        "accepted": source.delivery.accepted,
        "unchanged": source.delivery.unchanged,
        "removed": source.delivery.removed,
        **{
            name: [_pair(remark) for remark in remarks]
            for name, remarks in (
                ("rejected", source.delivery.rejected),
                ("faults", source.faults),
                ("failed", source.failed),
                ("skipped", source.skipped),
                ("left_out", source.left_out),
            )
        },
    }


def _pair(remark: Remark) -> dict[str, str]:
    return {"uri": remark.uri, "reason": remark.reason}
