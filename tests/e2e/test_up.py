"""Starting and stopping: what it says, what it leaves behind, what survives."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.e2e.stack import ROOT, Stack, alive, parse_events, running

pytestmark = pytest.mark.process

SERVICES = {
    "services.config",
    "services.insights",
    "services.retrieval",
    "services.retrieval.worker",
    "services.generation",
    "services.edge_gateway",
    "cli",  # which reads the declared sources
}


def eventually(condition: Callable[[], bool], seconds: float = 15.0) -> bool:
    """Whether a condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        os.sched_yield()
    return True


def vote(stack: Stack, feedback_id: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {stack.token('--session')}"}
    answer = httpx.post(
        f"{stack.edge}/v1/chat",
        json={"question": "Who inspects the lifejackets?"},
        headers=headers,
        timeout=20,
    )
    query_id = parse_events(answer.text)[0].data["query_id"]
    body = {"feedback_id": feedback_id, "query_id": query_id, "vote": "down", "comment": "too short"}
    return httpx.post(f"{stack.edge}/v1/feedback", json=body, headers=headers)


def test_it_runs_each_service_as_a_process_says_where_and_stops_without_orphans(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data")
    with running(stack):
        pids = stack.service_pids()
        assert set(pids) == SERVICES
        assert f"{stack.edge}/" in stack.output
        assert "curl -sN" in stack.output
        assert vote(stack, "survives").status_code == 202

        assert stack.stop(signal.SIGINT) == 0

    assert [pid for pid in pids.values() if alive(pid)] == []
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "insights" / "insights.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM feedback").fetchone() == (1,)


def test_a_second_start_embeds_nothing_and_answers_from_the_same_index(tmp_path: Path) -> None:
    first = Stack(tmp_path / "data")
    with running(first):
        before = json.loads(first.cli("search", "leave", "--json").stdout)
    second = Stack(tmp_path / "data")
    with running(second):
        after = json.loads(second.cli("search", "leave", "--json").stdout)

    assert "nothing changed, nothing embedded" in second.output
    assert after["content_revision"] == before["content_revision"]
    assert [p["passage_id"] for p in after["passages"]] == [p["passage_id"] for p in before["passages"]]


def test_pointing_it_at_another_folder_replaces_the_documents(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "bees.md").write_text(
        "# Bees\n\nThe hives on the roof are opened on the first warm day of March.\n"
    )
    with running(Stack(tmp_path / "data")):
        pass
    stack = Stack(tmp_path / "data", docs=other)
    with running(stack):
        documents = json.loads(stack.cli("documents", "list", "--json").stdout)
        found = json.loads(stack.cli("search", "lifejackets", "--json").stdout)

    assert [d["uri"] for d in documents] == ["bees.md"]
    assert {p["uri"] for p in found["passages"]} == {"bees.md"}


def test_killing_the_supervisor_leaves_no_orphans(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data").start()
    pids = stack.service_pids()
    assert stack.process is not None

    stack.stop(signal.SIGKILL)

    assert eventually(lambda: not any(alive(pid) for pid in pids.values()))


def test_a_killed_service_comes_back(tmp_path: Path) -> None:
    with running(Stack(tmp_path / "data")) as stack:
        before = stack.service_pids()["services.retrieval"]

        os.kill(before, signal.SIGKILL)

        assert eventually(lambda: stack.service_pids().get("services.retrieval", before) != before)
        assert eventually(lambda: stack.cli("search", "leave", check=False).returncode == 0)


def test_a_busy_port_is_named_with_what_to_do(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", stack.ports["EDGE"]))
        taken.listen()
        done = stack.cli("up", check=False)

    assert done.returncode == 1
    assert f"Port {stack.ports['EDGE']} (edge) is taken" in done.stderr
    assert "CAUSEWAY_EDGE_PORT=" in done.stderr


def test_two_on_one_data_folder_are_refused(tmp_path: Path) -> None:
    with running(Stack(tmp_path / "data")) as stack:
        second = Stack(tmp_path / "data")
        done = second.cli("up", check=False)

    assert done.returncode == 1
    assert str(stack.process.pid if stack.process else "") in done.stderr


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli", "up", "--docs", str(tmp_path / "nowhere")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.returncode == 1
    assert "nowhere does not exist" in done.stderr
