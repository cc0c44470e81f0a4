"""`causeway documents`: what was taken in, and what became of it."""

from __future__ import annotations

from google.protobuf.json_format import MessageToDict
from rich.markup import escape
from rich.table import Table

from cli.output import console, print_json
from cli.retrieval_client import connect_retrieval
from cli.settings import Settings
from libs.common.pb.retrieval.v1 import retrieval_pb2

_PAGE = 500
_COLOURS = {"indexed": "green", "pending": "yellow", "skipped": "dim", "failed": "red"}


async def list_documents(settings: Settings, tenant: str, state: str, *, as_json: bool) -> None:
    """Lists a tenant's documents with their states."""
    found: list[retrieval_pb2.Document] = []
    token = ""
    async with connect_retrieval(settings, tenant, ("ingest",)) as client:
        while True:
            page = await client.stub.ListDocuments(
                retrieval_pb2.ListDocumentsRequest(page_size=_PAGE, page_token=token, state=state),
                metadata=client.metadata,
                timeout=30,
            )
            found.extend(page.documents)
            token = page.next_page_token
            if not token:
                break
    if as_json:
        print_json([MessageToDict(d, preserving_proto_field_name=True) for d in found])
        return
    table = Table(box=None, pad_edge=False)
    for name in ("State", "Passages", "Document", "Title", "Reason"):
        table.add_column(name, justify="right" if name == "Passages" else "left", overflow="fold")
    for document in found:
        table.add_row(
            f"[{_COLOURS.get(document.state, 'white')}]{document.state}[/]",
            str(document.passages),
            escape(document.uri),
            escape(document.title),
            escape(document.reason),
        )
    console.print(table)
    console.print(f"[dim]{len(found)} documents[/]")


async def show_document(settings: Settings, tenant: str, name: str, *, as_json: bool) -> None:
    """Shows one document, by its id."""
    async with connect_retrieval(settings, tenant, ("ingest",)) as client:
        response = await client.stub.GetDocument(
            retrieval_pb2.GetDocumentRequest(document_id=name), metadata=client.metadata, timeout=10
        )
    fields = MessageToDict(
        response.document, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    if as_json:
        print_json(fields)
        return
    for key, value in fields.items():
        console.print(f"[bold]{key:<16}[/] {escape(str(value))}")


async def delete_documents(settings: Settings, tenant: str, names: list[str], *, as_json: bool) -> None:
    """Removes documents by id; they leave the index with the next build."""
    async with connect_retrieval(settings, tenant, ("ingest",)) as client:
        response = await client.stub.DeleteDocuments(
            retrieval_pb2.DeleteDocumentsRequest(document_ids=names), metadata=client.metadata, timeout=30
        )
    if as_json:
        print_json({"deleted": response.deleted})
    else:
        console.print(f"{response.deleted} of {len(names)} documents removed.")
