"""A passage: the chunk of a document that is embedded, found and cited."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage.

    Attributes:
        passage_id: UUID, the same for the same content at the same place of the same document.
        tenant: The customer it belongs to.
        document_id: Its document.
        uri: The document's identity within the tenant.
        url: The document's public address, with an anchor where there is one; may be empty.
        title: The document's title.
        heading_path: The headings above it, outermost first.
        text: The text as it stands in the document.
        start: First character in the document's text.
        end: One past the last character.
        updated_at: When the document last changed, RFC 3339 in UTC.
        access: Access tags of the document; none means that every visitor of the tenant may see it.
        page: Page or slide on which it begins, from 1; 0 where the source has none.
        language: Its language, ISO 639-1; may be empty.
        tags: What its document is about.
        product: The product that its document describes; may be empty.
        version: The version of that product; may be empty.
    """

    passage_id: str
    tenant: str
    document_id: str
    uri: str
    url: str
    title: str
    heading_path: tuple[str, ...]
    text: str
    start: int
    end: int
    updated_at: str
    access: tuple[str, ...] = ()
    page: int = 0
    language: str = ""
    tags: tuple[str, ...] = ()
    product: str = ""
    version: str = ""

    @property
    def indexed_text(self) -> str:
        """What is embedded and searched: the text under its title and headings."""
        above = [self.title, *(heading for heading in self.heading_path if heading != self.title)]
        return " > ".join(part for part in above if part) + "\n" + self.text
