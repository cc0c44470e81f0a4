"""`causeway documents`: what was taken in, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

import grpc
from google.protobuf.json_format import MessageToDict
from rich.markup import escape

from cli.output import CommandFailed, CommandMisused, console, print_json
from cli.retrieval_client import connect_retrieval
from cli.settings import Settings
from libs.common.pb.retrieval.v1 import retrieval_pb2

STATES = ("pending", "indexed", "skipped", "failed")

_PAGE = 500
_COLOURS = {"indexed": "green", "pending": "yellow", "skipped": "dim", "failed": "red"}


async def list_documents(
    settings: Settings, tenant: str, state: str, source_id: str, *, as_json: bool
) -> None:
    """Lists a tenant's documents with their ids, states and reasons."""
    if state and state not in STATES:
        raise CommandMisused(f"{state} is no state. Name one of {', '.join(STATES)}.")
    found: list[retrieval_pb2.Document] = []
    token = ""
    async with connect_retrieval(settings, tenant, ("ingest",)) as client:
        while True:
            page = await client.stub.ListDocuments(
                retrieval_pb2.ListDocumentsRequest(page_size=_PAGE, page_token=token, state=state),
                metadata=client.metadata,
                timeout=30,
            )
            found.extend(d for d in page.documents if source_id in ("", d.source_id))
            token = page.next_page_token
            if not token:
                break
    if as_json:
        print_json([MessageToDict(d, preserving_proto_field_name=True) for d in found])
        return
    console.print(f"[bold]{'Id':<26}  {'State':<7}  Parts  Document[/]")
    for document in found:
        console.print(_line(document))
    console.print(f"[dim]{len(found)} documents[/]")


async def show_document(settings: Settings, tenant: str, name: str, *, as_json: bool) -> None:
    """Shows one document, by its id."""
    async with connect_retrieval(settings, tenant, ("ingest",)) as client:
        try:
            response = await client.stub.GetDocument(
                retrieval_pb2.GetDocumentRequest(document_id=name), metadata=client.metadata, timeout=10
            )
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.NOT_FOUND:
                raise _unknown([name]) from None
            raise
    fields = MessageToDict(
        response.document, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    if as_json:
        print_json(fields)
        return
    for key, value in fields.items():
        console.print(f"[bold]{key:<18}[/] {escape(_shown(value))}")


async def delete_documents(settings: Settings, tenant: str, names: list[str], *, as_json: bool) -> None:
    """Removes documents by id; they leave the index with the next build."""
    async with connect_retrieval(settings, tenant, ("ingest",)) as client:
        response = await client.stub.DeleteDocuments(
            retrieval_pb2.DeleteDocumentsRequest(document_ids=names), metadata=client.metadata, timeout=30
        )
    if as_json:
        print_json({"deleted": response.deleted, "missing": list(response.missing)})
    elif response.deleted:
        console.print(f"{_documents(response.deleted)} removed.")
    _require_known(response.missing)


async def retry_documents(settings: Settings, tenant: str, names: list[str], *, as_json: bool) -> None:
    """Has documents read again that failed or were skipped, by id."""
    async with connect_retrieval(settings, tenant, ("ingest",)) as client:
        response = await client.stub.RetryDocuments(
            retrieval_pb2.RetryDocumentsRequest(document_ids=names), metadata=client.metadata, timeout=30
        )
    if as_json:
        print_json({"retried": response.retried, "missing": list(response.missing)})
    else:
        console.print(f"{_documents(response.retried)} to be read again.")
        left = len(set(names)) - len(response.missing) - response.retried
        if left:
            console.print(f"[dim]{_documents(left)} indexed, or to be read anyway: left as they are.[/]")
    _require_known(response.missing)


def _line(document: retrieval_pb2.Document) -> str:
    """Returns a document on one line, which no narrow terminal folds: ids are there to be copied."""
    state = f"[{_COLOURS.get(document.state, 'white')}]{document.state:<7}[/]"
    where = f"{escape(document.uri)} [dim]({escape(document.source_id)})[/]"
    reason = f"  [dim]{escape(document.reason)}[/]" if document.reason else ""
    return f"{document.document_id}  {state}  {document.passages:>5}  {where}{reason}"


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _documents(count: int) -> str:
    return "1 document" if count == 1 else f"{count} documents"


def _require_known(missing: Sequence[str]) -> None:
    if missing:
        raise _unknown(missing)


def _unknown(missing: Sequence[str]) -> CommandFailed:
    which = escape(", ".join(missing))
    return CommandFailed(f"There is no document {which}. `causeway documents list` shows the ids.")
