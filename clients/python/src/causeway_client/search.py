"""What a search asks for, and what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from causeway_client.explanation import Explanation
from causeway_client.passage import Passage


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Conditions that a passage must meet, all of them; they only narrow what the token may see.

    Attributes:
        document_ids: Only these documents.
        uri_prefix: Only documents whose uri starts so.
        tags_any: Only documents that carry at least one of these tags.
        tags_all: Only documents that carry all of these.
        language: Only passages in this language, e.g. `en`.
        updated_from: Only documents that changed then or later; with a time zone.
        updated_before: Only documents that changed before then; with a time zone.
    """

    document_ids: Sequence[str] = ()
    uri_prefix: str = ""
    tags_any: Sequence[str] = ()
    tags_all: Sequence[str] = ()
    language: str = ""
    updated_from: datetime | None = None
    updated_before: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("document_ids", "tags_any", "tags_all"):
            if isinstance(getattr(self, name), str):
                raise TypeError(f"{name} takes several texts, not one.")
        for name in ("updated_from", "updated_before"):
            moment = getattr(self, name)
            if moment is not None and moment.tzinfo is None:
                raise ValueError(f"{name} needs a time zone, for instance datetime.UTC.")


@dataclass(frozen=True, slots=True)
class PageHint:
    """The page on which a question was asked; passages of it are preferred a little.

    Attributes:
        url: Its address.
        title: Its title.
    """

    url: str = ""
    title: str = ""


class SearchOptions(TypedDict, total=False):
    """What a search may be told besides its query.

    Keys:
        k: Passages to return, 1 to 50; 0, the default, for the profile's own number.
        profile: Id of a retrieval profile; empty for the default one.
        filter: Narrows the search.
        page_hint: Where the question was asked.
        include_text: Whether passages carry their text; they do by default.
        include_sentence_vectors: Whether they carry the vectors of their sentences.
        explain: Whether the result says how it came about.
        timeout: Seconds that the call may take; by default the client's.
    """

    k: int
    profile: str
    filter: SearchFilter
    page_hint: PageHint
    include_text: bool
    include_sentence_vectors: bool
    explain: bool
    timeout: float


def passages_at_most(limit: int | None) -> int | None:
    """Returns a limit that can be kept to.

    Raises:
        ValueError: It is negative.
    """
    if limit is not None and limit < 0:
        raise ValueError(f"The limit is {limit}; give 0 or more, or None for all passages.")
    return limit


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds that each step of a search took at the service."""

    embed_ms: float = 0.0
    search_ms: float = 0.0
    fuse_ms: float = 0.0
    rerank_ms: float = 0.0
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of what a search found.

    Attributes:
        passages: Best first.
        degradations: Steps that load or a fault made the service skip, by name.
        timings: Where the time went.
        index_version: The index that answered.
        content_revision: Its state; it rises with every published change of the documents.
        profile: The profile that was used.
        next_page_token: Gives the next page of the same search; empty on the last one.
        explanation: How the result came about, if that was asked for.
        pressure: The service's level of overload: 0 for none, 4 when it sheds.
    """

    passages: tuple[Passage, ...]
    degradations: tuple[str, ...] = ()
    timings: Timings = field(default_factory=Timings)
    index_version: str = ""
    content_revision: int = 0
    profile: str = ""
    next_page_token: str = ""
    explanation: Explanation | None = None
    pressure: int = 0


@dataclass(frozen=True, slots=True)
class IndexState:
    """What is being served to the token's tenant.

    Attributes:
        index_version: The index; empty before the first build.
        content_revision: The state that is served.
        accepted_revision: The state at which everything is served that was accepted so far.
        embedder: Identity of the embedding model.
        passages: How many there are.
        pending: Documents that wait to be indexed.
        indexed: Documents that are indexed.
        skipped: Documents that were left out on purpose.
        failed: Documents that could not be read.
    """

    index_version: str
    content_revision: int
    accepted_revision: int
    embedder: str
    passages: int
    pending: int
    indexed: int
    skipped: int
    failed: int
