"""A visitor's connection to the edge: a session, then answers as server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from cli.output import CommandFailed
from libs.common.errors import Unauthenticated

_PATIENCE = httpx.Timeout(10.0, read=60.0)


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One server-sent event: its name, its id and its JSON data."""

    name: str
    event_id: str
    data: dict[str, Any]


class EdgeSession:
    """One visitor's session."""

    def __init__(self, http: httpx.AsyncClient, token: str, bootstrap: dict[str, Any]) -> None:
        self._http = http
        self.token = token
        self.bootstrap = bootstrap

    @classmethod
    async def open(cls, http: httpx.AsyncClient, host_token: str, conversation_id: str = "") -> EdgeSession:
        """Exchanges a host JWT for a session, to go on with a conversation if one is named.

        Raises:
            CommandFailed: The conversation is not this visitor's, or the edge refuses the session.
        """
        wanted = {"resume": conversation_id} if conversation_id else {}
        response = await http.post(
            "/v1/sessions", headers={"Authorization": f"Bearer {host_token}"}, json=wanted, timeout=_PATIENCE
        )
        _check(response)
        body = response.json()
        if conversation_id and body["conversation_id"] != conversation_id:
            raise CommandFailed(
                f"There is no conversation {conversation_id} of yours; see `causeway conversations list`."
            )
        return cls(http, body["session_token"], body)

    @classmethod
    async def open_anonymous(cls, http: httpx.AsyncClient, tenant: str, origin: str) -> EdgeSession:
        """Opens a session of an anonymous visitor of an allowed origin."""
        response = await http.post(
            "/v1/sessions", headers={"Origin": origin}, json={"tenant": tenant}, timeout=_PATIENCE
        )
        _check(response)
        body = response.json()
        return cls(http, body["session_token"], body)

    async def conversations(self, page_token: str = "") -> dict[str, Any]:
        """Returns a page of the visitor's conversations."""
        query = {"page_token": page_token} if page_token else {}
        found: dict[str, Any] = (await self._call("GET", "/v1/conversations", query)).json()
        return found

    async def conversation(self, conversation_id: str, page_token: str = "") -> dict[str, Any]:
        """Returns a conversation with a page of its turns."""
        query = {"page_token": page_token} if page_token else {}
        found: dict[str, Any] = (await self._call("GET", _path(conversation_id), query)).json()
        return found

    async def delete_conversation(self, conversation_id: str) -> None:
        """Deletes a conversation."""
        await self._call("DELETE", _path(conversation_id), {})

    async def _call(self, method: str, path: str, query: dict[str, str]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        response = await self._http.request(method, path, params=query, headers=headers, timeout=_PATIENCE)
        _check(response)
        return response

    async def ask(self, question: str) -> AsyncIterator[ServerEvent]:
        """Streams the events of an answer."""
        body = {"question": question, "conversation_id": self.bootstrap["conversation_id"]}
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "text/event-stream"}
        async with self._http.stream(
            "POST", "/v1/chat", json=body, headers=headers, timeout=_PATIENCE
        ) as response:
            if response.status_code != 200:
                await response.aread()
                _check(response)
            async for event in read_events(response.aiter_lines()):
                yield event


async def read_events(lines: AsyncIterator[str]) -> AsyncIterator[ServerEvent]:
    """Reads server-sent events from lines; comments are heartbeats and are passed over."""
    name, event_id = "message", ""
    data: list[str] = []
    async for line in lines:
        if not line:
            if data:
                yield ServerEvent(name, event_id, orjson.loads("\n".join(data)))
            name, data = "message", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "id":
            event_id = value
        elif field == "data":
            data.append(value)


def _path(conversation_id: str) -> str:
    return f"/v1/conversations/{quote(conversation_id, safe='')}"


def _check(response: httpx.Response) -> None:
    if response.is_success:
        return
    try:
        problem = response.json()
        detail = problem.get("detail") or problem.get("title")
    except (ValueError, AttributeError):
        detail = None
    said = detail or f"The edge answered {response.status_code}."
    if response.status_code == httpx.codes.UNAUTHORIZED:
        raise Unauthenticated(said)
    raise CommandFailed(said)
