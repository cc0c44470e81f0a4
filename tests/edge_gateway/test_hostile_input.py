"""Whatever comes in, at every route: a typed 4xx, never a 5xx, and nothing of another's."""

from __future__ import annotations

import base64
import json
import tempfile
from pathlib import Path
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from libs.common.keys import create_signing_key
from services.edge_gateway.session_keys import SessionKeys
from services.edge_gateway.session_tokens import SessionTokens
from tests.edge_gateway.harness import AsgiCall, Edge, answer, bundle

UUID = "7f000000-0000-4000-8000-000000000001"
OWN = "q_" + "A" * 32

WITH_SESSION = [
    ("GET", "/v1/config"),
    ("POST", "/v1/chat"),
    ("GET", f"/v1/chat/{OWN}/events"),
    ("DELETE", f"/v1/chat/{OWN}"),
    ("GET", f"/v1/passages/{UUID}"),
    ("POST", "/v1/feedback"),
    ("POST", "/v1/search/explain"),
]
WITH_BODY = ["/v1/sessions", "/v1/chat", "/v1/feedback", "/v1/search/explain", "/demo/token"]

BAD_JSON = [
    b"{",
    b"nonsense",
    b"[]",
    b"null",
    b'"x"',
    b'{"question": NaN}',
    b'{"question": "\xff\xfe"}',
    b'{"question": "\\ud800"}',
    b'{"question": "a", "question": "b"}',
    b'{"question": ' + b"[" * 20_000 + b"}",
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b"\x00" * 100,
    b"\xef\xbb\xbf{}",
]
WRONG_TYPES: list[dict[str, Any]] = [
    {"question": None, "vote": None, "tenant": 1, "visitor": 1},
    {"question": 7, "vote": 7, "tenant": [], "visitor": []},
    {"question": ["a"], "vote": ["up"], "tenant": {}, "visitor": {}},
    {"question": {"a": 1}, "vote": {"a": 1}, "tenant": True, "visitor": True},
    {"question": "a\x00b", "vote": "up\x00", "tenant": "acme\x00", "visitor": "a\x00bcdefgh"},
    {"question": "a", "conversation_id": 7, "vote": "up", "query_id": 7, "page": "x", "visitor": ""},
    {"question": "a", "page": {"url": 7}, "privacy": [], "feedback_id": "f", "vote": "up", "visitor": "x"},
    {"question": "a", "locale": 7, "resume": 7, "visitor": "a b"},
]


@pytest.fixture
def hostile(edge: Edge) -> Edge:
    edge.development = True
    edge.answers.script = [tuple(answer())]
    edge.manifests.current["demo"] = bundle("demo")
    return edge


def check(response: Any, *statuses: int) -> None:
    """The response is a typed refusal."""
    assert 400 <= response.status_code < 500, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == response.status_code
    assert document["kind"]
    if statuses:
        assert response.status_code in statuses


def bad_tokens(edge: Edge) -> dict[str, str]:
    """Tokens that must not be believed."""
    good = edge.token()
    head, claims, mark = good.split(".")
    stranger = create_signing_key(edge.folder / "stranger.key.pem")
    decoded = jwt.decode(good, options={"verify_signature": False})
    key = edge.session_keys.signing

    def encode(part: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()

    return {
        "nonsense": "nonsense",
        "dots": "..",
        "cut": good[:-10],
        "longer": good + "AA",
        "without a signature": f"{head}.{claims}.",
        "none": f"{encode({'alg': 'none', 'kid': key.kid})}.{claims}.",
        "none with a signature": f"{encode({'alg': 'none', 'kid': key.kid})}.{claims}.{mark}",
        "other claims": f"{head}.{encode(decoded | {'sub': 'bob'})}.{mark}",
        "another tenant": f"{head}.{encode(decoded | {'tenant_id': 'demo'})}.{mark}",
        "shared secret": jwt.encode(
            decoded, key.public.public_bytes_raw(), algorithm="HS256", headers={"kid": key.kid}
        ),
        "a stranger's": SessionTokens(SessionKeys(stranger), edge.clock).sign(edge.session()),
        "expired": edge.token(expires_at=int(edge.clock.now()) - 61),
        "not yet": edge.token(issued_at=int(edge.clock.now()) + 61),
        "a host token": edge.host_token(),
        "huge": "A" * 20_000,
        "of a tenant that left": edge.token(tenant="gone"),
        "padded": good + "=",
        "with a space": good[:20] + " " + good[20:],
    }


@pytest.mark.parametrize(("method", "path"), WITH_SESSION)
async def test_no_bad_token_opens_any_route(hostile: Edge, method: str, path: str) -> None:
    body = {"question": "a"} if method == "POST" else None
    async with hostile.client() as client:
        check(await client.request(method, path, json=body), 401)
        for name, token in bad_tokens(hostile).items():
            response = await client.request(
                method, path, headers={"Authorization": f"Bearer {token}"}, json=body
            )
            assert response.status_code == 401, name
            check(response, 401)
            assert response.headers["www-authenticate"] == "Bearer"
    assert hostile.answers.asked == []
    assert hostile.passages.asked == []


async def test_no_bad_token_opens_a_session(hostile: Edge) -> None:
    async with hostile.client() as client:
        for name, token in bad_tokens(hostile).items():
            if name == "a host token":
                continue
            response = await client.post(
                "/v1/sessions", json={}, headers={"Authorization": f"Bearer {token}"}
            )
            assert response.status_code == 401, name


@pytest.mark.parametrize("path", WITH_BODY)
async def test_no_bad_json_gets_through(hostile: Edge, path: str) -> None:
    headers = {**hostile.bearer(), "Content-Type": "application/json"}
    async with hostile.client() as client:
        for raw in BAD_JSON:
            check(await client.post(path, content=raw, headers=headers), 400)


@pytest.mark.parametrize("path", WITH_BODY)
async def test_no_wrong_type_gets_through(hostile: Edge, path: str) -> None:
    async with hostile.client() as client:
        for body in WRONG_TYPES:
            response = await client.post(path, json=body, headers=hostile.bearer())
            if response.status_code in {200, 201}:  # the wrong field is not one of this route
                assert path in {"/v1/chat", "/v1/sessions", "/demo/token"}
            else:
                check(response, 422)


@pytest.mark.parametrize("path", WITH_BODY)
async def test_no_large_body_gets_through(hostile: Edge, path: str) -> None:
    headers = {**hostile.bearer(), "Content-Type": "application/json"}
    raw = b'{"question": "' + b"a" * (1024 * 1024) + b'"}'
    async with hostile.client() as client:
        check(await client.post(path, content=raw, headers=headers), 413)
    call = AsgiCall(hostile.app, "POST", path, headers, raw).start()  # without a declared length
    assert (await call.next())["status"] == 413


@pytest.mark.parametrize("path", ["/v1/chat", "/v1/feedback"])
async def test_no_other_type_gets_through(hostile: Edge, path: str) -> None:
    async with hostile.client() as client:
        for kind in ("", "text/plain", "multipart/form-data; boundary=x", "application/xml"):
            headers = {**hostile.bearer(), "Content-Type": kind}
            check(await client.post(path, content=b"{}", headers=headers), 415)


@pytest.mark.parametrize("body", [{}, {"question": ""}, {"question": " \n"}, {"question": "x" * 5000}])
async def test_a_question_that_is_none_is_named(hostile: Edge, body: dict[str, str]) -> None:
    async with hostile.client() as client:
        response = await client.post("/v1/chat", json=body, headers=hostile.bearer())

    check(response, 422)
    assert response.json()["field"] == "question"


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "\x7f"])
async def test_a_malformed_idempotency_key_is_named(hostile: Edge, key: str) -> None:
    headers = {**hostile.bearer(), "Idempotency-Key": key}
    async with hostile.client() as client:
        response = await client.post("/v1/chat", json={"question": "a"}, headers=headers)

    check(response, 400)
    assert response.json()["field"] == "Idempotency-Key"


