"""A served tenant for tests, and snapshots of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from services.retrieval.index import Index, StoredPassage
from services.retrieval.passage import Passage
from services.retrieval.qdrant_cluster.commit import Commit
from services.retrieval.served_index import Serving
from services.retrieval.served_versions import ServedVersions
from services.retrieval.snapshots.content import DocumentRecord
from services.retrieval.snapshots.create import CreateSnapshot
from services.retrieval.snapshots.upload import Upload, uploaded
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_index import FakeIndex
from tests.fakes.fake_snapshot_store import FakeSnapshotStore
from tests.retrieval.example_passages import embedded, example
from tests.retrieval.example_versions import only

PASSAGES = [
    *(example(f"Text number {n} with ü.", uri=f"{n % 7}.md", access=("staff",) * (n % 2)) for n in range(60)),
    example("Another tenant's.", tenant="globex"),
]


class OneIndex:
    """Serves one index as revision 1, or as what a test makes of it."""

    def __init__(self, index: Index, passages: Sequence[Passage]) -> None:
        tenants = {t: sum(p.tenant == t for p in passages) for t in {p.tenant for p in passages}}
        self.commit: Commit | None = Commit("main", 1, "fake-1", tenants, "")
        self.index = index

    @property
    def build(self) -> Commit | None:
        return self.commit

    @contextmanager
    def lease(self):  # type: ignore[no-untyped-def]
        yield Serving(self.commit, self.index) if self.commit else None

    async def refresh(self) -> None:
        pass

    async def close(self) -> None:
        pass


def serving(passages: Sequence[Passage] = PASSAGES, index: Index | None = None) -> ServedVersions:
    """Serves passages to everybody."""
    return only(OneIndex(index or FakeIndex(embedded(passages)), passages))


def records(passages: Sequence[Passage] = PASSAGES, tenant: str = "acme") -> list[DocumentRecord]:
    """The documents of a tenant's passages."""
    own = {p.document_id: p for p in passages if p.tenant == tenant}
    return [
        DocumentRecord(
            document_id=document_id,
            source_id="docs",
            uri=passage.uri,
            url=passage.url,
            content_type="text/markdown",
            access='["staff"]' if passage.access else "[]",
            updated_at=passage.updated_at,
            given="{}",
            title=passage.title,
            read_access="[]",
            tags="[]",
            language="",
            product="",
            version="",
            own_url="",
            own_updated_at="",
            content_hash="0" * 64,
            size_bytes=10,
            last_changed_at=1_700_000_000,
        )
        for document_id, passage in own.items()
    ]


async def snapshot(served: ServedVersions | None = None, store: FakeSnapshotStore | None = None) -> bytes:
    """A snapshot of what acme is served."""
    create = CreateSnapshot(served or serving(), store or FakeSnapshotStore(records()), FakeClock())
    return b"".join([part.content async for part in create.run("acme")])


async def in_parts(content: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    """The bytes of a snapshot as they arrive."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


def taken_in(content: bytes, folder: Path, tenant: str = "acme", embedder: str = "fake-1"):  # type: ignore[no-untyped-def]
    """Takes a snapshot in; an asynchronous context of the `Upload`."""
    return uploaded(in_parts(content), folder, tenant, embedder)


def everything(upload: Upload) -> list[StoredPassage]:
    """The passages of a snapshot."""
    return [entry for chunk in upload.passages() for entry in chunk]
