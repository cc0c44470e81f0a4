"""Documents, their states, and the port through which the service looks after them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

State = Literal["pending", "indexed", "skipped", "failed"]
STATES: tuple[State, ...] = get_args(State)
Place = tuple[str, str]
"""(uri, document_id): where a document stands in the list; ("", "") comes before all."""
Phase = Literal["", "idle", "parsing", "embedding", "building", "publishing"]


@dataclass(frozen=True, slots=True)
class Document:
    """A document and what became of it.

    Attributes:
        document_id: Stable id, see `document_id_of`.
        tenant: Whose it is.
        uri: Its identity within its source.
        url: Public address for citations; may be empty.
        title: Title, once parsed.
        content_type: Media type.
        state: pending (the worker has yet to take it), indexed, skipped (left out on purpose) or failed.
        reason: Why it was skipped or has failed, in words.
        retryable: Trying again may help.
        attempts: How often the worker has tried since its last change.
        passages: Passages made from it.
        size_bytes: Size of its content.
        content_hash: SHA-256 of its content, hexadecimal.
        access: Access tags; none means that every visitor of the tenant may see it.
        source_id: Where it comes from.
        last_seen_at: When the source last delivered it, RFC 3339 in UTC.
        last_changed_at: When its content or metadata last changed here, RFC 3339 in UTC.
        reason_code: The reason as one word, see `reasons`; may be empty.
        next_attempt_at: When it is tried again by itself, RFC 3339 in UTC; empty when it is not.
        duplicate_of: Another document with the same text; may be empty.
        near_duplicate_of: The document whose text is most like it, if one is; may be empty.
        similarity: To either of the two, 0 to 1.
        tags: What it is about, as its source and the document itself say.
        language: Its language, once parsed; may be empty.
        product: The product that it describes; may be empty.
        version: The version of that product; may be empty.
        updated_at: When it last changed at its source, RFC 3339 in UTC; may be empty.
    """

    document_id: str
    tenant: str
    uri: str
    url: str
    title: str
    content_type: str
    state: State
    reason: str
    retryable: bool
    attempts: int
    passages: int
    size_bytes: int
    content_hash: str
    access: tuple[str, ...]
    source_id: str
    last_seen_at: str
    last_changed_at: str
    reason_code: str = ""
    next_attempt_at: str = ""
    duplicate_of: str = ""
    near_duplicate_of: str = ""
    similarity: float = 0.0
    tags: tuple[str, ...] = ()
    language: str = ""
    product: str = ""
    version: str = ""
    updated_at: str = ""


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """Where a stream of documents comes from.

    Attributes:
        source_id: Name of the source within the tenant.
        complete: The stream holds every document of the source; others are removed when it ends well.
    """

    source_id: str
    complete: bool


@dataclass(frozen=True, slots=True)
class DocumentHeader:
    """What a source says about a document before its content.

    Attributes:
        uri: Identity within the source, e.g. a path or an address.
        content_type: Media type; empty means that it is told from the uri.
        url: Public address, http or https; may be empty.
        access: Access tags.
        updated_at: When the source last changed it, RFC 3339; may be empty.
        tags: What it is about.
        language: Its language, e.g. `en`; empty means that it is told from the text.
        product: The product that it describes; may be empty.
        version: The version of that product; may be empty.
        title: Its title; empty means that the document's own is taken.
    """

    uri: str
    content_type: str = ""
    url: str = ""
    access: tuple[str, ...] = ()
    updated_at: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    product: str = ""
    version: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class StateCounts:
    """How many documents are in each state."""

    pending: int = 0
    indexed: int = 0
    skipped: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """What the ingest worker is doing.

    Attributes:
        phase: Empty when no worker is there.
        done: Units done in this phase: documents while parsing, passages otherwise.
        total: Units in this phase.
        rate: Units a second, recently.
    """

    phase: Phase = ""
    done: int = 0
    total: int = 0
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a list of ids.

    Attributes:
        done: How many documents were changed.
        missing: The ids of which there is no document.
    """

    done: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the ingest workers have before them.

    Attributes:
        counts: Documents by state.
        oldest_pending: Since when the oldest pending document waits, seconds since the epoch; None
            when none is pending.
    """

    counts: StateCounts
    oldest_pending: float | None


class DocumentStore(Protocol):
    """The documents of all tenants; every method raises DependencyUnavailable when it cannot be read."""

    def list(self, tenant: str, page_size: int, after: Place, state: str | None) -> list[Document]:
        """Returns documents ordered by uri and id, from the first one past a place; all states by default."""
        ...

    def get(self, tenant: str, document_id: str) -> Document | None:
        """Returns a document of the tenant."""
        ...

    def delete(self, tenant: str, ids: Sequence[str]) -> Outcome:
        """Removes documents, which leave the index with the next build."""
        ...

    def retry(self, tenant: str, ids: Sequence[str]) -> Outcome:
        """Has documents read again now that failed, were skipped or wait for another attempt.

        Those that are indexed, or wait for their first attempt, stay as they are.
        """
        ...


class IngestStatus(Protocol):
    """How far the ingest has come; every method raises DependencyUnavailable when it cannot be read."""

    def counts(self, tenant: str) -> StateCounts:
        """Returns how many documents are in each state."""
        ...

    def progress(self) -> Progress:
        """Returns what the ingest workers are doing, for all tenants together."""
        ...

    def accepted_revision(self, tenant: str) -> int:
        """Returns the content revision at which all that the tenant changed so far is served."""
        ...

    def backlog(self) -> Backlog:
        """Returns what waits, for all tenants together."""
        ...


def document_id_of(tenant: str, source_id: str, uri: str) -> str:
    """Returns the id of a new document: the same wherever and whenever it is taken in."""
    identity = f"{tenant}\0{source_id}\0{uri}".encode("utf-8", "surrogatepass")
    return f"d_{hashlib.sha256(identity).hexdigest()[:24]}"
