"""Sources read once, at somebody's request, into a running retrieval."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.output import CommandFailed
from cli.settings import Settings
from cli.source_once import forget, sync_once
from cli.source_state import SourceFolder
from libs.common.manifest import Tenant
from libs.common.source import FolderSource
from tests.fakes.fake_config import FakeConfig, message
from tests.fakes.fake_retrieval import FakeRetrieval


@pytest.fixture
def declared(config: FakeConfig, tmp_path: Path) -> tuple[FolderSource, ...]:
    """Two sources of a document each, declared in config."""
    sources = []
    for name in ("handbook", "wiki"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"{name}.md").write_text(f"# {name}")
        sources.append(FolderSource(id=name, kind="folder", path=str(folder)))
    bundle = message("acme")
    bundle.tenant_json = Tenant(tenant_id="acme", name="Acme", sources=tuple(sources)).to_json()
    config.served[""] = bundle
    return tuple(sources)


async def synced(settings: Settings, *ids: str, allow_shrink: bool = False) -> list[tuple[str, str]]:
    results = await sync_once(settings, "acme", ids, allow_shrink=allow_shrink, show=False)
    return [(name, result.state.outcome) for name, result in results]


@pytest.mark.usefixtures("declared")
async def test_all_sources_are_read_unless_some_are_named(
    configured: Settings, retrieval: FakeRetrieval
) -> None:
    assert await synced(configured, "wiki") == [("wiki", "read")]
    assert set(retrieval.documents) == {("wiki", "wiki.md")}
    assert await synced(configured) == [("handbook", "read"), ("wiki", "read")]
    assert set(retrieval.documents) == {("wiki", "wiki.md"), ("handbook", "handbook.md")}


@pytest.mark.usefixtures("declared")
async def test_one_that_is_not_declared_ends_it_before_anything_is_read(
    configured: Settings, retrieval: FakeRetrieval
) -> None:
    with pytest.raises(CommandFailed, match="blog is not declared"):
        await synced(configured, "wiki", "blog")
    assert retrieval.documents == {}


async def test_a_source_that_lost_most_is_held_unless_that_is_allowed(
    configured: Settings, retrieval: FakeRetrieval, declared: tuple[FolderSource, ...]
) -> None:
    folder = Path(declared[1].path)
    for number in range(9):
        (folder / f"{number}.md").write_text("# More")
    await synced(configured, "wiki")
    for number in range(9):
        (folder / f"{number}.md").unlink()

    assert await synced(configured, "wiki") == [("wiki", "held")]
    assert len(retrieval.documents) == 10
    assert await synced(configured, "wiki", allow_shrink=True) == [("wiki", "read")]
    assert set(retrieval.documents) == {("wiki", "wiki.md")}


@pytest.mark.usefixtures("declared")
async def test_a_source_that_is_still_declared_is_not_forgotten(
    configured: Settings, retrieval: FakeRetrieval
) -> None:
    await synced(configured, "wiki")

    with pytest.raises(CommandFailed, match=r"wiki is declared .* remove it there first"):
        await forget(configured, "acme", "wiki")
    assert len(retrieval.documents) == 1


@pytest.mark.usefixtures("declared")
async def test_a_forgotten_source_leaves_neither_documents_nor_a_memory(
    configured: Settings, retrieval: FakeRetrieval, config: FakeConfig
) -> None:
    await synced(configured)
    config.served[""] = message("acme")

    assert await forget(configured, "acme", "wiki") == 1

    assert set(retrieval.documents) == {("handbook", "handbook.md")}
    kept = SourceFolder(configured.sources_folder, "acme", "wiki")
    assert not kept.path.exists()
