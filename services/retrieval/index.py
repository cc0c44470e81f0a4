"""The port to an index of passages: how it is built, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from libs.embedding.embedder import Vectors
from services.retrieval.build import Build
from services.retrieval.passage import Passage
from services.retrieval.visibility import Condition

Key = int | str
"""What an index calls a passage among its hits: whatever it has at hand, or the passage's id."""


class Hit(NamedTuple):
    """A passage that one stage found; a tuple, since a search makes hundreds.

    Attributes:
        key: The passage.
        score: What the stage gave it; higher is better, comparable only within the stage.
    """

    key: Key
    score: float


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as it lies in the index.

    Attributes:
        passage: The passage.
        read_vector: Gives the numbers of its vector; most are never asked for. Raises IndexFailure where
            the index has lost them.
    """

    passage: Passage
    read_vector: Callable[[], Sequence[float] | Vectors]

    @classmethod
    def of(cls, passage: Passage, vector: Vectors) -> StoredPassage:
        """Returns a passage whose vector is at hand."""
        return cls(passage, lambda: vector)

    @property
    def vector(self) -> Vectors:
        """Its vector, shape (dimensions,), of length 1; raises IndexFailure where it is lost."""
        return np.asarray(self.read_vector(), np.float32)


class IndexFailure(Exception):
    """The index could not do what it was asked; the message says what it answered."""


class Description(Protocol):
    """What is said about an index that is being served.

    Attributes:
        index_version: The index version that it belongs to.
        embedder: Identity of the embedder whose vectors it holds.
        tenants: Passages of each tenant.
    """

    @property
    def index_version(self) -> str: ...  # noqa: D102
    @property
    def embedder(self) -> str: ...  # noqa: D102
    @property
    def tenants(self) -> Mapping[str, int]: ...  # noqa: D102
    @property
    def revision(self) -> int:
        """The content revision that it serves."""
        ...

    @property
    def digest(self) -> str:
        """Names what it holds: equal ones hold the same."""
        ...

    @property
    def passages(self) -> int:
        """Passages of all tenants."""
        ...


class Index(Protocol):
    """A version of the index that is being served.

    Every method raises IndexFailure when the engine fails.

    Attributes:
        at_once: It is asked over a network: both searches are best asked for together (`hybrid`), since each
            call has its price, and no answer is waited for beyond a search's time.
    """

    at_once: bool

    async def nearest(self, vector: Vectors, condition: Condition, limit: int) -> list[Hit]:
        """Returns the passages nearest to a vector, best first; the score is the cosine, -1 to 1."""
        ...

    async def keywords(self, text: str, condition: Condition, limit: int) -> list[Hit]:
        """Returns the passages that best match the words of a text, best first, by BM25.

        How rare a word is counts among the passages that the caller may see, so that no score tells
        anything about the others.
        """
        ...

    async def hybrid(
        self, vector: Vectors, text: str, condition: Condition, limit: int
    ) -> tuple[list[Hit], list[Hit]]:
        """Returns what `nearest` and `keywords` return, for the price of one call."""
        ...

    async def fetch(self, keys: Sequence[Key], condition: Condition) -> dict[Key, StoredPassage]:
        """Returns the passages that meet the condition, by what they were asked for.

        Args:
            keys: Keys of this index's own hits, or passage ids; unknown ones are left out.
            condition: What a passage has to meet.
        """
        ...

    async def scan(self, tenant: str, after: str, limit: int) -> list[StoredPassage]:
        """Returns a tenant's passages, whoever may see them, in the order of their ids.

        For snapshots, never for a visitor.

        Args:
            tenant: Whose they are.
            after: Only passages with a greater id; empty begins with the first.
            limit: At most so many; fewer mean that there are no more.
        """
        ...

    def close(self) -> None:
        """Gives everything back; nothing may be asked afterwards."""
        ...


class IndexBuilder(Protocol):
    """Makes builds of the index."""

    def build(
        self,
        revision: int,
        passages: Iterable[tuple[Passage, Vectors]],
        count: int,
        progress: Callable[[int, int], None],
    ) -> Build:
        """Makes a build of all passages; blocks, and may hold the interpreter for long.

        Args:
            revision: The content revision that it will serve.
            passages: Every passage of every tenant with its vector, shape (dimensions,).
            count: How many there are, for the progress.
            progress: Called with passages done and `count`, now and then.

        Raises:
            IndexFailure: The engine failed; nothing is left behind.
        """
        ...
