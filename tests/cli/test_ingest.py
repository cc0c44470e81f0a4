"""Taking documents in, and waiting for the index."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from cli.folder import read_folder
from cli.ingest import IngestReport, _joined, ingest
from cli.ingest_progress import IngestProgress
from cli.ingest_targets import Asked, targets_of
from cli.output import CommandFailed, CommandMisused
from cli.settings import Settings
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from tests.fakes.fake_retrieval import FakeRetrieval


def test_two_folders_with_one_path_are_not_mixed_up(tmp_path: Path) -> None:
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_text(name)
    places = [str(tmp_path / "x"), str(tmp_path / "y")]
    readings = [read_folder(Path(place)) for place in places]

    with pytest.raises(CommandMisused, match=r"both hold a\.md"):
        _joined(targets_of(places, Asked(source_id="all")), readings)


def test_a_file_named_beside_its_folder_is_one_document(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    (tmp_path / "b.md").write_text("x")
    targets = targets_of([str(tmp_path), str(tmp_path / "a.md")], Asked())

    joined = _joined(targets, [read_folder(tmp_path), read_folder(tmp_path, ("/a.md",))])

    assert [d.uri for d in joined.documents] == ["a.md", "b.md"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "notes"
    root.mkdir()
    for name in ("a.md", "b.md", "c.png"):
        (root / name).write_text("words")
    return root


async def taken(settings: Settings, place: Path, **how: bool) -> IngestReport:
    progress = IngestProgress(Console(file=io.StringIO()), show=False)
    return await ingest(settings, "demo", targets_of([str(place)], Asked(source_id="s")), progress, **how)


async def test_the_report_names_what_failed_once_the_index_is_there(
    settings: Settings, retrieval: FakeRetrieval, folder: Path
) -> None:
    retrieval.failing = {"b.md": "damaged"}

    report = await taken(settings, folder)

    (source,) = report.sources
    assert (source.documents, source.bytes, report.accepted) == (2, 10, 2)
    assert [(r.uri, r.reason) for r in source.failed] == [("b.md", "damaged")]
    assert [r.uri for r in source.left_out] == ["c.png"]
    assert not source.went_well
    assert report.waited


async def test_documents_that_waited_before_are_told_from_new_ones(
    settings: Settings, retrieval: FakeRetrieval, folder: Path
) -> None:
    await taken(settings, folder)
    waiting = pb.DocumentCounts(pending=2)
    retrieval.revision = 5
    retrieval.steps = [
        pb.GetIndexResponse(content_revision=1, documents=waiting),
        pb.GetIndexResponse(content_revision=1, documents=waiting),
        pb.GetIndexResponse(
            content_revision=1, documents=waiting, progress=pb.IngestProgress(phase="embedding")
        ),
        pb.GetIndexResponse(content_revision=5, documents=pb.DocumentCounts(indexed=2), passages=9),
    ]

    report = await taken(settings, folder)

    assert (report.accepted, report.resumed, report.rebuilt) == (0, 2, True)
    assert (report.indexed, report.passages) == (2, 9)


async def test_without_waiting_the_index_is_not_looked_at(
    settings: Settings, retrieval: FakeRetrieval, folder: Path
) -> None:
    retrieval.revision = 5
    retrieval.steps = [pb.GetIndexResponse(content_revision=1, documents=pb.DocumentCounts(pending=2))]

    report = await taken(settings, folder, wait=False)

    assert not report.waited
    assert report.pending == 2


async def test_what_leaves_the_folder_is_removed_only_when_that_is_asked_for(
    settings: Settings, retrieval: FakeRetrieval, folder: Path
) -> None:
    await taken(settings, folder)
    (folder / "b.md").unlink()
    await taken(settings, folder)
    assert ("s", "b.md") in retrieval.documents

    report = await taken(settings, folder, complete=True)

    assert report.removed == 1
    assert set(retrieval.documents) == {("s", "a.md")}


async def test_a_folder_without_documents_removes_nothing(
    settings: Settings, retrieval: FakeRetrieval, folder: Path
) -> None:
    await taken(settings, folder)
    for path in folder.glob("*.md"):
        path.unlink()

    with pytest.raises(CommandFailed, match=r"c\.png: \.png files are not read"):
        await taken(settings, folder, complete=True)
    assert len(retrieval.documents) == 2
