"""`causeway conversations` and going on with one, against an edge that a test plays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli import conversations
from cli.dev_keys import prepare_dev_keys
from cli.edge_client import EdgeSession
from cli.output import CommandFailed
from cli.settings import Settings

HEAD = {"conversation_id": "c_1", "title": "Tea [hot]?", "updated_at": "2026-01-01", "turn_count": 3}
TURN = {
    "question": "Tea [hot]?",
    "answer": "At four [1].",
    "finish": "stop",
    "asked_at": "2026-01-01",
    "citations": [{"n": 1}],
    "sources": [{"n": 1, "title": "House"}, {"n": 2, "title": "Kitchen"}],
}


class PlayedEdge:
    """Two pages of conversations, and one conversation with two pages of turns."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        path, token = request.url.path, request.url.params.get("page_token")
        self.asked.append((request.method, path))
        if path == "/v1/sessions":
            wanted = json.loads(request.content).get("resume")
            mine = wanted if wanted == "c_1" else "c_new"
            return httpx.Response(201, json={"session_token": "s", "conversation_id": mine})
        assert request.headers["authorization"] == "Bearer s"
        if request.method == "DELETE":
            return httpx.Response(204)
        if path == "/v1/conversations":
            more = {} if token else {"next_page_token": "more"}
            return httpx.Response(200, json={"conversations": [HEAD], **more})
        if path == "/v1/conversations/c_1":
            more = {} if token else {"next_page_token": "more"}
            return httpx.Response(200, json={**HEAD, "turns": [TURN], **more})
        return httpx.Response(404, json={"detail": "There is no such conversation."})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    prepare_dev_keys(tmp_path / "keys")
    return Settings(data=tmp_path)


@pytest.fixture
def edge(monkeypatch: pytest.MonkeyPatch) -> PlayedEdge:
    played, client = PlayedEdge(), httpx.AsyncClient

    def opened(**options: Any) -> httpx.AsyncClient:
        return client(**options, transport=httpx.MockTransport(played.answer))

    monkeypatch.setattr(httpx, "AsyncClient", opened)
    return played


async def test_all_pages_are_listed(
    settings: Settings, edge: PlayedEdge, capsys: pytest.CaptureFixture[str]
) -> None:
    await conversations.list_conversations(settings, "demo", as_json=True)
    assert json.loads(capsys.readouterr().out) == {"conversations": [HEAD, HEAD]}
    await conversations.list_conversations(settings, "demo", as_json=False)
    assert "Tea [hot]?" in capsys.readouterr().out


async def test_all_turns_are_shown(
    settings: Settings, edge: PlayedEdge, capsys: pytest.CaptureFixture[str]
) -> None:
    await conversations.show(settings, "demo", "c_1", as_json=True)
    shown = json.loads(capsys.readouterr().out)
    assert (len(shown["turns"]), "next_page_token" in shown) == (2, False)
    await conversations.show(settings, "demo", "c_1", as_json=False)
    printed = capsys.readouterr().out
    assert "At four [1]." in printed
    assert "House" in printed
    assert "Kitchen" not in printed


async def test_what_is_not_there_fails_with_the_edges_words(settings: Settings, edge: PlayedEdge) -> None:
    with pytest.raises(CommandFailed, match="no such conversation"):
        await conversations.show(settings, "demo", "../c_9", as_json=True)
    assert edge.asked[-1] == ("GET", "/v1/conversations/../c_9")


async def test_a_conversation_is_deleted(
    settings: Settings, edge: PlayedEdge, capsys: pytest.CaptureFixture[str]
) -> None:
    await conversations.delete(settings, "demo", "c_1", as_json=False)
    assert edge.asked[-1] == ("DELETE", "/v1/conversations/c_1")
    assert "c_1 is gone" in capsys.readouterr().out


async def test_only_ones_own_conversation_is_gone_on_with(edge: PlayedEdge) -> None:
    async with httpx.AsyncClient(base_url="http://edge.test") as http:
        session = await EdgeSession.open(http, "host", "c_1")
        assert session.bootstrap["conversation_id"] == "c_1"
        with pytest.raises(CommandFailed, match="causeway conversations list"):
            await EdgeSession.open(http, "host", "c_other")


def test_an_answer_that_did_not_just_end_says_how() -> None:
    lines = list(conversations.turn_lines({**TURN, "finish": "stopped", "answer": ""}))
    assert "[dim](stopped)[/]" in lines
    assert not any("At four" in line for line in lines)
