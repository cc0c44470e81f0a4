"""A changed manifest reaches every answer; a broken one, or none, changes nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.stack import ROOT, Stack, running

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack on manifests of its own."""
    folder = tmp_path_factory.mktemp("manifested")
    shutil.copytree(ROOT / "manifests", folder / "manifests")
    extra = {"CAUSEWAY_MANIFESTS": str(folder / "manifests")}
    with running(Stack(folder / "data", extra=extra)) as started:
        yield started


def manifests(stack: Stack) -> Path:
    return Path(stack.extra["CAUSEWAY_MANIFESTS"])


def served(stack: Stack) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {stack.token('--session')}"}
    found: dict[str, str] = httpx.get(f"{stack.edge}/v1/config", headers=headers).json()
    return found


def eventually(condition: Callable[[], bool], seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        os.sched_yield()
    return True


def answer(stack: Stack) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(
        stack.cli("ask", "Who inspects the lifejackets?", "--json").stdout
    )
    return found


def test_a_change_reaches_the_edge_and_is_stamped_on_the_next_answer(stack: Stack) -> None:
    before = served(stack)["manifest_id"]
    environment = manifests(stack) / "environments" / "dev.yaml"
    named = re.search(r"retrieval_profile: (\S+)", environment.read_text())
    assert named is not None
    profile = (manifests(stack) / "profiles" / f"{named[1]}.yaml").read_text()
    (manifests(stack) / "profiles" / "short-1.yaml").write_text(profile.replace("k: 8", "k: 4"))
    environment.write_text(environment.read_text().replace(named[1], "short-1"))

    assert eventually(lambda: served(stack)["manifest_id"] != before)
    meta = answer(stack)["meta"]
    assert meta["retrieval_profile"] == "short-1"
    assert meta["manifest_id"] == served(stack)["manifest_id"]


def test_a_broken_manifest_changes_nothing_and_is_named_in_the_log(stack: Stack) -> None:
    before = served(stack)
    broken = manifests(stack) / "policies" / "default-3.yaml"
    kept = broken.read_text()
    broken.write_text("min_relevance: very\n")
    log = stack.data / "logs" / "config.log"
    try:
        assert eventually(lambda: "manifests_refused" in log.read_text())
        assert served(stack) == before
        assert answer(stack)["done"]["finish"] == "stop"
    finally:
        broken.write_text(kept)


def test_edge_and_generation_start_again_and_answer_with_config_down(stack: Stack) -> None:
    before = stack.service_pids()
    expected = served(stack)["manifest_id"]
    # Stopped, not killed: the supervisor would start a dead one again.
    os.kill(before["services.config"], signal.SIGSTOP)
    try:
        for module in ("services.generation", "services.edge_gateway"):
            os.kill(before[module], signal.SIGKILL)

        def answers() -> bool:
            return stack.cli("ask", "Who inspects the lifejackets?", check=False).returncode == 0

        assert eventually(answers, 40)
        after = stack.service_pids()
        assert after["services.edge_gateway"] != before["services.edge_gateway"]
        assert served(stack)["manifest_id"] == expected
        metrics = httpx.get(f"{stack.edge}/metrics").text
        staleness = [line for line in metrics.splitlines() if line.startswith("causeway_manifest_staleness")]
        assert float(staleness[0].split()[1]) > 0
    finally:
        os.kill(before["services.config"], signal.SIGCONT)
