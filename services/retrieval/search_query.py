"""A search as it was asked for, within its limits."""

from __future__ import annotations

from dataclasses import dataclass

from libs.common.errors import InvalidRequest

MAX_QUERY_BYTES = 4096
MAX_K = 50
MAX_FILTER_VALUES = 100
MAX_VALUE_BYTES = 2048


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for; one that exists is within its limits.

    Attributes:
        text: What is looked for: 1 to 4096 bytes of UTF-8, no white space around it.
        k: How many passages, 1 to 50; 0 means the profile's own.
        profile: The profile's id; empty means the tenant's current one.
        document_ids: Only these documents; none means every document.
        uri_prefix: Only documents whose uri starts so.
        page_url: Where it was asked; prefers passages of that page (see page_hint).

    Raises:
        InvalidRequest: A part is outside its limits; names the field.
    """

    text: str
    k: int = 0
    profile: str = ""
    document_ids: tuple[str, ...] = ()
    uri_prefix: str = ""
    page_url: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.strip())
        if not self.text:
            raise InvalidRequest("The query is empty; say what is looked for.", field="query")
        if len(self.text.encode()) > MAX_QUERY_BYTES:
            raise InvalidRequest(f"The query is longer than {MAX_QUERY_BYTES} bytes.", field="query")
        if not 0 <= self.k <= MAX_K:
            raise InvalidRequest(f"k is {self.k}; ask for 1 to {MAX_K}, or 0.", field="k")
        self._check_filter()

    def _check_filter(self) -> None:
        if len(self.document_ids) + bool(self.uri_prefix) > MAX_FILTER_VALUES:
            raise InvalidRequest(f"A filter has at most {MAX_FILTER_VALUES} values.", field="filter")
        if len(self.uri_prefix.encode()) > MAX_VALUE_BYTES:
            raise InvalidRequest(
                f"The prefix is longer than {MAX_VALUE_BYTES} bytes.", field="filter.uri_prefix"
            )
        if any(not value or len(value.encode()) > MAX_VALUE_BYTES for value in self.document_ids):
            raise InvalidRequest("A document id is empty or too long.", field="filter.document_ids")
