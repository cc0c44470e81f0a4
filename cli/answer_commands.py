"""The commands below `causeway answers`."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from cli.options import Json, TenantName, tenant_of
from cli.output import ends_cleanly
from cli.settings import read_settings

app = typer.Typer(no_args_is_help=True, help="Answers that an editor wrote and approved.")

Folder = Annotated[Path, typer.Option("--folder", help="The manifest folder.")]
Named = Annotated[str, typer.Argument(help="Its id, from `answers list`.")]
_MANIFESTS = Path("manifests")


@app.command("add", epilog='Example: causeway answers add "When are you open?" --answer "From nine to five."')
@ends_cleanly
def answers_add(
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
    answer: Annotated[str, typer.Option(help="The answer in Markdown; - reads standard input.")],
    also: Annotated[list[str], typer.Option(help="Another way to ask it; may be given again.")] = [],  # noqa: B006 - typer reads the default
    link: Annotated[list[str], typer.Option(help="A source, Title=https://...; may be given again.")] = [],  # noqa: B006
    language: Annotated[str, typer.Option(help="Its language, ISO 639-1.")] = "en",
    access: Annotated[list[str], typer.Option(help="Access tag; may be given again.")] = [],  # noqa: B006
    name: Annotated[str, typer.Option("--id", help="Its id; by default made of the question.")] = "",
    folder: Folder = _MANIFESTS,
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Add a draft to the tenant's file; it is not used until it is approved."""
    from cli import answers

    file = answers.file_of(folder, tenant_of(read_settings(), tenant))
    written = answers.Written(name, (question, *also), answer, link, language, access)
    answers.add(file, written, as_json=as_json)


@app.command("list", epilog="Example: causeway answers list --state draft")
@ends_cleanly
def answers_list(
    state: Annotated[str, typer.Option(help="Only draft, approved or expired ones.")] = "",
    folder: Folder = _MANIFESTS,
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """List the tenant's curated answers."""
    from cli import answers

    answers.show(answers.file_of(folder, tenant_of(read_settings(), tenant)), state, as_json=as_json)


@app.command("approve", epilog="Example: causeway answers approve opening-hours --expires 2027-12-31")
@ends_cleanly
def answers_approve(
    name: Named,
    by: Annotated[str, typer.Option(help="Who approves it; by default you.")] = "",
    expires: Annotated[str, typer.Option(help="The day from which on it is not used, 2027-12-31.")] = "",
    folder: Folder = _MANIFESTS,
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Let an answer be used; the commit publishes it."""
    from cli import answers

    file = answers.file_of(folder, tenant_of(read_settings(), tenant))
    answers.approve(file, name, by or getpass.getuser(), expires, as_json=as_json)


@app.command("expire", epilog="Example: causeway answers expire opening-hours")
@ends_cleanly
def answers_expire(
    name: Named,
    folder: Folder = _MANIFESTS,
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """Take an answer out of use; it stays in the file."""
    from cli import answers

    answers.expire(answers.file_of(folder, tenant_of(read_settings(), tenant)), name, as_json=as_json)
