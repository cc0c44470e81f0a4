"""The commands below `causeway documents`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from cli.options import Json, TenantName, tenant_of
from cli.output import ends_cleanly
from cli.settings import read_settings

app = typer.Typer(no_args_is_help=True, help="What was taken in, and what became of it.")


@app.command("list", epilog="Example: causeway documents list --state failed")
@ends_cleanly
def documents_list(
    state: Annotated[str, typer.Option(help="Only pending, indexed, skipped or failed ones.")] = "",
    source: Annotated[str, typer.Option(help="Only those of this source.")] = "",
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """List the documents with their ids, states and reasons."""
    from cli import documents

    settings = read_settings()
    asyncio.run(
        documents.list_documents(settings, tenant_of(settings, tenant), state, source, as_json=as_json)
    )


@app.command("show", epilog="Example: causeway documents show d_0a1b2c")
@ends_cleanly
def documents_show(
    document_id: Annotated[str, typer.Argument(help="Its id, from `documents list`.")],
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Show one document."""
    from cli import documents

    settings = read_settings()
    asyncio.run(documents.show_document(settings, tenant_of(settings, tenant), document_id, as_json=as_json))


@app.command("delete", epilog="Example: causeway documents delete d_0a1b2c")
@ends_cleanly
def documents_delete(
    document_ids: Annotated[list[str], typer.Argument(help="Their ids.")],
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Remove documents; they leave the index with the next build."""
    from cli import documents

    settings = read_settings()
    asyncio.run(
        documents.delete_documents(settings, tenant_of(settings, tenant), document_ids, as_json=as_json)
    )


@app.command("retry", epilog="Example: causeway documents retry d_0a1b2c")
@ends_cleanly
def documents_retry(
    document_ids: Annotated[list[str], typer.Argument(help="Their ids.")],
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Read documents again that failed or were skipped."""
    from cli import documents

    settings = read_settings()
    asyncio.run(
        documents.retry_documents(settings, tenant_of(settings, tenant), document_ids, as_json=as_json)
    )


@app.command("report", epilog="Example: causeway documents report --source handbook")
@ends_cleanly
def documents_report(
    source: Annotated[str, typer.Option(help="Only findings in documents of this source.")] = "",
    examples: Annotated[int, typer.Option(min=1, max=100, help="Examples of each kind.")] = 10,
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Say what is wrong with the documents: contradictions, duplicates, broken links, empty pages."""
    from cli import content_report

    settings = read_settings()
    asyncio.run(
        content_report.report(settings, tenant_of(settings, tenant), source, examples, as_json=as_json)
    )
