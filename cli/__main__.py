"""The causeway command and its subcommands.

Each command imports what it needs when it runs: `causeway --help` must not wait for gRPC.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from cli import (
    answer_commands,
    conversation_commands,
    document_commands,
    manifest_commands,
    question_commands,
    snapshot_commands,
    source_commands,
)
from cli.ingest_command import ingest
from cli.options import Json, Tags, TenantName, tenant_of, worded
from cli.output import CommandMisused, ends_cleanly, print_json
from cli.settings import Settings, read_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="Question answering over your own documents, with cited answers.",
)


@app.command(epilog="Example: causeway up --docs ../handbook")
@ends_cleanly
def up(
    docs: Annotated[Path | None, typer.Option(help="Folder to index and keep in step with.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every log line.")] = False,
    as_json: Json = False,
) -> None:
    """Start every service on this machine; Ctrl-C stops them."""
    from cli.up import up as run_up

    asyncio.run(run_up(read_settings(running=False), docs, verbose=verbose, as_json=as_json))


@app.command(epilog='Example: causeway ask "How do I request leave?"')
@ends_cleanly
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
    conversation: Annotated[
        str, typer.Option("--conversation", help="Go on with this conversation; its id ends every answer.")
    ] = "",
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Ask a question; the answer streams and shows its citations."""
    from cli import ask as asking

    settings = read_settings()
    asked = worded(question, "question")
    asyncio.run(asking.ask(settings, tenant_of(settings, tenant), asked, conversation, as_json=as_json))


@app.command(epilog='Example: causeway search "leave request" -k 5')
@ends_cleanly
def search(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    k: Annotated[int, typer.Option("-k", min=0, max=50, help="Passages; 0 means the profile's k.")] = 5,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show each stage's time, and each candidate's scores.")
    ] = False,
    page_token: Annotated[str, typer.Option(help="Go on where the page before ended.")] = "",
    access: Tags = [],  # noqa: B006 - typer reads the default, nobody changes it
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Show the passages that retrieval finds, with their scores."""
    from cli import search as searching

    settings = read_settings()
    wish = searching.Wish(worded(query, "query"), k, tuple(access), page_token, explain)
    asyncio.run(searching.search(settings, tenant_of(settings, tenant), wish, as_json=as_json))


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
    as_json: Json = False,
) -> None:
    """Print a token, alone: a host JWT, a session token or a service token."""
    from cli.tokens import host_token, service_token

    settings = read_settings()
    name = tenant_of(settings, tenant)
    kind = "service" if service else "session" if anonymous or session else "host"
    if service:
        printed = service_token(settings, tenant=name, service=service, roles=role, access=access)
    elif anonymous:
        if not origin:
            raise CommandMisused("An anonymous visitor needs --origin, one that the tenant's file allows.")
        printed = asyncio.run(_session(settings, tenant=name, origin=origin))
    else:
        printed = host_token(settings, tenant=name, subject=subject, plan=plan, access=access)
        if session:
            printed = asyncio.run(_session(settings, host=printed))
    if as_json:
        print_json({"kind": kind, "tenant": name, "token": printed})
    else:
        typer.echo(printed)


async def _session(settings: Settings, *, host: str = "", tenant: str = "", origin: str = "") -> str:
    import httpx

    from cli.edge_client import EdgeSession

    async with httpx.AsyncClient(base_url=settings.edge) as http:
        if host:
            return (await EdgeSession.open(http, host)).token
        return (await EdgeSession.open_anonymous(http, tenant, origin)).token


app.command(epilog="Example: causeway ingest ../handbook notes.md https://docs.example/faq")(ingest)
app.add_typer(source_commands.app, name="sources")
app.add_typer(document_commands.app, name="documents")
app.add_typer(conversation_commands.app, name="conversations")
app.add_typer(answer_commands.app, name="answers")
app.add_typer(question_commands.app, name="questions")
app.add_typer(manifest_commands.app, name="manifest")
app.add_typer(snapshot_commands.app, name="snapshot")


def main() -> None:
    """Runs the command."""
    app(prog_name="causeway")


if __name__ == "__main__":
    main()
