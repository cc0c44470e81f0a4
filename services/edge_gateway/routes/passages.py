"""`GET /v1/passages/{passage_id}`: the passage behind a citation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from libs.common.errors import NotFound
from services.edge_gateway.json_response import json_response
from services.edge_gateway.passages import Passage, Passages
from services.edge_gateway.visitors import Visitors

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class PassageRoutes:
    """The route and what it needs."""

    visitors: Visitors
    passages: Passages

    async def show(self, request: Request) -> Response:
        """Returns a passage that the visitor may see."""
        session = self.visitors.of(request.headers)
        passage_id = request.path_params["passage_id"].lower()
        passage = None
        if _UUID.fullmatch(passage_id):
            passage = await self.passages.get(session.caller, passage_id)
        if passage is None:
            raise NotFound("There is no such passage.", field="passage_id")
        return json_response(_content(passage))


def _content(passage: Passage) -> dict[str, Any]:
    address = {"url": passage.url} if passage.url else {}
    return {
        "passage_id": passage.passage_id,
        "document": {
            "document_id": passage.document_id,
            "title": passage.title,
            "uri": passage.uri,
            **address,
        },
        "heading_path": passage.heading_path,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "updated_at": passage.updated_at,
    }
