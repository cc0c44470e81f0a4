"""`causeway documents report`: what is wrong with the documents themselves, for those who write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import unquote

from google.protobuf.json_format import MessageToDict
from rich.markup import escape

from cli.output import console, print_json
from cli.retrieval_client import connect_retrieval
from cli.settings import Settings
from libs.common.pb.retrieval.v1 import retrieval_pb2

TITLES: Mapping[str, str] = {
    "contradiction": "Nearly the same pages that say different things",
    "duplicate": "Pages with the same text",
    "near_duplicate": "Pages with nearly the same text",
    "broken_link": "Links to pages that are not there",
    "broken_anchor": "Links to sections that are not there",
    "empty_page": "Pages that hold next to nothing",
    "boilerplate_page": "Pages without words of their own",
    "missing_title": "Pages without a title",
}

_LONGEST = 160


async def report(settings: Settings, tenant: str, source_id: str, examples: int, *, as_json: bool) -> None:
    """Shows the content report of a tenant.

    Args:
        settings: Where retrieval is.
        tenant: Whose documents.
        source_id: Only findings in documents of this source; empty means all.
        examples: How many of each kind are shown.
        as_json: Print JSON.
    """
    async with connect_retrieval(settings, tenant, ("ingest",)) as client:
        found = await client.stub.GetContentReport(
            retrieval_pb2.GetContentReportRequest(examples=examples, source_id=source_id),
            metadata=client.metadata,
            timeout=300,
        )
    if as_json:
        fields = MessageToDict(
            found, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
        )
        # 64-bit integers are strings in JSON as protobuf writes it.
        fields["documents"] = found.documents
        for written, finding in zip(fields["findings"], found.findings, strict=True):
            written["count"] = finding.count
        print_json(fields)
        return
    for line in lines(found):
        console.print(line)


def lines(report: retrieval_pb2.GetContentReportResponse) -> Iterator[str]:
    """Returns the report as it is shown in a terminal, in rich markup."""
    if not report.findings:
        yield f"[green]✓[/] {report.documents} documents, nothing found."
        return
    yield f"{report.documents} documents\n"
    for finding in report.findings:
        title = TITLES.get(finding.kind, finding.kind)
        yield f"[bold]{title}[/]  [yellow]{finding.count}[/]"
        for example in finding.examples:
            yield from _SHOWN.get(finding.kind, _plain)(example)
        more = finding.count - len(finding.examples)
        if more > 0:
            yield f"  [dim]… and {more} more[/]"
        yield ""


def _plain(example: retrieval_pb2.ContentExample) -> Iterator[str]:
    detail = f"  [dim]{escape(example.detail)}[/]" if example.detail else ""
    yield f"  {_page(example.at)}{detail}"


def _link(example: retrieval_pb2.ContentExample) -> Iterator[str]:
    yield f"  {_page(example.at)} [dim]→[/] [red]{escape(_short(unquote(example.at.line)))}[/]"


def _pair(example: retrieval_pb2.ContentExample) -> Iterator[str]:
    yield f"  {_page(example.at)} [dim]and[/] {_page(example.other)}"


def _near_pair(example: retrieval_pb2.ContentExample) -> Iterator[str]:
    share = min(example.similarity, 0.99)  # estimated: were they the same, they would not stand here
    yield f"{next(_pair(example))}  [dim]{share:.0%} the same[/]"


def _contradiction(example: retrieval_pb2.ContentExample) -> Iterator[str]:
    for place in (example.at, example.other):
        yield f"  {_page(place)}"
        yield f"      “{escape(_short(place.line))}”"


_SHOWN: Mapping[str, Callable[[retrieval_pb2.ContentExample], Iterator[str]]] = {
    "contradiction": _contradiction,
    "duplicate": _pair,
    "near_duplicate": _near_pair,
    "broken_link": _link,
    "broken_anchor": _link,
}


def _page(place: retrieval_pb2.ContentPlace) -> str:
    return f"[cyan]{escape(place.uri)}[/] [dim]({escape(place.source_id)})[/]"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
