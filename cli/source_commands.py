"""The commands below `causeway sources`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import Json, TenantName, tenant_of
from cli.output import FAILED, CommandMisused, console, ends_cleanly, errors, print_json
from cli.settings import read_settings

if TYPE_CHECKING:
    from cli.source_sync import SyncResult

app = typer.Typer(no_args_is_help=True, help="Where documents come from, and how that is going.")


@app.command("list", epilog="Example: causeway sources list")
@ends_cleanly
def sources_list(tenant: TenantName = "", as_json: Json = False) -> None:
    """List the declared sources: last success, next reading, documents, what went wrong."""
    from cli.declared_sources import declared_sources
    from cli.source_list import show_sources, standings
    from libs.common.clock import SystemClock

    settings, clock = read_settings(), SystemClock()
    name = tenant_of(settings, tenant)
    declared = asyncio.run(declared_sources(settings, name))
    show_sources(standings(settings.sources_folder, name, declared), clock.now(), as_json=as_json)


@app.command("sync", epilog="Example: causeway sources sync handbook")
@ends_cleanly
def sources_sync(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="Sources; by default all.")] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay, and read the sources of all tenants whenever they are due.")
    ] = False,
    allow_shrink: Annotated[
        bool,
        typer.Option("--allow-shrink", help="Accept that a source holds less than half of what it held."),
    ] = False,
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Read declared sources now, and deliver what they hold."""
    settings = read_settings()
    if watch:
        if ids or allow_shrink:
            raise CommandMisused("--watch reads all sources; leave the ids and --allow-shrink away.")
        from cli.source_process import watch_sources
        from libs.common.process import run

        run(lambda stop: watch_sources(settings, stop))
        return
    from cli.source_once import sync_once
    from cli.source_output import document_of, lines_of

    name = tenant_of(settings, tenant)
    shown = errors.is_terminal and not as_json
    results = asyncio.run(sync_once(settings, name, ids or [], allow_shrink=allow_shrink, show=shown))
    if as_json:
        print_json([document_of(source_id, result) for source_id, result in results])
    else:
        for source_id, result in results:
            for line in lines_of(source_id, result):
                console.print(line)
    if not all(_went_well(result) for _, result in results):
        raise typer.Exit(FAILED)


@app.command("forget", epilog="Example: causeway sources forget old-handbook")
@ends_cleanly
def sources_forget(
    source_id: Annotated[str, typer.Argument(metavar="ID", help="A source that is not declared any more.")],
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Remove every document of a source that is not declared any more."""
    from cli.source_once import forget

    settings = read_settings()
    removed = asyncio.run(forget(settings, tenant_of(settings, tenant), source_id))
    if as_json:
        print_json({"removed": removed})
    else:
        console.print(f"{removed} documents removed; they leave the index with the next build.")


def _went_well(result: SyncResult) -> bool:
    return result.state.outcome == "read" and not (result.delivery and result.delivery.rejected)
