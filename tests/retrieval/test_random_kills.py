"""`kill -9` at random points of intake and ingest: what there is in the end is what there would be without.

CAUSEWAY_SOAK_KILLS sets how many kills there are, CAUSEWAY_SOAK_SEED where they fall.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SEED = int(os.environ.get("CAUSEWAY_SOAK_SEED", "4"))
KILLS = int(os.environ.get("CAUSEWAY_SOAK_KILLS", "28"))
STATES = max(3, KILLS // 4)
"""States of the corpus: each is good for some kills, then there is nothing left to be killed in."""

pytestmark = [pytest.mark.process, pytest.mark.timeout(180 + 10 * KILLS)]


def play(folder: Path, kills: int, url: str = "") -> dict[str, Any]:
    folder.mkdir()
    numbers = [str(number) for number in (SEED, STATES, kills)]
    command = [sys.executable, "-m", "tests.retrieval.random_kills", str(folder), url, *numbers]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    played: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return played


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    states: list[dict[str, Any]] = play(tmp_path_factory.mktemp("undisturbed") / "data", 0)["states"]
    return states


def test_the_scenario_is_worth_its_name(undisturbed: list[dict[str, Any]]) -> None:
    first, second, *_ = undisturbed
    assert len(undisturbed) == STATES
    assert len(first["documents"]) == 19
    assert {document["state"] for document in first["documents"]} == {"indexed", "skipped"}
    assert [d["uri"] for d in first["documents"] if d["duplicate_of"]] == ["page-3.md"]
    assert any(document["near_duplicate_of"] for document in second["documents"])
    for state in undisturbed:
        assert len(state["index"]) == sum(document["passages"] for document in state["documents"]) > 20
    assert first["index"] != second["index"]


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_nothing_is_lost_and_nothing_is_there_twice(
    store: str, tmp_path: Path, undisturbed: list[dict[str, Any]], request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if store == "postgres" else ""
    kills = KILLS if store == "sqlite" else KILLS // 2
    played = play(tmp_path / "data", kills, url)
    assert played["kills"] >= kills * 0.8
    for found, expected in zip(played["states"], undisturbed, strict=True):
        for part in expected:
            assert found[part] == expected[part]
