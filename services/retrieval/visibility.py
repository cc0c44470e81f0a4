"""What a caller may see of the index: the one place where tenant and access become a condition."""

from __future__ import annotations

from dataclasses import dataclass, field

from libs.common.caller import Caller
from libs.common.errors import Forbidden
from services.retrieval.passage import Passage
from services.retrieval.passage_filter import PassageFilter


@dataclass(frozen=True, slots=True)
class Visibility:
    """The passages that a caller may see.

    Attributes:
        tenant: Only passages of this customer.
        access: Of these, the ones that carry no access tag or share one of these tags.
    """

    tenant: str
    access: frozenset[str]

    def admits(self, passage: Passage) -> bool:
        """Whether a passage is among them; what every index has to agree with."""
        return passage.tenant == self.tenant and (
            not passage.access or not self.access.isdisjoint(passage.access)
        )


@dataclass(frozen=True, slots=True)
class Condition:
    """What a passage must meet to be found: visible, and inside the caller's own filter.

    Every part narrows. There is no way to write one that admits more than its `visible` part.

    Attributes:
        visible: What the caller may see.
        filter: The caller's own filter.
    """

    visible: Visibility
    filter: PassageFilter = field(default_factory=PassageFilter)

    def admits(self, passage: Passage) -> bool:
        """Whether a passage meets it; what every index has to agree with."""
        return self.visible.admits(passage) and self.filter.admits(passage)


def visible_to(caller: Caller) -> Visibility:
    """Returns what a caller may see.

    Raises:
        Forbidden: The caller belongs to no tenant, so there is nothing it may see.
    """
    if not caller.tenant:
        raise Forbidden("The call names no tenant, and passages belong to one.")
    return Visibility(caller.tenant, caller.access)
