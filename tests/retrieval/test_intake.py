"""Streams of documents: what is accepted, what is not, and what a broken stream leaves."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from libs.common.errors import DependencyUnavailable, InvalidRequest
from services.retrieval.blobs import Blobs
from services.retrieval.blobs_folder import BlobFolder
from services.retrieval.documents import DocumentHeader, DocumentSource, StateCounts, document_id_of
from services.retrieval.intake import MAX_REPORTED, Intake, IntakeResult, Part
from services.retrieval.intake_store_sql import SqlIntakeStore
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.conftest import FIRST, Documents
from tests.retrieval.example_documents import docs, parts, stream

ALL = DocumentSource("docs", complete=True)
SOME = DocumentSource("docs", complete=False)


async def test_an_accepted_document_is_pending_and_its_content_is_on_disk(
    intake: Intake, store: Documents, blobs: Blobs
) -> None:
    result = await intake.accept("acme", parts(SOME, DocumentHeader("bees.md"), b"# Be", b"es"))
    assert result == IntakeResult(accepted=1, unchanged=0, removed=0, rejected=(), revision=1)
    document = store.get("acme", document_id_of("acme", "docs", "bees.md"))
    assert document is not None
    assert (document.state, document.size_bytes, document.source_id) == ("pending", 6, "docs")
    assert document.content_hash == hashlib.sha256(b"# Bees").hexdigest()
    assert blobs.read(document.content_hash) == b"# Bees"
    assert document.last_seen_at == document.last_changed_at == "2025-06-15T15:06:40Z"


async def test_sending_the_same_again_changes_nothing_but_when_it_was_seen(
    intake: Intake, store: Documents, clock: FakeClock
) -> None:
    await intake.accept("acme", stream(ALL, *docs(bees="Bees", wasps="Wasps")))
    clock.advance(3600)
    result = await intake.accept("acme", stream(ALL, *docs(bees="Bees", wasps="Wasps")))
    assert result == IntakeResult(accepted=0, unchanged=2, removed=0, rejected=(), revision=1)
    document = store.list("acme", 10, FIRST, None)[0]
    assert (document.last_changed_at, document.last_seen_at) == (
        "2025-06-15T15:06:40Z",
        "2025-06-15T16:06:40Z",
    )


@pytest.mark.parametrize(
    "header",
    [
        DocumentHeader("bees.md", url="https://example.org/bees"),
        DocumentHeader("bees.md", access=("staff",)),
        DocumentHeader("bees.md", content_type="text/plain"),
    ],
)
async def test_other_metadata_are_a_change(intake: Intake, header: DocumentHeader) -> None:
    await intake.accept("acme", stream(SOME, *docs(bees="Bees")))
    result = await intake.accept("acme", stream(SOME, (header, b"Bees")))
    assert (result.accepted, result.unchanged, result.revision) == (1, 0, 2)


async def test_a_new_time_stamp_alone_is_no_change(intake: Intake) -> None:
    await intake.accept("acme", stream(SOME, *docs(bees="Bees")))
    header = DocumentHeader("bees.md", updated_at="2026-01-01T00:00:00Z")
    assert (await intake.accept("acme", stream(SOME, (header, b"Bees")))).unchanged == 1


async def test_a_complete_source_loses_what_its_stream_no_longer_holds(
    intake: Intake, store: Documents
) -> None:
    await intake.accept("acme", stream(ALL, *docs(bees="Bees", wasps="Wasps")))
    await intake.accept("acme", stream(DocumentSource("wiki", complete=True), *docs(ants="Ants")))
    result = await intake.accept("acme", stream(ALL, *docs(bees="Bees", hornets="Hornets")))
    assert (result.accepted, result.unchanged, result.removed) == (1, 1, 1)
    assert [d.uri for d in store.list("acme", 10, FIRST, None)] == ["ants.md", "bees.md", "hornets.md"]


async def test_an_incomplete_source_loses_nothing(intake: Intake, store: Documents) -> None:
    await intake.accept("acme", stream(ALL, *docs(bees="Bees")))
    assert (await intake.accept("acme", stream(SOME, *docs(wasps="Wasps")))).removed == 0
    assert store.counts("acme") == StateCounts(pending=2)


async def test_a_complete_source_that_is_empty_is_emptied(intake: Intake, store: Documents) -> None:
    await intake.accept("acme", stream(ALL, *docs(bees="Bees")))
    assert (await intake.accept("acme", stream(ALL))).removed == 1
    assert store.counts("acme") == StateCounts()


async def test_a_stream_that_breaks_removes_nothing(intake: Intake, store: Documents) -> None:
    await intake.accept("acme", stream(ALL, *docs(bees="Bees", wasps="Wasps")))

    async def breaking() -> AsyncIterator[Part]:
        yield ALL
        yield DocumentHeader("bees.md")
        yield b"Be"
        raise ConnectionResetError("the client is gone")

    with pytest.raises(ConnectionResetError):
        await intake.accept("acme", breaking())
    assert [d.uri for d in store.list("acme", 10, FIRST, None)] == ["bees.md", "wasps.md"]


async def test_a_cancelled_stream_keeps_full_batches_and_leaves_no_files_open(
    intake: Intake, store: Documents
) -> None:
    held = asyncio.Event()

    async def endless() -> AsyncIterator[Part]:
        yield ALL
        for number in range(70):
            yield DocumentHeader(f"{number:03}.md")
            yield f"Document {number}".encode()
        held.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(intake.accept("acme", endless()))
    await asyncio.wait_for(held.wait(), 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert store.counts("acme") == StateCounts(pending=64)


async def test_a_slow_stream_is_recorded_as_it_comes(
    intake: Intake, store: Documents, clock: FakeClock
) -> None:
    seen: list[int] = []

    async def slow() -> AsyncIterator[Part]:
        yield SOME
        for number in range(6):
            seen.append(store.counts("acme").pending)
            yield DocumentHeader(f"{number}.md")
            yield b"text"
            clock.advance(1.5)

    await intake.accept("acme", slow())
    assert seen[-1] > 0
    assert store.counts("acme").pending == 6


async def test_bad_documents_are_rejected_with_a_reason_and_the_others_go_on(intake: Intake) -> None:
    big = b"x" * (1024 * 1024)
    result = await intake.accept(
        "acme",
        parts(
            SOME,
            *(DocumentHeader(""), b"no name"),
            *(DocumentHeader("big.md"), big, b"y", b"more of it"),
            *(DocumentHeader("scan.pdf", "pdf"), b"%PDF-1.7"),
            *(DocumentHeader("good.md"), big),
            *(DocumentHeader("good.md"), b"again"),
        ),
    )
    assert result.accepted == 1
    assert [(uri, reason.split(".")[0]) for uri, reason in result.rejected] == [
        ("", "The uri is empty"),
        ("big.md", "The document is larger than 1 MiB"),
        ("scan.pdf", "The content_type is no media type; write it as in text/markdown"),
        ("good.md", "The uri appears twice in the stream; only the first was taken"),
    ]


async def test_a_rejected_document_is_still_held_by_its_source(intake: Intake, store: Documents) -> None:
    await intake.accept("acme", stream(ALL, *docs(bees="Bees")))
    too_large = b"x" * (1024 * 1024 + 1)
    result = await intake.accept("acme", stream(ALL, (DocumentHeader("bees.md"), too_large)))
    assert (result.removed, len(result.rejected)) == (0, 1)
    assert store.counts("acme").pending == 1


async def test_endless_rejections_are_counted_instead_of_listed(intake: Intake) -> None:
    headers = [DocumentHeader(f"{number}.exe", "exe") for number in range(MAX_REPORTED + 5)]
    result = await intake.accept("acme", parts(SOME, *headers))
    assert len(result.rejected) == MAX_REPORTED + 1
    assert result.rejected[-1] == ("", "5 more documents were rejected.")


async def test_a_document_without_content_is_accepted_as_an_empty_one(
    intake: Intake, store: Documents
) -> None:
    result = await intake.accept("acme", parts(SOME, DocumentHeader("a.md"), DocumentHeader("b.md"), b""))
    assert result.accepted == 2
    assert [d.size_bytes for d in store.list("acme", 10, FIRST, None)] == [0, 0]


@pytest.mark.parametrize(
    ("items", "field", "message"),
    [
        ((), "source", "begin it with a source"),
        ((DocumentHeader("a.md"),), "source", "must name the source"),
        ((b"content",), "source", "must name the source"),
        ((SOME, b"content"), "content", "before the header"),
        ((SOME, SOME), "source", "names its source once"),
        ((DocumentSource("", complete=False),), "source.source_id", "1 to 200 printable"),
        ((DocumentSource("a\nb", complete=False),), "source.source_id", "printable"),
        ((DocumentSource("x" * 201, complete=False),), "source.source_id", "1 to 200"),
    ],
)
async def test_parts_out_of_order_name_the_field(
    intake: Intake, items: tuple[Part, ...], field: str, message: str
) -> None:
    with pytest.raises(InvalidRequest, match=message) as caught:
        await intake.accept("acme", parts(*items))
    assert caught.value.field == field


async def test_tenants_are_apart(intake: Intake, store: Documents) -> None:
    await intake.accept("acme", stream(ALL, *docs(bees="Bees")))
    await intake.accept("other", stream(ALL, *docs(bees="Wasps")))
    result = await intake.accept("other", stream(ALL))
    assert result.removed == 1
    assert (store.counts("acme").pending, store.counts("other").pending) == (1, 0)


async def test_streams_at_the_same_time_do_not_mix(intake: Intake, store: Documents) -> None:
    sources = [DocumentSource(f"s{number}", complete=True) for number in range(8)]
    results = await asyncio.gather(
        *(
            intake.accept(
                "acme", stream(source, *docs(**{f"{source.source_id}x{n}": f"{n}" for n in range(20)}))
            )
            for source in sources
        )
    )
    assert [result.accepted for result in results] == [20] * 8
    assert store.counts("acme").pending == 160


async def test_content_that_cannot_be_stored_is_not_recorded(
    intake_store: SqlIntakeStore, store: Documents, tmp_path: Path, clock: FakeClock
) -> None:
    blobs = BlobFolder(tmp_path / "full")
    (tmp_path / "full" / hashlib.sha256(b"Bees").hexdigest()[:2]).write_text("in the way")
    with pytest.raises(DependencyUnavailable):
        await Intake(intake_store, blobs, clock).accept("acme", stream(SOME, *docs(bees="Bees")))
    assert store.counts("acme") == StateCounts()
