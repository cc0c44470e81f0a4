"""The queue of documents that wait for the ingest worker, and its port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from services.retrieval.document_digest import DocumentDigest
from services.retrieval.document_metadata import Metadata

MAX_ATTEMPTS = 5
RETRY_SECONDS = 10.0
"""Pause before the second attempt."""
RETRY_FACTOR = 3.0
"""By how much each further pause is longer: 10 s, 30 s, 90 s, 270 s."""
LEASE_SECONDS = 300.0
"""A claim holds for so long: more than reading a document or embedding a page of passages takes."""


@dataclass(frozen=True, slots=True)
class ClaimedDocument:
    """A document in the hands of the worker.

    Attributes:
        document_id: Its id.
        tenant: Whose it is.
        uri: Its identity within the tenant.
        content_type: Media type.
        content_hash: Names its content.
        revision: Accepted revision of its last change; what the worker does counts only for that one.
        attempts: Which attempt this is, from 1.
        given: What its source says about it.
    """

    document_id: str
    tenant: str
    uri: str
    content_type: str
    content_hash: str
    revision: int
    attempts: int
    given: Metadata = Metadata()


@dataclass(frozen=True, slots=True)
class StagedPassage:
    """A passage as it is read, before its vector is there.

    Attributes:
        passage_id: UUID.
        heading_path: The headings above it, outermost first.
        anchor: Fragment that leads to it, or "".
        text: Its text.
        start: First character in the parsed text.
        end: One past the last character.
        text_hash: SHA-256 of what is embedded, see `Passage.indexed_text`.
        page: Page or slide on which it begins, from 1; 0 where the source has none.
        language: Its language, ISO 639-1; may be empty.
    """

    passage_id: str
    heading_path: tuple[str, ...]
    anchor: str
    text: str
    start: int
    end: int
    text_hash: bytes
    page: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the ingest has come.

    Attributes:
        accepted_revision: The newest change.
        settled_revision: Every document accepted up to here is indexed, skipped or failed.
        unread: Documents that the worker has yet to read.
        unfinished: Documents that are not settled; those just read among them.
    """

    accepted_revision: int
    settled_revision: int
    unread: int
    unfinished: int


class IngestQueue(Protocol):
    """The worker's view of the documents; every method raises DependencyUnavailable on a broken store."""

    def adopt(self, recipe: str, floor: int) -> None:
        """Begins work: frees the claims of a dead worker.

        Args:
            recipe: What passages are made with; if it has changed, all documents are pending again.
            floor: The accepted revision is at least this one afterwards.
        """
        ...

    def claim(self, limit: int) -> list[ClaimedDocument]:
        """Takes documents to read: the longest waiting first, after them those that were tried before.

        Each counts an attempt. A document that was being read when a worker died is given up as failed
        after MAX_ATTEMPTS, so that it cannot stop the others.
        """
        ...

    def release(self, documents: Sequence[ClaimedDocument] = ()) -> None:
        """Gives documents back that were not tried, and lets other workers embed what this one has read."""
        ...

    def stage(
        self,
        document: ClaimedDocument,
        metadata: Metadata,
        passages: Sequence[StagedPassage],
        digest: DocumentDigest,
    ) -> bool:
        """Records what was read; tells whether it still counts (the document is still ours and the same)."""
        ...

    def settle(
        self,
        document: ClaimedDocument,
        state: Literal["skipped", "failed"],
        reason: str,
        *,
        retry: bool,
        code: str = "",
    ) -> None:
        """Records that a document yields nothing: its passages leave, unless it will be tried again.

        Args:
            document: The document.
            state: What it is now.
            reason: Why, in words.
            retry: Trying again may help; it is tried again by itself, after longer and longer pauses.
            code: Why, as one word.
        """
        ...

    def standing(self) -> Standing:
        """Tells how far the ingest has come."""
        ...
