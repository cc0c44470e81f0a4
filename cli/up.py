"""`causeway up`: everything on one machine, from nothing to a page that answers."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import orjson
from rich.markup import escape

from cli.child import ChildSpec
from cli.dev_keys import prepare_dev_keys
from cli.ingest import IngestReport, ingest
from cli.ingest_progress import IngestProgress
from cli.ingest_targets import Asked, targets_of
from cli.output import CommandFailed, console, errors, print_json
from cli.preflight import check_ports, is_free, lock_data
from cli.settings import SERVICES, Settings, told_where
from cli.supervisor import Probe, Supervisor, grpc_probe, http_probe, running_probe
from libs.common.settings import environment
from libs.common.source import RESERVED_ID

QUESTION = "How do I use my own documents?"
"""A question that the project's own documents answer."""

SOURCE = RESERVED_ID
"""Name of the source that `--docs` fills."""

MODULES: Mapping[str, str] = {
    "config": "services.config",
    "insights": "services.insights",
    "retrieval": "services.retrieval",
    "ingest": "services.retrieval.worker",
    "generation": "services.generation",
    "edge": "services.edge_gateway",
}
"""The processes in the order of their start."""

METRICS_PORTS: Mapping[str, int] = {
    "CAUSEWAY_RETRIEVAL_METRICS_PORT": 9101,
    "CAUSEWAY_GENERATION_METRICS_PORT": 9102,
    "CAUSEWAY_CONFIG_METRICS_PORT": 9103,
    "CAUSEWAY_INSIGHTS_METRICS_PORT": 9104,
    "CAUSEWAY_INGEST_METRICS_PORT": 9105,
    "CAUSEWAY_SOURCES_METRICS_PORT": 9106,
}

SOURCES = ("sources", "cli", ("sources", "sync", "--watch"))
"""The process that reads the declared sources: its name, module and arguments."""

_QUIET_LEVELS = frozenset({"debug", "info"})


async def up(settings: Settings, docs: Path | None, *, verbose: bool, as_json: bool = False) -> None:
    """Starts every service, indexes the documents, and runs until it is told to stop.

    Args:
        settings: Where everything is.
        docs: Folder to index; None leaves the documents as they are.
        verbose: Show every log line.
        as_json: Print one JSON document once everything is ready, instead of words.
    """
    if docs is not None and not await asyncio.to_thread(docs.exists):
        raise CommandFailed(f"{docs} does not exist. Name a folder of documents: DOCS=<folder> make run")
    with lock_data(settings.data):
        check_ports(settings)
        prepare_dev_keys(settings.keys_folder)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        supervisor = Supervisor(settings.data / "logs", _printer(verbose))
        try:
            with told_where(settings):
                await _until(stop, _serve(settings, supervisor, docs, as_json))
        finally:
            errors.print("[dim]Stopping…[/]")
            await supervisor.stop()
            errors.print("[dim]Stopped. Your data is kept in[/] " + escape(str(settings.data)))


async def _until(stop: asyncio.Event, work: object) -> None:
    working = asyncio.ensure_future(work)  # type: ignore[call-overload]
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working not in done:
        working.cancel()
    await asyncio.gather(working, return_exceptions=working not in done)


async def _serve(settings: Settings, supervisor: Supervisor, docs: Path | None, as_json: bool) -> None:
    errors.print("[bold]Causeway[/] is starting")
    await _prepare_model(settings)
    variables = child_environment(settings, environment())
    started = {name: supervisor.start(ChildSpec(name, module, variables)) for name, module in MODULES.items()}
    for name, probe in _probes(settings).items():
        await supervisor.wait_ready(started[name], probe)
    report = await _index(settings, docs)
    if report is not None and docs is not None and not as_json:
        _print_report(report, docs)
    await supervisor.wait_ready(started["edge"], http_probe(f"{settings.edge}/readyz"))
    name, module, arguments = SOURCES
    reader = supervisor.start(ChildSpec(name, module, variables, arguments))
    await supervisor.wait_ready(reader, running_probe(reader))
    if as_json:
        print_json(_ready_document(settings, supervisor, report))
    else:
        _print_ready(settings, QUESTION if docs == Path("docs") else "How do I get started?")
    failed = await supervisor.wait_failed()
    raise CommandFailed(f"{failed.spec.name} cannot run any more:\n{failed.last_words}")


async def _index(settings: Settings, docs: Path | None) -> IngestReport | None:
    if docs is None:
        return None
    show = errors.is_terminal
    if not show:
        errors.print(f"Indexing {docs}")
    targets = targets_of([str(docs)], Asked(source_id=SOURCE))
    progress = IngestProgress(errors, show=show)
    return await ingest(settings, settings.tenant, targets, progress, complete=True)


