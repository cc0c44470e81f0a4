"""JSON responses."""

from __future__ import annotations

import orjson

from services.edge_gateway.json_response import json_response


def test_an_object_is_written_with_its_type_status_and_headers() -> None:
    response = json_response({"a": (1, "ü")}, 201, {"X-A": "b"})

    assert response.status_code == 201
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-a"] == "b"
    assert bytes(response.body) == '{"a":[1,"ü"]}'.encode()


def test_what_is_json_already_is_taken_as_it_is() -> None:
    assert bytes(json_response({"a": orjson.Fragment(b'{"b":1}')}).body) == b'{"a":{"b":1}}'
