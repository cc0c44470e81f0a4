"""The process that keeps sources in step: it follows the manifests, reads what is due, and stops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.settings import Settings
from cli.source_process import watch_sources
from cli.source_state import SourceFolder
from libs.common.manifest import Tenant
from libs.common.source import FolderSource
from tests.fakes.fake_config import FakeConfig, message
from tests.fakes.fake_retrieval import FakeRetrieval

SECONDS = 20.0


async def comes_true(condition: Callable[[], bool]) -> None:
    """Waits until something holds."""
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(0.02)


@pytest.mark.usefixtures("fast_looks")
async def test_sources_of_every_tenant_are_read_as_soon_as_they_are_declared(
    configured: Settings, config: FakeConfig, retrieval: FakeRetrieval, tmp_path: Path
) -> None:
    for tenant in ("acme", "globex"):
        (tmp_path / tenant).mkdir()
        (tmp_path / tenant / f"{tenant}.md").write_text("# Bees")
    config.current = {"acme": declaring("acme", tmp_path)}
    stop = asyncio.Event()
    watching = asyncio.create_task(watch_sources(configured, stop))

    await comes_true(lambda: ("docs-acme", "acme.md") in retrieval.documents)
    config.send(bundle=declaring("globex", tmp_path))
    await comes_true(lambda: ("docs-globex", "globex.md") in retrieval.documents)

    stop.set()
    async with asyncio.timeout(SECONDS):
        await watching
    for tenant in ("acme", "globex"):
        assert SourceFolder(configured.sources_folder, tenant, f"docs-{tenant}").load().outcome == "read"


@pytest.fixture
def fast_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.source_process.LOOK_SECONDS", 0.05)
    monkeypatch.setattr("cli.source_process.configure_logs", lambda *given: None)


def declaring(tenant: str, root: Path):  # type: ignore[no-untyped-def]
    """The bundle of a tenant with one folder."""
    bundle = message(tenant)
    source = FolderSource(id=f"docs-{tenant}", kind="folder", path=str(root / tenant))
    bundle.tenant_json = Tenant(tenant_id=tenant, name=tenant, sources=(source,)).to_json()
    return bundle
