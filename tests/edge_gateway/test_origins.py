"""Which pages may use the edge."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from libs.common.errors import Forbidden
from services.edge_gateway.origins import KnownOrigins, is_same_origin, require_known_origin
from tests.edge_gateway.harness import ORIGIN, Edge, bundle


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://edge.test", "edge.test", True),
        ("https://edge.test:8443", "edge.test:8443", True),
        ("http://edge.test:81", "edge.test", False),
        ("http://evil.test", "edge.test", False),
        ("null", "edge.test", False),
        ("edge.test", "edge.test", False),
        ("ftp://edge.test", "edge.test", False),
        ("", "", False),
        ("http://", "", False),
    ],
)
def test_the_edges_own_pages_are_told_by_host_and_port(origin: str, host: str, same: bool) -> None:
    assert is_same_origin(origin, Headers({"host": host})) is same


def test_a_tenants_page_passes_and_others_do_not() -> None:
    tenant = bundle().tenant

    require_known_origin(Headers({"origin": ORIGIN}), tenant)
    require_known_origin(Headers({}), tenant)
    require_known_origin(Headers({"origin": "http://edge.test", "host": "edge.test"}), tenant)
    with pytest.raises(Forbidden, match="add it"):
        require_known_origin(Headers({"origin": "https://evil.example", "host": "edge.test"}), tenant)


def test_the_origins_of_all_tenants_are_known_and_a_change_is_seen_within_a_second(edge: Edge) -> None:
    known = KnownOrigins(edge.manifests, edge.clock)
    assert ORIGIN in known
    assert "https://globex.example" not in known
    edge.manifests.current["globex"] = bundle(
        "globex", tenant={"identity": {"anonymous_origins": ["https://globex.example"]}}
    )

    edge.clock.advance(1)

    assert "https://globex.example" in known
    assert ORIGIN in known
