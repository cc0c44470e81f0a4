"""`causeway documents` against a running retrieval service."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from cli import content_report, documents
from cli.output import CommandFailed, CommandMisused
from cli.settings import Settings
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.running_server import Running, running_server


@pytest_asyncio.fixture(loop_scope="module", scope="module")  # type: ignore[untyped-decorator]
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Running, Path]]:
    folder = tmp_path_factory.mktemp("retrieval")
    async with running_server(folder, FakeEmbedder()) as running:

        def stream() -> AsyncIterator[pb.IndexDocumentsRequest]:
            async def parts() -> AsyncIterator[pb.IndexDocumentsRequest]:
                yield pb.IndexDocumentsRequest(source=pb.DocumentSource(source_id="handbook"))
                for name in ("[b].md", "a.md"):
                    yield pb.IndexDocumentsRequest(document=pb.DocumentHeader(uri=name))
                    yield pb.IndexDocumentsRequest(content=b"# Words")

            return parts()

        await running.stub.IndexDocuments(stream(), metadata=running.keys.team("acme", "ingest"))
        yield running, folder


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def settings(running: tuple[Running, Path]) -> Settings:
    server, folder = running
    return Settings(keys=folder, retrieval_address=f"127.0.0.1:{server.port}")


async def listed(settings: Settings, capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    await documents.list_documents(settings, "acme", "", "", as_json=True)
    found: list[dict[str, str]] = json.loads(capsys.readouterr().out)
    return found


async def test_a_list_shows_the_ids_that_the_other_commands_take(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    found = await listed(settings, capsys)
    assert [(d["uri"], d["state"], d["source_id"]) for d in found] == [
        ("[b].md", "pending", "handbook"),
        ("a.md", "pending", "handbook"),
    ]
    await documents.list_documents(settings, "acme", "pending", "", as_json=False)
    shown = capsys.readouterr().out
    for document in found:
        assert document["document_id"] in shown
        assert document["uri"] in shown


async def test_a_list_can_be_narrowed(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    for state, source in (("failed", ""), ("", "wiki")):
        await documents.list_documents(settings, "acme", state, source, as_json=True)
        assert json.loads(capsys.readouterr().out) == []


async def test_a_state_that_is_none_is_misuse(settings: Settings) -> None:
    with pytest.raises(CommandMisused, match="pending, indexed, skipped, failed"):
        await documents.list_documents(settings, "acme", "nope", "", as_json=False)


async def test_a_document_is_shown_with_all_that_is_known(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    document = (await listed(settings, capsys))[1]
    await documents.show_document(settings, "acme", document["document_id"], as_json=False)
    shown = capsys.readouterr().out
    for name in ("state", "reason_code", "attempts", "next_attempt_at", "last_seen_at", "near_duplicate_of"):
        assert name in shown


async def test_an_unknown_id_fails_and_says_how_to_find_the_right_one(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    known = (await listed(settings, capsys))[0]["document_id"]
    with pytest.raises(CommandFailed, match=r"no document d_x.*documents list"):
        await documents.show_document(settings, "acme", "d_x", as_json=False)
    with pytest.raises(CommandFailed, match="no document d_x, d_y"):
        await documents.retry_documents(settings, "acme", ["d_x", known, "d_y"], as_json=False)
    with pytest.raises(CommandFailed, match="no document d_x"):
        await documents.delete_documents(settings, "acme", ["d_x"], as_json=True)
    assert '"missing": [\n    "d_x"\n  ]' in capsys.readouterr().out


async def test_a_document_that_waits_anyway_is_left_as_it_is(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    known = (await listed(settings, capsys))[0]["document_id"]
    await documents.retry_documents(settings, "acme", [known], as_json=False)
    assert "0 documents to be read again." in (said := capsys.readouterr().out)
    assert "1 document indexed, or to be read anyway" in said


async def test_a_deleted_document_is_gone(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    known = (await listed(settings, capsys))[0]["document_id"]
    await documents.delete_documents(settings, "acme", [known], as_json=False)
    assert capsys.readouterr().out == "1 document removed.\n"
    assert known not in [document["document_id"] for document in await listed(settings, capsys)]


async def test_a_report_without_findings_says_so(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await content_report.report(settings, "acme", "", 5, as_json=False)
    assert "nothing found" in capsys.readouterr().out
    await content_report.report(settings, "acme", "", 5, as_json=True)
    assert json.loads(capsys.readouterr().out)["findings"] == []
