"""Writes the reference tables of docs/ from the code: `python -m scripts.reference [--check]`."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from prometheus_client import metrics as prometheus_metrics

from libs.common import metrics

ROOT = Path(__file__).resolve().parents[1]
OWNERS = {
    "edge": "services.edge_gateway.settings",
    "retrieval, ingest worker": "services.retrieval.settings",
    "generation": "services.generation.settings",
    "config": "services.config.settings",
    "insights": "services.insights.settings",
    "command": "cli.settings",
}


def settings_page() -> str:
    """The table of every CAUSEWAY_* variable, with who reads it."""
    rows: dict[str, tuple[str, str, list[str]]] = {}
    for owner, module in OWNERS.items():
        for cls in _settings_classes(module):
            for field in dataclasses.fields(cls):
                if "variable" not in field.metadata:
                    continue
                facts = field.metadata
                meaning = facts["doc"].rstrip(".") + (" (a secret)" if facts["secret"] else "")
                _, _, owners = rows.setdefault(facts["variable"], (meaning, _default(field), []))
                if owner not in owners:
                    owners.append(owner)
    lines = [
        "# Settings",
        "",
        "Every variable of the environment that Causeway reads. An empty variable counts as unset.",
        "A wrong value ends the process at its start with a message that names the variable.",
        "A secret may be in a file instead, named by `<variable>_FILE`, as orchestrators mount them.",
        "This page is made by `python -m scripts.reference`.",
        "",
        "| variable | meaning | default | read by |",
        "|---|---|---|---|",
    ]
    for variable, (doc, default, owners) in sorted(rows.items()):
        lines.append(f"| `{variable}` | {doc} | {default} | {', '.join(owners)} |")
    return "\n".join(lines) + "\n"


def metrics_page() -> str:
    """The table of every metric."""
    lines = [
        "# Metrics",
        "",
        "What each process exposes at `/metrics` in Prometheus' format.",
        "This page is made by `python -m scripts.reference`.",
        "",
        "| metric | type | labels | meaning |",
        "|---|---|---|---|",
    ]
    for metric in _metrics():
        described = next(iter(metric.describe()))
        name = described.name + ("_total" if described.type == "counter" else "")
        labels = ", ".join(f"`{label}`" for label in metric._labelnames) or "–"  # noqa: SLF001 - no public way
        lines.append(f"| `{name}` | {described.type} | {labels} | {described.documentation} |")
    return "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/settings.md": settings_page,
    "docs/reference/metrics.md": metrics_page,
}


def main() -> int:
    """Writes the pages; with --check only says which are stale."""
    stale = [name for name, page in PAGES.items() if _read(ROOT / name) != page()]
    if "--check" in sys.argv:
        for name in stale:
            sys.stderr.write(f"{name} is stale: run `python -m scripts.reference`\n")
        return 1 if stale else 0
    for name in stale:
        (ROOT / name).write_text(PAGES[name](), encoding="utf-8")
    return 0


def _settings_classes(module: str) -> Iterator[type[Any]]:
    for value in vars(import_module(module)).values():
        if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__ == module:
            yield value


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is dataclasses.MISSING:
        return "required"
    value = field.default
    if value == "" or value == Path() or field.metadata["secret"]:
        return "–"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _metrics() -> list[Any]:
    found = [v for v in vars(metrics).values() if isinstance(v, prometheus_metrics.MetricWrapperBase)]
    return sorted(found, key=lambda metric: str(next(iter(metric.describe())).name))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