async def test_ids_of_others_look_like_ids_of_nobody(hostile: Edge) -> None:
    theirs = hostile.ids.new_query(("acme", "bob"))
    conversation = hostile.ids.new_conversation(("acme", "bob"))
    async with hostile.client() as client:
        for query_id in (theirs, OWN, "q", "q_", "%00", "%2e%2e", "x" * 3000):
            follow = await client.get(f"/v1/chat/{query_id}/events", headers=hostile.bearer())
            stop = await client.delete(f"/v1/chat/{query_id}", headers=hostile.bearer())
            body = {"feedback_id": "f", "query_id": query_id, "vote": "up"}
            vote = await client.post("/v1/feedback", json=body, headers=hostile.bearer())
            for response in (follow, stop, vote):
                check(response, 404)
        for conversation_id in (conversation, "c_", "x"):
            asked = {"question": "a", "conversation_id": conversation_id}
            check(await client.post("/v1/chat", json=asked, headers=hostile.bearer()), 404)


@pytest.mark.parametrize("last", ["nonsense", "q_1.1", f"{OWN}.1", "1", "\u00fc", ".", "-1"])
async def test_a_last_event_of_another_answer_is_refused(hostile: Edge, last: str) -> None:
    query_id = hostile.ids.new_query(("acme", "ana"))
    headers = {**hostile.bearer(), "Last-Event-ID": last}
    async with hostile.client() as client:
        response = await client.get(
            f"/v1/chat/{query_id}/events", headers=[(k.encode(), v.encode()) for k, v in headers.items()]
        )

    check(response, 400)
    assert response.json()["field"] == "Last-Event-ID"


async def test_strange_headers_do_not_upset_it(hostile: Edge) -> None:
    async with hostile.client() as client:
        for name in ("Authorization", "Origin", "Host", "If-None-Match", "Last-Event-ID", "Accept-Encoding"):
            for value in (b"\xff\xfe", b"x" * 10_000, b",", b'"', b";=", b"\xc3\xbc"):
                for path in ("/v1/config", "/widget/loader.js", "/readyz", "/"):
                    response = await client.get(path, headers=[(name.encode(), value)])
                    assert response.status_code < 500


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)
_NAMES = st.sampled_from(
    (
        *("question", "conversation_id", "page", "locale", "tenant", "resume", "privacy", "visitor"),
        *("feedback_id", "query_id", "vote", "rating", "labels", "comment"),
    )
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(WITH_BODY), st.dictionaries(_NAMES, _JSON, max_size=6))
async def test_any_json_object_is_served_or_refused(path: str, body: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        edge = Edge(Path(folder))
        edge.development = True
        edge.answers.script = [tuple(answer())]
        try:
            raw = json.dumps(body).encode()
        except (UnicodeEncodeError, ValueError):
            return
        headers = {**edge.bearer(), "Content-Type": "application/json"}
        async with edge.client() as client:
            response = await client.post(path, content=raw, headers=headers)
    assert response.status_code < 500
