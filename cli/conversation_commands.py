"""The commands below `causeway conversations`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from cli.options import Json, TenantName, tenant_of
from cli.output import ends_cleanly
from cli.settings import read_settings

app = typer.Typer(no_args_is_help=True, help="What you asked with `causeway ask`, and what was answered.")

Id = Annotated[str, typer.Argument(help="Id of the conversation; it ends every answer.")]


@app.command("list", epilog="Example: causeway conversations list")
@ends_cleanly
def conversations_list(tenant: TenantName = "", as_json: Json = False) -> None:
    """List your conversations, last used first."""
    from cli import conversations

    settings = read_settings()
    asyncio.run(conversations.list_conversations(settings, tenant_of(settings, tenant), as_json=as_json))


@app.command("show", epilog="Example: causeway conversations show c_7Xk2")
@ends_cleanly
def show(conversation_id: Id, tenant: TenantName = "", as_json: Json = False) -> None:
    """Show a conversation with its turns."""
    from cli import conversations

    settings = read_settings()
    asyncio.run(conversations.show(settings, tenant_of(settings, tenant), conversation_id, as_json=as_json))


@app.command("delete", epilog="Example: causeway conversations delete c_7Xk2")
@ends_cleanly
def delete(conversation_id: Id, tenant: TenantName = "", as_json: Json = False) -> None:
    """Delete a conversation, with its summary and what was remembered from it."""
    from cli import conversations

    settings = read_settings()
    asyncio.run(conversations.delete(settings, tenant_of(settings, tenant), conversation_id, as_json=as_json))
