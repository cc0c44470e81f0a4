"""Documents and streams that tests of the ingest share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from services.retrieval.documents import DocumentHeader, DocumentSource
from services.retrieval.intake import Part
from services.retrieval.parsed_document import ParsedDocument
from services.retrieval.parsing import parse

GUIDE = """---
title: Bee guide
---
Bees make honey, and every hive has one queen.

## Buying a hive { #buying }

A new hive costs about two hundred euros. Buy it in winter, because sellers are busy in spring.

## Feeding

Feed sugar water in autumn, two parts of sugar to one part of water. Stop when the frost comes.
"""


class InProcessParser:
    """Parses documents where the test runs."""

    def parse(self, content: bytes, content_type: str, uri: str) -> ParsedDocument:
        return parse(content, content_type, uri)

    def close(self) -> None:
        """There is nothing to end."""


async def stream(
    source: DocumentSource | None, *documents: tuple[DocumentHeader, bytes]
) -> AsyncIterator[Part]:
    """A well-formed stream of whole documents."""
    if source is not None:
        yield source
    for header, content in documents:
        yield header
        yield content


async def parts(*items: Part) -> AsyncIterator[Part]:
    """A stream of exactly these parts."""
    for item in items:
        yield item


def docs(**contents: str) -> tuple[tuple[DocumentHeader, bytes], ...]:
    """Markdown documents; `bees="..."` becomes the document bees.md."""
    return tuple((DocumentHeader(f"{name}.md"), text.encode()) for name, text in contents.items())


def texts(parsed: ParsedDocument) -> list[str]:
    """The text of each block."""
    return [parsed.text[block.start : block.end] for block in parsed.blocks]


def kinds(parsed: ParsedDocument) -> list[str]:
    """The kind of each block."""
    return [block.kind for block in parsed.blocks]


def assert_sound(parsed: ParsedDocument) -> None:
    """What every parsed document keeps to: blocks in order, apart, trimmed, inside the text."""
    end = 0
    for position, block in enumerate(parsed.blocks):
        assert block.start == (0 if position == 0 else end + 2)
        text = parsed.text[block.start : block.end]
        assert text.strip()
        assert "\0" not in text
        if block.kind == "heading":
            assert "\n" not in text
            assert 1 <= block.level <= 6
        else:
            assert block.level == 0
        end = block.end
    assert end == len(parsed.text)
    parsed.text.encode()


def count_words(text: str) -> int:
    """Tokens as a simple embedder would count them: words, and the two special ones."""
    return len(text.split()) + 2


def joined(lines: Iterable[str]) -> str:
    return "\n".join(lines)
