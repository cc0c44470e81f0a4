"""`causeway ask`: asks one question and shows the answer with its citations as it streams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from rich.console import Console
from rich.markup import escape

from cli.conversations import visitor
from cli.edge_client import EdgeSession, ServerEvent
from cli.output import CommandFailed, console, print_json
from cli.settings import Settings
from cli.tokens import host_token

_QUOTED_CHARACTERS = 160


@dataclass(slots=True)
class Answer:
    """An answer as far as it has come."""

    text: str = ""
    meta: dict[str, Any] = field(default_factory=dict)
    sources: list[dict[str, Any]] = field(default_factory=list)
    citations: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
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
        elif event.name == "suggestions":
            self.suggestions = event.data["items"]
        elif event.name in {"meta", "done", "error"}:
            setattr(self, event.name, event.data)

    def quotes(self, number: int) -> list[str]:
        """What the answer quotes from a source: each quote once, in the order of the answer."""
        found = (" ".join(c.get("quote", "").split()) for c in self.citations if c["n"] == number)
        return list(dict.fromkeys(quote for quote in found if quote))


class StreamedText:
    """An answer's text on a terminal, which anything else may only follow on a line of its own.

    Args:
        screen: Where it is shown.
    """

    def __init__(self, screen: Console) -> None:
        self._screen = screen
        self._at_line_start = True

    def show(self, event: ServerEvent) -> None:
        """Shows what an event adds: text, or a notice between two lines of text."""
        if event.name == "delta" and event.data["text"]:
            self._screen.print(escape(event.data["text"]), end="")
            self._at_line_start = event.data["text"].endswith("\n")
        elif event.name == "notice":
            self.end_line()
            self._screen.print(f"[dim]({escape(event.data['text'])})[/]")

    def end_line(self) -> None:
        """Ends the line that text stands on."""
        if not self._at_line_start:
            self._screen.print()
            self._at_line_start = True


async def ask(
    settings: Settings, tenant: str, question: str, conversation_id: str = "", *, as_json: bool
) -> None:
    """Asks, and prints the answer.

    Raises:
        CommandFailed: The answer ended in an error.
    """
    answer = Answer()
    text = StreamedText(console)
    async with httpx.AsyncClient(base_url=settings.edge) as http:
        token = host_token(settings, tenant=tenant, subject=visitor())
        session = await EdgeSession.open(http, token, conversation_id)
        try:
            async for event in session.ask(question):
                answer.add(event)
                if not as_json:
                    text.show(event)
        finally:
            text.end_line()
    if as_json:
        print_json({name: getattr(answer, name) for name in Answer.__dataclass_fields__})
    if answer.error:
        raise CommandFailed(answer.error.get("title", "The answer failed."))
    if not answer.done:
        raise CommandFailed("The answer broke off before its end; ask again.")
    if not as_json:
        for line in closing_lines(answer):
            console.print(line)


def closing_lines(answer: Answer) -> Iterable[str]:
    """What stands below an answer: its sources with every quote, and how it came about."""
    cited = set(answer.done.get("citations", ()))
    refused = answer.done.get("refusal_flag", False)
    shown = [s for s in answer.sources if s["n"] in cited] or (answer.sources[:3] if refused else [])
    if shown:
        yield "\n[bold]Nearest sources[/]" if refused else "\n[bold]Sources[/]"
    for source in shown:
        yield _source_line(source)
        yield from (_quote_line(quote) for quote in answer.quotes(source["n"]))
    if answer.suggestions:
        yield "\n[bold]Ask next[/]"
        yield from (f" [dim]›[/] {escape(question)}" for question in answer.suggestions)
    yield _facts_line(answer)


def _source_line(source: Mapping[str, Any]) -> str:
    heading = f" [dim]›[/] {escape(source['heading'])}" if source.get("heading") else ""
    page = f" [dim]p. {source['page']}[/]" if source.get("page") else ""
    address = f"  [dim]{escape(source['url'])}[/]" if source.get("url") else ""
    return f" [cyan]\\[{source['n']}][/] {escape(source['title'])}{heading}{page}{address}"


def _quote_line(quote: str) -> str:
    cut = quote[:_QUOTED_CHARACTERS]
    return f"     [dim]“{escape(cut)}{'…' if len(quote) > len(cut) else ''}”[/]"


def _facts_line(answer: Answer) -> str:
    done = answer.done
    took = done.get("timings", {}).get("total_latency_ms", 0.0)
    facts = (
        done["finish"],
        done["model"],
        f"confidence {done['confidence']:.2f}",
        f"{took:.0f} ms",
        answer.meta.get("query_id", ""),
        answer.meta.get("conversation_id", ""),
    )
    return f"\n[dim]{' · '.join(escape(fact) for fact in facts if fact)}[/]"
