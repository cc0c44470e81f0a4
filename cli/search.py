"""`causeway search`: shows what retrieval finds for a query."""

from __future__ import annotations

from dataclasses import dataclass

from google.protobuf.json_format import MessageToDict
from rich.markup import escape

from cli.output import console, print_json
from cli.retrieval_client import connect_retrieval
from cli.search_explanation import explained
from cli.settings import Settings
from libs.common.pb.retrieval.v1 import retrieval_pb2

_SHOWN_CHARACTERS = 220


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for, and how.

    Attributes:
        query: The query.
        k: Passages; 0 for the profile's own number.
        access: Access tags of the searcher.
        page_token: Where to go on, from the page before.
        explain: Whether to show how the result came about.
    """

    query: str
    k: int = 0
    access: tuple[str, ...] = ()
    page_token: str = ""
    explain: bool = False


async def search(settings: Settings, tenant: str, wish: Wish, *, as_json: bool) -> None:
    """Searches, and prints the passages."""
    async with connect_retrieval(settings, tenant, ("search",), wish.access) as client:
        response = await client.stub.Search(
            retrieval_pb2.SearchRequest(
                query=wish.query,
                k=wish.k,
                include_text=True,
                explain=wish.explain,
                page_token=wish.page_token,
            ),
            metadata=client.metadata,
            timeout=10,
        )
    if as_json:
        print_json(MessageToDict(response, preserving_proto_field_name=True))
        return
    if response.HasField("explanation"):
        console.print(explained(response.explanation), soft_wrap=False)
    else:
        _print_passages(response)
    _print_end(response)


def _print_passages(response: retrieval_pb2.SearchResponse) -> None:
    for place, passage in enumerate(response.passages, start=1):
        path = " › ".join([passage.title, *(h for h in passage.heading_path if h != passage.title)])
        console.print(f"[cyan]{place:2}[/] [bold]{escape(path)}[/]  [dim]{escape(passage.uri)}[/]")
        text = " ".join(passage.text.split())
        console.print(f"   {escape(text[:_SHOWN_CHARACTERS])}{'…' if len(text) > _SHOWN_CHARACTERS else ''}")
        console.print(f"   [dim]{_scores(passage)} · {passage.passage_id}[/]\n")


def _print_end(response: retrieval_pb2.SearchResponse) -> None:
    if not response.passages:
        console.print("Nothing was found. Is anything indexed? `causeway documents list` shows it.")
    skipped = f" · skipped: {', '.join(response.degradations)}" if response.degradations else ""
    console.print(
        f"[dim]{len(response.passages)} passages · {response.timings.total_ms:.1f} ms · "
        f"{response.index_version}@{response.content_revision} · {response.profile}{skipped}[/]"
    )
    if response.next_page_token:
        console.print(f"[dim]The next page: the same command with --page-token {response.next_page_token}[/]")


def _scores(passage: retrieval_pb2.Passage) -> str:
    parts = [f"score {passage.score:.3f}"]
    for name in ("dense", "bm25", "rerank"):
        if passage.scores.HasField(name):
            parts.append(f"{name} {getattr(passage.scores, name):.3f}")
    return " · ".join(parts)
