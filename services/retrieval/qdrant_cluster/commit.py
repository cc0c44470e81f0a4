"""What was last committed to a collection, kept in the collection itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qdrant_client import models

from services.retrieval.index import IndexFailure

COMMIT_ID = "00000000-0000-0000-0000-000000000000"
"""Id of the point that holds it. It belongs to no tenant, so that no condition admits it."""


@dataclass(frozen=True, slots=True)
class Commit:
    """The state of a collection after its last commit; what a serving process says about it.

    Attributes:
        index_version: The index version that the collection holds.
        revision: The content revision: everything accepted up to there is in it.
        embedder: Identity of the embedder whose vectors it holds.
        tenants: Passages of each tenant.
        fingerprint: Names the collection's shape.
    """

    index_version: str
    revision: int
    embedder: str
    tenants: Mapping[str, int]
    fingerprint: str

    @property
    def digest(self) -> str:
        """Names what it holds."""
        return f"{self.index_version}@{self.revision} {self.fingerprint}"

    @property
    def passages(self) -> int:
        """Passages of all tenants."""
        return sum(self.tenants.values())


def commit_point(commit: Commit) -> models.PointStruct:
    """Returns the point that holds a commit."""
    payload = {
        "index_version": commit.index_version,
        "revision": commit.revision,
        "embedder": commit.embedder,
        "passages": dict(commit.tenants),
        "fingerprint": commit.fingerprint,
    }
    return models.PointStruct(id=COMMIT_ID, vector={}, payload=payload)


def commit_of(payload: Mapping[str, Any] | None) -> Commit:
    """Reads a commit.

    Raises:
        IndexFailure: The point holds something else.
    """
    try:
        found = payload or {}
        return Commit(
            index_version=str(found["index_version"]),
            revision=int(found["revision"]),
            embedder=str(found["embedder"]),
            tenants={str(tenant): int(count) for tenant, count in found["passages"].items()},
            fingerprint=str(found["fingerprint"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise IndexFailure("The collection's commit cannot be read; build it anew.") from error
