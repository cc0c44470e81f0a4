"""What the documents of a framework say about the passages they are made of."""

from __future__ import annotations

from causeway_client.passage import Passage

Value = str | int | float | list[str] | None


def metadata_of(passage: Passage) -> dict[str, Value]:
    """Facts about a passage in values that every framework can store; what is not known is absent."""
    facts: dict[str, Value] = {
        "passage_id": passage.passage_id,
        "document_id": passage.document_id,
        "uri": passage.uri,
        "title": passage.title,
        "heading_path": list(passage.heading_path),
        "url": passage.url,
        "score": passage.score,
        "page": passage.page,
        "language": passage.language,
        "tags": list(passage.tags),
        "product": passage.product,
        "version": passage.version,
        "updated_at": passage.updated_at.isoformat() if passage.updated_at else None,
        "start": passage.start,
        "end": passage.end,
    }
    return {name: value for name, value in facts.items() if value not in ("", None, [])}
