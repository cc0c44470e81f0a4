"""`causeway ask`: asks one question and shows the answer with its citations as it streams."""

from __future__ import annotations

import getpass
from dataclasses import dataclass, field
from typing import Any

import httpx
from rich.markup import escape

from cli.edge_client import EdgeSession, ServerEvent
from cli.output import CommandFailed, console, print_json
from cli.settings import Settings
from cli.tokens import host_token


@dataclass(slots=True)
class Answer:
    """An answer as far as it has come."""

    text: str = ""
    meta: dict[str, Any] = field(default_factory=dict)
    sources: list[dict[str, Any]] = field(default_factory=list)
    citations: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    done: dict[str, Any] = field(default_factory=dict)
    error: dict[str, Any] = field(default_factory=dict)

    def add(self, event: ServerEvent) -> None:
        """Takes in one event."""
        if event.name == "delta":
            self.text += event.data["text"]
        elif event.name == "sources":
            self.sources = event.data["sources"]
        elif event.name == "citation":
            self.citations.append(event.data)
        elif event.name == "notice":
            self.notices.append(event.data)
        elif event.name in {"meta", "done", "error"}:
            setattr(self, event.name, event.data)


async def ask(settings: Settings, tenant: str, question: str, *, as_json: bool) -> None:
    """Asks, and prints the answer.

    Raises:
        CommandFailed: The answer ended in an error.
    """
    answer = Answer()
    async with httpx.AsyncClient(base_url=settings.edge) as http:
        session = await EdgeSession.open(
            http, host_token(settings, tenant=tenant, subject=f"cli:{getpass.getuser()}")
        )
        async for event in session.ask(question):
            answer.add(event)
            if not as_json:
                _show(event)
    if as_json:
        print_json({name: getattr(answer, name) for name in Answer.__dataclass_fields__})
    if answer.error:
        raise CommandFailed(answer.error.get("title", "The answer failed."))
    if not answer.done:
        raise CommandFailed("The answer broke off before its end; ask again.")
    if not as_json:
        _show_sources(answer)


def _show(event: ServerEvent) -> None:
    if event.name == "delta":
        console.print(escape(event.data["text"]), end="")
    elif event.name == "notice":
        console.print(f"\n[dim]({escape(event.data['text'])})[/]")


def _show_sources(answer: Answer) -> None:
    cited = set(answer.done.get("citations", ()))
    refused = answer.done.get("refusal_flag", False)
    quotes = {c["n"]: c.get("quote", "") for c in answer.citations}
    shown = [s for s in answer.sources if s["n"] in cited] or (answer.sources[:3] if refused else [])
    console.print()
    if shown:
        console.print("\n[bold]Nearest sources[/]" if refused else "\n[bold]Sources[/]")
    for source in shown:
        heading = f" [dim]›[/] {escape(source['heading'])}" if source.get("heading") else ""
        console.print(f" [cyan]\\[{source['n']}][/] {escape(source['title'])}{heading}")
        quote = " ".join(quotes.get(source["n"], "").split())
        if quote:
            console.print(f"     [dim]“{escape(quote[:160])}{'…' if len(quote) > 160 else ''}”[/]")
    done = answer.done
    took = done.get("timings", {}).get("total_latency_ms", 0.0)
    console.print(
        f"\n[dim]{done['finish']} · {done['model']} · confidence {done['confidence']:.2f} · {took:.0f} ms · "
        f"{answer.meta.get('query_id', '')}[/]"
    )
