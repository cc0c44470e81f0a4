"""`causeway sources list`: how a tenant's sources are doing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from cli.output import console, print_json
from cli.source_schedule import is_late, next_due
from cli.source_state import SourceFolder, SourceState
from libs.common.clock import rfc3339
from libs.common.source import FolderSource, GitSource, Source

_COLOURS = {"read": "green", "partly": "yellow", "held": "yellow", "failed": "red", "never": "dim"}


@dataclass(frozen=True, slots=True)
class Standing:
    """A source and what became of it."""

    source: Source
    state: SourceState

    @property
    def place(self) -> str:
        """Where its documents come from."""
        if isinstance(self.source, FolderSource):
            return self.source.path
        return self.source.repository if isinstance(self.source, GitSource) else self.source.url


def standings(root: Path, tenant: str, sources: Iterable[Source]) -> list[Standing]:
    """How sources stand, in the order of their declaration."""
    return [Standing(source, SourceFolder(root, tenant, source.id).load()) for source in sources]


def show_sources(found: Sequence[Standing], now: float, *, as_json: bool) -> None:
    """Prints how sources stand."""
    if as_json:
        print_json([_document(standing, now) for standing in found])
        return
    if not found:
        console.print("No sources are declared. Add them to the tenant's manifest file, below `sources:`.")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("Source", "Kind", "State", "Documents", "Last read", "Next"):
        table.add_column(name, justify="right" if name == "Documents" else "left", overflow="fold")
    for one in found:
        state = f"[{_COLOURS[one.state.outcome]}]{one.state.outcome}[/]"
        late = " [red]late[/]" if is_late(one.source, one.state, now) else ""
        table.add_row(
            escape(one.source.id),
            one.source.kind,
            f"{state}{late}",
            f"{one.state.documents:,}",
            f"{ago(now - one.state.succeeded_at)} ago" if one.state.succeeded_at else "never",
            _next(one, now),
        )
    console.print(table, soft_wrap=False)
    for one in found:
        if one.state.message:
            console.print(f"[bold]{escape(one.source.id)}[/]: {escape(one.state.message)}")


def ago(seconds: float) -> str:
    """A span of time in the words that people use of it: `12 s`, `5 min`, `3 h`, `2 d`."""
    for length, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"


def _next(one: Standing, now: float) -> str:
    left = next_due(one.source, one.state) - now
    return "now" if left <= 0 else f"in {ago(left)}"


def _document(one: Standing, now: float) -> dict[str, Any]:
    state, due = one.state, next_due(one.source, one.state)
    return {
        "id": one.source.id,
        "kind": one.source.kind,
        "place": one.place,
        "interval_seconds": one.source.interval_seconds,
        "state": state.outcome,
        "late": is_late(one.source, state, now),
        "documents": state.documents,
        "left_out": state.left_out,
        "last_attempt_at": rfc3339(state.attempted_at) if state.attempted_at else None,
        "last_success_at": rfc3339(state.succeeded_at) if state.succeeded_at else None,
        "next_due_at": rfc3339(max(due, now)),
        "error": state.message,
        "remarks": [{"uri": uri, "reason": reason} for uri, reason in state.remarks],
    }
