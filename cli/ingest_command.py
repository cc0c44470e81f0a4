"""The command `causeway ingest`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from cli.options import Json, Tags, TenantName, tenant_of
from cli.output import FAILED, INTERRUPTED, console, ends_cleanly, errors, print_json
from cli.settings import read_settings


@ends_cleanly
def ingest(
    places: Annotated[
        list[str], typer.Argument(metavar="PATH|URL…", help="Folders, files, and addresses of pages.")
    ],
    source: Annotated[
        str, typer.Option(help="Source of all of it; by default one for each folder and each site.")
    ] = "",
    access: Tags = [],  # noqa: B006 - typer reads the default, nobody changes it
    tag: Annotated[list[str], typer.Option(help="What the documents are about; may be given again.")] = [],  # noqa: B006
    sitemap: Annotated[bool, typer.Option("--sitemap", help="The addresses are those of sitemaps.")] = False,
    depth: Annotated[int, typer.Option(min=0, max=100, help="Follow links so far below an address.")] = 0,
    max_pages: Annotated[int, typer.Option(min=1, max=100_000, help="Most pages of each address.")] = 1000,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch addresses of your own network, too.")
    ] = False,
    complete: Annotated[
        bool, typer.Option("--complete", help="Remove documents of the source that are not there any more.")
    ] = False,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Do not wait for the index.")] = False,
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Take documents in, and wait until they can be found.

    Run it again after an interruption: what arrived is not embedded twice.
    """
    from cli.ingest import ingest as run
    from cli.ingest_output import document_of, lines_of
    from cli.ingest_progress import IngestProgress
    from cli.ingest_targets import Asked, targets_of

    settings = read_settings()
    asked = Asked(source, tuple(access), tuple(tag), sitemap, depth, max_pages, allow_private)
    targets = targets_of(places, asked)
    progress = IngestProgress(errors, show=errors.is_terminal and not as_json)
    name = tenant_of(settings, tenant)
    try:
        report = asyncio.run(run(settings, name, targets, progress, complete=complete, wait=not no_wait))
    except KeyboardInterrupt:
        errors.print(
            "Stopped. What arrived is safe and will be indexed; run the same command again to go on."
        )
        raise typer.Exit(INTERRUPTED) from None
    if as_json:
        print_json(document_of(report))
    else:
        for line in lines_of(report):
            console.print(line)
    if not all(source.went_well for source in report.sources):
        raise typer.Exit(FAILED)
