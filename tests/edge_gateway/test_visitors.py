"""Which visitor makes a request."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from libs.common.errors import Forbidden, Unauthenticated
from services.edge_gateway.visitors import Visitors, bearer_token
from tests.edge_gateway.harness import ORIGIN, Edge, bundle


def visitors(edge: Edge) -> Visitors:
    return Visitors(edge.tokens, edge.manifests)


def test_a_session_token_names_the_visitor(edge: Edge) -> None:
    session = visitors(edge).of(Headers({"authorization": f"Bearer {edge.token()}"}))

    assert session.owner == ("acme", "ana")


def test_the_scheme_is_written_in_any_case(edge: Edge) -> None:
    assert bearer_token(Headers({"authorization": "bEARER abc"})) == "abc"
    assert bearer_token(Headers({})) is None


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Basic abc", "abc"])
def test_another_authorization_is_refused(value: str) -> None:
    with pytest.raises(Unauthenticated):
        bearer_token(Headers({"authorization": value}))


def test_two_authorizations_are_refused(edge: Edge) -> None:
    header = (b"authorization", f"Bearer {edge.token()}".encode())

    with pytest.raises(Unauthenticated, match="one header"):
        visitors(edge).of(Headers(raw=[header, header]))


def test_no_token_is_refused(edge: Edge) -> None:
    with pytest.raises(Unauthenticated, match="Send the session token"):
        visitors(edge).of(Headers({}))


def test_a_host_token_is_no_session_token(edge: Edge) -> None:
    with pytest.raises(Unauthenticated):
        visitors(edge).of(Headers({"authorization": f"Bearer {edge.host_token()}"}))


def test_a_session_of_a_page_works_on_that_page_only(edge: Edge) -> None:
    edge.manifests.current["acme"] = bundle(
        tenant={"identity": {"anonymous_origins": [ORIGIN, "https://www.acme.example"]}}
    )
    token = f"Bearer {edge.token(origin=ORIGIN)}"

    assert visitors(edge).of(Headers({"authorization": token, "origin": ORIGIN})).origin == ORIGIN
    assert visitors(edge).of(Headers({"authorization": token})).origin == ORIGIN
    with pytest.raises(Forbidden, match="another origin"):
        visitors(edge).of(Headers({"authorization": token, "origin": "https://www.acme.example"}))


def test_a_session_of_no_page_works_on_no_strange_page(edge: Edge) -> None:
    token = f"Bearer {edge.token()}"

    with pytest.raises(Forbidden):
        visitors(edge).of(Headers({"authorization": token, "origin": "https://evil.example"}))


def test_a_session_of_a_tenant_that_left_is_over(edge: Edge) -> None:
    token = f"Bearer {edge.token(tenant='globex')}"

    with pytest.raises(Unauthenticated, match="any more"):
        visitors(edge).of(Headers({"authorization": token}))
