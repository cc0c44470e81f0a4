"""The stand-in for a customer's backend."""

from __future__ import annotations

import jwt

from libs.common.keys import create_signing_key
from services.edge_gateway.demo_host import DemoHost
from tests.edge_gateway.harness import Edge, bundle


async def test_its_tokens_are_those_of_any_host(edge: Edge) -> None:
    host = DemoHost(edge.host_key, edge.clock, edge.new_id)
    keys = [{"kid": "demo-host-1", "algorithm": "EdDSA", "key": {"file": "host-ed.pub.pem"}}]
    edge.manifests.current["demo"] = bundle(
        "demo", tenant={"identity": {"issuer": "causeway-demo-host", "keys": keys}}
    )

    token, visitor = host.sign(None)

    identity = await edge.host_tokens.exchange(token)
    assert identity.tenant.tenant_id == "demo"
    assert identity.subject == f"demo-{visitor}"


def test_visitors_are_random_and_a_browser_may_keep_its_own(edge: Edge) -> None:
    host = DemoHost(create_signing_key(edge.folder / "demo.pem"), edge.clock, edge.new_id)

    assert host.sign(None)[1] != host.sign(None)[1]
    token, visitor = host.sign("browser-1")
    assert visitor == "browser-1"
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["sub"] == "demo-browser-1"
    assert claims["exp"] - claims["iat"] == 600
