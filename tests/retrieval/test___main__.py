"""Real serving processes over one published index, with the real embedder and no config service."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from libs.common.keys import create_signing_key
from libs.embedding.embedder_fastembed import open_embedder
from tests.retrieval.example_passages import build_index, example
from tests.retrieval.running_server import Keys
from tests.retrieval.service_process import ROOT, serving

pytestmark = pytest.mark.process

MODELS = ROOT / ".causeway-test" / "models"

RADIO = example("If the wireless set falls silent, put fresh cells into it.", uri="radio.md")
PASSAGES = (RADIO, example("Lifejackets hang beside the door."), example("Lunch is at noon."))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "keys").mkdir()
    create_signing_key(tmp_path / "keys" / "retrieval.key.pem")
    build_index(tmp_path / "retrieval" / "index", PASSAGES, 1, open_embedder(MODELS))
    (tmp_path / "models").symlink_to(MODELS)
    return tmp_path


def copies(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "retrieval" / "serving").iterdir() if path.is_dir())


async def test_processes_share_a_published_index_follow_it_and_clean_up(data: Path) -> None:
    keys = Keys(data / "keys")
    async with serving(data, keys) as one, serving(data, keys) as two:
        for service in (one, two):
            found = await service.search("the radio needs a new battery")
            assert found.passages[0].text == RADIO.text
            assert found.passages[0].scores.dense > 0.3
            assert (list(found.degradations), found.profile) == ([], "default")
        assert len(copies(data)) == 2

        build_index(data / "retrieval" / "index", PASSAGES[:1], 2, open_embedder(MODELS))
        async with asyncio.timeout(20):
            while {(await s.search("radio")).content_revision for s in (one, two)} != {2}:
                await asyncio.sleep(0.1)

        one.process.send_signal(signal.SIGKILL)
        await one.process.wait()
        assert (await two.search("radio")).content_revision == 2
        two.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(two.process.wait(), 20) == 0
        (left,) = copies(data)
        assert left.startswith(f"{one.process.pid}-")
    async with serving(data, keys) as three:
        assert (await three.search("radio")).content_revision == 2
        (own,) = copies(data)
        assert own.startswith(f"{three.process.pid}-")
