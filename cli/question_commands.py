"""The commands below `causeway questions`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from cli.options import Json, TenantName, tenant_of
from cli.output import ends_cleanly
from cli.settings import read_settings

app = typer.Typer(no_args_is_help=True, help="What was asked lately, and what became of it.")


@app.command("list", epilog="Example: causeway questions list --refused --since 7d")
@ends_cleanly
def questions_list(
    refused: Annotated[bool, typer.Option("--refused", help="Only refused ones.")] = False,
    review: Annotated[bool, typer.Option("--review", help="Only ones that ask for a person's look.")] = False,
    down: Annotated[bool, typer.Option("--thumbs-down", help="Only ones that were voted down.")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="Only ones that ended in an error.")] = False,
    below: Annotated[
        float, typer.Option(min=0, max=1, help="Only answers with less confidence than this.")
    ] = 0.0,
    since: Annotated[str, typer.Option(help="Only since so long ago: 90s, 15m, 6h, 7d.")] = "",
    most: Annotated[int, typer.Option("--most", min=1, max=10_000, help="How many at most.")] = 50,
    tenant: TenantName = "",
    as_json: Json = False,
) -> None:
    """List recent questions, personal data masked, with why they were answered as they were."""
    from cli import questions

    settings = read_settings()
    wanted = questions.Wanted(refused, review, down, failed, below, questions.moment(since), most)
    asyncio.run(questions.list_questions(settings, tenant_of(settings, tenant), wanted, as_json=as_json))
