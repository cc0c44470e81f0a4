"""Reads a document's content into passages."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from libs.common.logs import logger
from services.retrieval.chunking import Chunk, Chunker
from services.retrieval.document_digest import DocumentDigest, digest_of
from services.retrieval.document_metadata import AccessConflict, Metadata, combined
from services.retrieval.ingest_queue import ClaimedDocument, StagedPassage
from services.retrieval.languages import Languages
from services.retrieval.links import kept
from services.retrieval.parsed_document import ParsedDocument, Unreadable
from services.retrieval.passage import Passage

log = logger(__name__)

RECIPE = "parsers/3 chunker/3 digest/1"
"""Raised whenever other passages come out of the same content, so that all documents are read again."""

MAX_PASSAGES = 20_000

_PARSER_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a parser may run into on a document that its authors never thought of."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says.

    Attributes:
        metadata: What its source and the document itself say about it.
        passages: In the order of its text.
        digest: What it says in short.
    """

    metadata: Metadata
    passages: tuple[StagedPassage, ...]
    digest: DocumentDigest


class DocumentParser(Protocol):
    """Parses documents."""

    def parse(self, content: bytes, content_type: str, uri: str) -> ParsedDocument:
        """Returns a document's text, blocks and metadata, or raises Unreadable with the reason."""
        ...

    def close(self) -> None:
        """Ends what it has started."""
        ...


class DocumentReader:
    """Parses and cuts documents.

    Args:
        count_tokens: Tokens that the embedder sees in a text.
        parser: Parses them.
        languages: Tells the language of a text.
    """

    def __init__(
        self, count_tokens: Callable[[str], int], parser: DocumentParser, languages: Languages | None = None
    ) -> None:
        self._chunker = Chunker(count_tokens)
        self._parser = parser
        self._languages = languages or Languages()

    def read(self, document: ClaimedDocument, content: bytes) -> Reading:
        """Returns a document's passages.

        Raises:
            Unreadable: It yields none; the message is the reason.
        """
        try:
            parsed = self._parser.parse(content, document.content_type, document.uri)
            metadata = combined(document.given, replace(parsed.metadata, title=parsed.title))
            parsed = replace(parsed, title=metadata.title)
            chunks = self._chunker.chunks(parsed)
        except AccessConflict:
            raise Unreadable(
                "access_conflict",
                "The document asks for access tags of which its source grants none; align the two.",
            ) from None
        except _PARSER_FAULTS as fault:
            log.exception("parser_failed", document_id=document.document_id)
            raise Unreadable(
                "parser_fault", f"The parser failed on it ({type(fault).__name__}); simplify the document."
            ) from None
        if not chunks:
            raise Unreadable("no_text", "The document holds no text besides headings.")
        if len(chunks) > MAX_PASSAGES:
            raise Unreadable("too_large", f"The document makes more than {MAX_PASSAGES} passages; split it.")
        language = metadata.language or self._languages.of_document(parsed)
        staged = _staged(document, parsed, chunks)
        passages = tuple(replace(p, language=self._languages.of_passage(p.text, language)) for p in staged)
        return Reading(replace(metadata, language=language), passages, _digest(document, parsed, passages))


def _digest(
    document: ClaimedDocument, parsed: ParsedDocument, passages: Sequence[StagedPassage]
) -> DocumentDigest:
    headings = (block.anchor for block in parsed.blocks if block.anchor)
    return digest_of(
        (passage.text for passage in passages),
        titled=parsed.titled or bool(document.given.title),
        links=parsed.links,
        anchors=kept([*headings, *parsed.anchors]),
    )


def _staged(
    document: ClaimedDocument, parsed: ParsedDocument, chunks: list[Chunk]
) -> Iterator[StagedPassage]:
    seen: Counter[tuple[tuple[str, ...], str]] = Counter()
    for chunk in chunks:
        text = parsed.text[chunk.start : chunk.end]
        place = (chunk.heading_path, text)
        passage_id = passage_id_of(document, chunk.heading_path, text, seen[place])
        seen[place] += 1
        passage = Passage(
            passage_id=passage_id,
            tenant=document.tenant,
            document_id=document.document_id,
            uri=document.uri,
            url="",
            title=parsed.title,
            heading_path=chunk.heading_path,
            text=text,
            start=chunk.start,
            end=chunk.end,
            updated_at="",
        )
        text_hash = hashlib.sha256(passage.indexed_text.encode()).digest()
        yield StagedPassage(
            passage_id=passage_id,
            heading_path=chunk.heading_path,
            anchor=chunk.anchor,
            text=text,
            start=chunk.start,
            end=chunk.end,
            text_hash=text_hash,
            page=_page_at(parsed, chunk.start),
        )


def _page_at(parsed: ParsedDocument, position: int) -> int:
    """Returns the page of the block in which a position lies, or of the one before it."""
    number = bisect_right(parsed.blocks, position, key=lambda block: block.start)
    return parsed.blocks[max(number - 1, 0)].page_at(position)


def passage_id_of(document: ClaimedDocument, heading_path: tuple[str, ...], text: str, repeated: int) -> str:
    """Returns the id of a passage: a UUID made of where it stands and what it says.

    Args:
        document: Its document.
        heading_path: The headings above it.
        text: Its text.
        repeated: How often the same text came before it below the same headings.
    """
    parts = (document.tenant, document.document_id, *heading_path, text, str(repeated))
    digest = hashlib.sha256("\0".join(("passage", *parts)).encode()).digest()
    return str(UUID(bytes=digest[:16], version=5))
