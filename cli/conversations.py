"""`causeway conversations`: lists, shows and deletes what was asked from this command line."""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from rich.markup import escape

from cli.edge_client import EdgeSession
from cli.output import console, print_json
from cli.settings import Settings
from cli.tokens import host_token


def visitor() -> str:
    """Who asks from this command line."""
    return f"cli:{getpass.getuser()}"


async def list_conversations(settings: Settings, tenant: str, *, as_json: bool) -> None:
    """Prints all of the visitor's conversations, last used first."""
    found: list[dict[str, Any]] = []
    async with _session(settings, tenant) as session:
        token = ""
        while True:
            page = await session.conversations(token)
            found += page["conversations"]
            token = page.get("next_page_token", "")
            if not token:
                break
    if as_json:
        print_json({"conversations": found})
        return
    for one in found:
        key, title = escape(one["conversation_id"]), escape(one["title"])
        console.print(f"[cyan]{key}[/]  {escape(one['updated_at'])}  {one['turn_count']:>3}  {title}")
    if not found:
        console.print("There are none. Ask something: causeway ask …", style="dim")


async def show(settings: Settings, tenant: str, conversation_id: str, *, as_json: bool) -> None:
    """Prints a conversation with all its turns.

    Raises:
        CommandFailed: The visitor has no such conversation.
    """
    async with _session(settings, tenant) as session:
        whole = page = await session.conversation(conversation_id)
        while token := page.get("next_page_token", ""):
            page = await session.conversation(conversation_id, token)
            whole["turns"] += page["turns"]
    whole.pop("next_page_token", None)
    if as_json:
        print_json(whole)
        return
    for turn in whole["turns"]:
        for line in turn_lines(turn):
            console.print(line)


async def delete(settings: Settings, tenant: str, conversation_id: str, *, as_json: bool) -> None:
    """Deletes a conversation.

    Raises:
        CommandFailed: It is not the visitor's.
    """
    async with _session(settings, tenant) as session:
        await session.delete_conversation(conversation_id)
    if as_json:
        print_json({"deleted": conversation_id})
    else:
        console.print(f"{escape(conversation_id)} is gone.")


def turn_lines(turn: dict[str, Any]) -> Iterable[str]:
    """What a turn reads like: the question, its answer, and how that ended where it did not just end."""
    yield f"[bold]{escape(turn['question'])}[/]  [dim]{escape(turn['asked_at'])}[/]"
    if turn["answer"]:
        yield escape(turn["answer"])
    if turn["finish"] != "stop":
        yield f"[dim]({escape(turn['finish'])})[/]"
    cited = {citation["n"] for citation in turn["citations"]}
    for source in turn["sources"]:
        if source["n"] in cited:
            yield f" [cyan]\\[{source['n']}][/] {escape(source['title'])}"
    yield ""


@asynccontextmanager
async def _session(settings: Settings, tenant: str) -> AsyncIterator[EdgeSession]:
    async with httpx.AsyncClient(base_url=settings.edge) as http:
        yield await EdgeSession.open(http, host_token(settings, tenant=tenant, subject=visitor()))
