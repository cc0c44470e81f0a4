"""The causeway command and its subcommands."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import httpx
import typer

from cli import ask as asking
from cli import documents, manifests
from cli import search as searching
from cli.edge_client import EdgeSession
from cli.ingest import ingest_folder
from cli.output import CommandFailed, console, ends_cleanly, errors, print_json
from cli.settings import Settings, read_settings
from cli.tokens import host_token, service_token
from cli.up import SOURCE
from cli.up import up as run_up

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="Question answering over your own documents, with cited answers.",
)
document_commands = typer.Typer(no_args_is_help=True, help="What was taken in, and what became of it.")
manifest_commands = typer.Typer(no_args_is_help=True, help="The manifests that shape answers.")
app.add_typer(document_commands, name="documents")
app.add_typer(manifest_commands, name="manifest")

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
TenantName = Annotated[str, typer.Option("--tenant", help="Tenant; by default CAUSEWAY_TENANT, else demo.")]
Tags = Annotated[list[str], typer.Option("--access", help="Access tag; may be given again.")]


def _tenant(settings: Settings, given: str) -> str:
    return given or settings.tenant


@app.command(epilog="Example: causeway up --docs ../handbook")
@ends_cleanly
def up(
    docs: Annotated[Path | None, typer.Option(help="Folder to index and keep in step with.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every log line.")] = False,
) -> None:
    """Start every service on this machine; Ctrl-C stops them."""
    asyncio.run(run_up(read_settings(running=False), docs, verbose=verbose))


@app.command(epilog="Example: causeway ingest ../handbook --source handbook")
@ends_cleanly
def ingest(
    path: Annotated[Path, typer.Argument(help="Folder or file: Markdown, HTML, text.")],
    source: Annotated[str, typer.Option(help="Name of the source within the tenant.")] = SOURCE,
    complete: Annotated[
        bool, typer.Option("--complete", help="Remove documents of the source that are not in the folder.")
    ] = False,
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Take documents in, and wait until they can be found."""
    settings = read_settings()
    report = asyncio.run(
        ingest_folder(
            settings,
            _tenant(settings, tenant),
            path,
            source,
            complete=complete,
            show=errors.is_terminal and not as_json,
        )
    )
    if as_json:
        print_json({name: getattr(report, name) for name in report.__slots__})
    else:
        console.print(
            f"{report.files} files: {report.accepted} new or changed, {report.unchanged} unchanged, "
            f"{report.removed} removed, {len(report.rejected)} not accepted. "
            f"{report.indexed} documents and {report.passages} passages are served."
        )
    for uri, reason in report.rejected:
        errors.print(f"{uri}: {reason}", markup=False)
    if report.rejected:
        raise typer.Exit(1)


@app.command(epilog='Example: causeway ask "How do I request leave?"')
@ends_cleanly
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Ask a question; the answer streams and shows its citations."""
    settings = read_settings()
    asyncio.run(asking.ask(settings, _tenant(settings, tenant), question, as_json=as_json))


@app.command(epilog='Example: causeway search "leave request" -k 5')
@ends_cleanly
def search(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    k: Annotated[int, typer.Option("-k", min=0, max=50, help="Passages; 0 means the profile's k.")] = 5,
    access: Tags = [],  # noqa: B006 - typer reads the default, nobody changes it
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Show the passages that retrieval finds, with their scores."""
    settings = read_settings()
    work = searching.search(
        settings, _tenant(settings, tenant), query, k=k, access=tuple(access), as_json=as_json
    )
    asyncio.run(work)


@app.command(epilog="Example: causeway token --service retrieval --role search")
@ends_cleanly
def token(
    tenant: TenantName = "",
    plan: Annotated[str, typer.Option(help="Plan of the visitor.")] = "",
    subject: Annotated[str, typer.Option(help="The visitor.")] = "cli",
    access: Tags = [],  # noqa: B006 - typer reads the default, nobody changes it
    session: Annotated[bool, typer.Option("--session", help="Exchange it for a session token.")] = False,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Session token of an anonymous visitor.")
    ] = False,
    origin: Annotated[str, typer.Option(help="Origin of the anonymous visitor.")] = "",
    service: Annotated[str, typer.Option(help="Service token for this service.")] = "",
    role: Annotated[list[str], typer.Option(help="Role of the service token; may be given again.")] = [],  # noqa: B006
) -> None:
    """Print a token, alone: a host JWT, a session token or a service token."""
    settings = read_settings()
    name = _tenant(settings, tenant)
    if service:
        printed = service_token(settings, tenant=name, service=service, roles=role, access=access)
    elif anonymous:
        if not origin:
            raise CommandFailed("An anonymous visitor needs --origin, one that the tenant's file allows.")
        printed = asyncio.run(_session(settings, tenant=name, origin=origin))
    else:
        printed = host_token(settings, tenant=name, subject=subject, plan=plan, access=access)
        if session:
            printed = asyncio.run(_session(settings, host=printed))
    typer.echo(printed)


async def _session(settings: Settings, *, host: str = "", tenant: str = "", origin: str = "") -> str:
    async with httpx.AsyncClient(base_url=settings.edge) as http:
        if host:
            return (await EdgeSession.open(http, host)).token
        return (await EdgeSession.open_anonymous(http, tenant, origin)).token


@document_commands.command("list", epilog="Example: causeway documents list --state failed")
@ends_cleanly
def documents_list(
    state: Annotated[str, typer.Option(help="Only pending, indexed, skipped or failed ones.")] = "",
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """List the documents with their states and reasons."""
    settings = read_settings()
    asyncio.run(documents.list_documents(settings, _tenant(settings, tenant), state, as_json=as_json))


@document_commands.command("show", epilog="Example: causeway documents show d_0a1b2c")
@ends_cleanly
def documents_show(
    document_id: Annotated[str, typer.Argument(help="Its id, from `documents list --json`.")],
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Show one document."""
    settings = read_settings()
    asyncio.run(documents.show_document(settings, _tenant(settings, tenant), document_id, as_json=as_json))


@document_commands.command("delete", epilog="Example: causeway documents delete d_0a1b2c")
@ends_cleanly
def documents_delete(
    document_ids: Annotated[list[str], typer.Argument(help="Their ids.")],
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Remove documents; they leave the index with the next build."""
    settings = read_settings()
    asyncio.run(
        documents.delete_documents(settings, _tenant(settings, tenant), document_ids, as_json=as_json)
    )


@manifest_commands.command(
    "validate", epilog="Example: causeway manifest validate manifests --environment dev"
)
@ends_cleanly
def manifest_validate(
    folder: Annotated[Path, typer.Argument(help="The manifest folder.")] = Path("manifests"),
    environment: Annotated[str, typer.Option(help="Environment to resolve.")] = "dev",
    as_json: Json = False,
) -> None:
    """Check a manifest folder and name every problem."""
    manifests.validate(folder, environment, as_json=as_json)


@manifest_commands.command("show", epilog="Example: causeway manifest show --tenant demo")
@ends_cleanly
def manifest_show(tenant: TenantName = "", as_json: Json = False) -> None:
    """Show the manifest that is being served to a tenant."""
    settings = read_settings()
    asyncio.run(manifests.show(settings, _tenant(settings, tenant), as_json=as_json))


def main() -> None:
    """Runs the command."""
    app(prog_name="causeway")


if __name__ == "__main__":
    main()
