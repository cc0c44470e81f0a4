"""Claimed documents and what was read of them, from and to rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from services.retrieval.database import Row, Value
from services.retrieval.document_metadata import Metadata
from services.retrieval.ingest_queue import ClaimedDocument, StagedPassage


def claimed(row: Row) -> ClaimedDocument:
    """Returns the document of a row as it was before the claim."""
    said = orjson.loads(row["given"])
    given = Metadata(
        title=said.get("title", ""),
        url=row["url"],
        updated_at=row["updated_at"],
        access=tuple(orjson.loads(row["access"])),
        tags=tuple(said.get("tags", ())),
        language=said.get("language", ""),
        product=said.get("product", ""),
        version=said.get("version", ""),
    )
    return ClaimedDocument(
        document_id=row["document_id"],
        tenant=row["tenant"],
        uri=row["uri"],
        content_type=row["content_type"],
        content_hash=row["content_hash"],
        revision=row["revision"],
        attempts=row["attempts"] + 1,
        given=given,
    )


def reading_row(document: ClaimedDocument, metadata: Metadata) -> dict[str, Value]:
    """Returns what a document says about itself, as columns."""
    return {
        "id": document.document_id,
        "title": metadata.title,
        "own_url": metadata.url,
        "own_updated_at": metadata.updated_at,
        "read_access": _json(metadata.access),
        "tags": _json(metadata.tags),
        "language": metadata.language,
        "product": metadata.product,
        "version": metadata.version,
    }


def passage_rows(
    document: ClaimedDocument, metadata: Metadata, passages: Sequence[StagedPassage]
) -> list[Mapping[str, Value]]:
    """Returns a document's passages as columns, in their order."""
    access = _json(metadata.access)
    return [
        {
            "document_id": document.document_id,
            "ordinal": ordinal,
            "passage_id": passage.passage_id,
            "heading_path": _json(passage.heading_path),
            "anchor": passage.anchor,
            "text": passage.text,
            "first": passage.start,
            "past": passage.end,
            "text_hash": passage.text_hash,
            "page": passage.page,
            "language": passage.language,
            "access": access,
        }
        for ordinal, passage in enumerate(passages)
    ]


def _json(words: Sequence[str]) -> str:
    return orjson.dumps(words).decode()
