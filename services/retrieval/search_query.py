"""A search as it was asked for, within its limits."""

from __future__ import annotations

from dataclasses import dataclass, field

from libs.common.errors import InvalidRequest
from services.retrieval.passage_filter import PassageFilter

MAX_QUERY_BYTES = 4096
MAX_K = 50


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for; one that exists is within its limits.

    Attributes:
        text: What is looked for: 1 to 4096 bytes of UTF-8, no white space around it.
        k: How many passages, 1 to 50; 0 means the profile's own.
        profile: The profile's id; empty means the tenant's current one.
        filter: What the passages must be like.
        page_url: Where it was asked; prefers passages of that page (see page_hint).
        page_token: Where to go on, as a page before gave it out; empty for the first page.
        explain: Whether to say how the result came about.

    Raises:
        InvalidRequest: A part is outside its limits; names the field.
    """

    text: str
    k: int = 0
    profile: str = ""
    filter: PassageFilter = field(default_factory=PassageFilter)
    page_url: str = ""
    page_token: str = ""
    explain: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.strip())
        if not self.text:
            raise InvalidRequest("The query is empty; say what is looked for.", field="query")
        if len(self.text.encode()) > MAX_QUERY_BYTES:
            raise InvalidRequest(f"The query is longer than {MAX_QUERY_BYTES} bytes.", field="query")
        if not 0 <= self.k <= MAX_K:
            raise InvalidRequest(f"k is {self.k}; ask for 1 to {MAX_K}, or 0.", field="k")
