"""Says what became of the reading of a source, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.markup import escape

from cli.source_sync import SyncResult

SHOWN = 10
_MARKS = {"read": "[green]✓[/]", "partly": "[yellow]![/]", "held": "[yellow]![/]", "failed": "[red]✗[/]"}


def lines_of(source_id: str, result: SyncResult) -> Iterator[str]:
    """The result in words, with markup."""
    state, delivery = result.state, result.delivery
    mark = _MARKS.get(state.outcome, "")
    if delivery is None:
        yield f"{mark} [bold]{escape(source_id)}[/]: {escape(state.message)}"
        return
    counts = f"{delivery.accepted} new or changed, {delivery.unchanged} unchanged, {delivery.removed} removed"
    documents = "1 document" if state.documents == 1 else f"{state.documents:,} documents"
    yield f"{mark} [bold]{escape(source_id)}[/]  {documents}: {counts}"
    if state.message:
        yield f"    {escape(state.message)}"
    for uri, reason in state.remarks[:SHOWN]:
        yield f"    [red]✗[/] {escape(uri)} [dim]–[/] {escape(reason)}"
    for remark in result.left_out[:SHOWN]:
        yield f"    [dim]- left out: {escape(remark.uri)} – {escape(remark.reason)}[/]"
    if len(result.left_out) > SHOWN:
        yield f"    [dim]- left out: {len(result.left_out) - SHOWN} more; --json names all[/]"


def document_of(source_id: str, result: SyncResult) -> dict[str, Any]:
    """The result as one JSON document."""
    state, delivery = result.state, result.delivery
    return {
        "id": source_id,
        "state": state.outcome,
        "documents": state.documents,
        "accepted": delivery.accepted if delivery else 0,
        "unchanged": delivery.unchanged if delivery else 0,
        "removed": delivery.removed if delivery else 0,
        "error": state.message,
        "remarks": [{"uri": uri, "reason": reason} for uri, reason in state.remarks],
        "left_out": [{"uri": remark.uri, "reason": remark.reason} for remark in result.left_out],
    }
