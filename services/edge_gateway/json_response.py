"""Writes JSON responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response


def json_response(
    content: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Returns a response with an object as its body; an `orjson.Fragment` within is taken as written."""
    return Response(orjson.dumps(content), status, headers, media_type="application/json")