def _ready_document(
    settings: Settings, supervisor: Supervisor, report: IngestReport | None
) -> dict[str, object]:
    return {
        "edge": settings.edge,
        "ports": {service: settings.port(service) for service in SERVICES},
        "data": str(settings.data),
        "processes": {child.spec.name: child.pid for child in supervisor.children},
        "documents": report.indexed if report else None,
        "passages": report.passages if report else None,
    }


def _probes(settings: Settings) -> dict[str, Probe]:
    core = ("config", "insights", "retrieval", "generation")
    return {name: grpc_probe(f"{settings.host}:{settings.port(name)}") for name in core}


def child_environment(settings: Settings, inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment of the services: the caller's, with every place filled in."""
    places = {"CAUSEWAY_DATA": str(settings.data), "CAUSEWAY_KEYS": str(settings.keys_folder)}
    for name in ("config", "insights", "retrieval", "generation"):
        places[f"CAUSEWAY_{name.upper()}_PORT"] = str(settings.port(name))
        places[f"CAUSEWAY_{name.upper()}_ADDRESS"] = f"{settings.host}:{settings.port(name)}"
    places["CAUSEWAY_EDGE_PORT"] = str(settings.edge_port)
    for variable, port in METRICS_PORTS.items():
        # A second copy on the machine must not fail for a port that nobody chose.
        chosen = inherited.get(variable) or (port if is_free(settings.bind, port) else 0)
        places[variable] = str(chosen)
    return {"CAUSEWAY_ENVIRONMENT": "dev", **inherited, **places, "PYTHONUNBUFFERED": "1"}


async def _prepare_model(settings: Settings) -> None:
    """Makes the embedding model in a process of its own: its tools need not stay in memory."""
    if not (settings.data / "models").exists():
        errors.print("  Preparing the embedding model (once)")
    process = await asyncio.create_subprocess_exec(
        *_python("libs.embedding", str(settings.data / "models")),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        raise
    if process.returncode != 0:
        raise CommandFailed(f"The embedding model could not be prepared: {said.decode().strip()}")


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def _printer(verbose: bool) -> Callable[[str, str], None]:
    def show(name: str, line: str) -> None:
        if verbose or _worth_showing(line):
            errors.print(f"[cyan]{name:>10}[/] [dim]│[/] {escape(line)}", markup=True)

    return show


def _worth_showing(line: str) -> bool:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return True
    return not (isinstance(record, dict) and record.get("level") in _QUIET_LEVELS)


def _print_report(report: IngestReport, docs: Path) -> None:
    console.print(
        f"  [green]✓[/] {sum(s.documents for s in report.sources)} documents of {escape(str(docs))}, "
        f"{report.passages} passages are served [dim]({what_changed(report)})[/]"
    )
    left_out = sum(len(source.skipped) + len(source.failed) for source in report.sources)
    if left_out:
        console.print(
            f"  [yellow]![/] {left_out} documents were left out; `.venv/bin/causeway documents list` says why"
        )
    for source in report.sources:
        for remark in (*source.faults, *source.delivery.rejected)[:10]:
            console.print(f"  [yellow]![/] {escape(remark.uri)}: {escape(remark.reason)}")


def what_changed(report: IngestReport) -> str:
    """What an ingest changed in what is served, in words."""
    parts = [
        f"{count} {word}"
        for count, word in (
            (report.accepted, "new or changed"),
            (report.removed, "removed"),
            (report.resumed, "still waiting from before"),
        )
        if count
    ]
    if not parts and report.rebuilt:
        return "the index was finished"
    return ", ".join(parts) or "nothing changed, nothing embedded"


def _print_ready(settings: Settings, question: str) -> None:
    edge = settings.edge
    console.print(f"  [green]✓[/] ready\n\n  Ask in the browser:  [bold]{edge}/[/]\n")
    console.print(f'  Or from a terminal:  .venv/bin/causeway ask "{question}"\n')
    console.print("  Or with curl:")
    console.print(f"    {curl_line(edge, question)}\n", soft_wrap=True)
    console.print("  [dim]Ctrl-C stops everything.[/]")


def curl_line(edge: str, question: str) -> str:
    """One line that opens a session and streams an answer."""
    return (
        f'curl -sN {edge}/v1/chat -H "Authorization: Bearer $(.venv/bin/causeway token --session)" '
        f"-H 'Content-Type: application/json' -d '{{\"question\": \"{question}\"}}'"
    )
