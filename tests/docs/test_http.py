"""The page about HTTP names every route of the edge, and every field that a body may have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.edge_gateway.body_fields import Body
from services.edge_gateway.questions import ChatBody
from services.edge_gateway.routes.demo import DemoTokenBody
from services.edge_gateway.routes.feedback import FeedbackBody
from services.edge_gateway.routes.playground import FilterBody, SearchBody
from services.edge_gateway.routes.sessions import SessionBody

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/reference/http.md").read_text(encoding="utf-8")
APP = (ROOT / "services/edge_gateway/app.py").read_text(encoding="utf-8")
ROUTES = [
    (path or chat, method)
    for path, methods, chat in re.findall(
        r'Route\("(?P<path>/[^"]*)", .*?methods=\[(?P<methods>["A-Z, ]+)\]|Route\("(/v1/chat)"', APP
    )
    for method in re.findall("[A-Z]+", methods) or ["POST"]
]
BODIES: dict[str, type[Body]] = {
    "sessions": SessionBody,
    "chat": ChatBody,
    "feedback": FeedbackBody,
    "demo": DemoTokenBody,
    "search": SearchBody,
    "filter of a search": FilterBody,
}


def _undocumented_routes(page: str) -> list[str]:
    named = {f"{method} {path}" for path, method in ROUTES}
    return sorted(name for name in named if f"`{name}`" not in page)


def test_every_route_stands_in_the_page() -> None:
    assert len(ROUTES) >= 13
    assert _undocumented_routes(PAGE) == []


def test_a_route_that_is_missing_would_be_found() -> None:
    assert _undocumented_routes(PAGE.replace("`GET /metrics`", "")) == ["GET /metrics"]


@pytest.mark.parametrize("name", BODIES)
def test_every_field_of_a_body_stands_in_the_page(name: str) -> None:
    section = PAGE[PAGE.index("## Bodies") : PAGE.index("## Events")]
    assert [field for field in BODIES[name].model_fields if f"`{field}`" not in section] == []
