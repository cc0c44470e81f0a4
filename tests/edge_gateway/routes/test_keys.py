"""`GET /.well-known/jwks.json`."""

from __future__ import annotations

import jwt

from services.edge_gateway.session_tokens import AUDIENCE
from tests.edge_gateway.harness import Edge


async def test_anybody_can_verify_session_tokens_with_it(edge: Edge) -> None:
    async with edge.client() as client:
        response = await client.get("/.well-known/jwks.json")
    token = edge.token()

    keys = jwt.PyJWKSet.from_dict(response.json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(
        token, key.key, algorithms=["EdDSA"], audience=AUDIENCE, options={"verify_exp": False}
    )
    assert claims["sub"] == "ana"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cache-control"] == "public, max-age=300"


async def test_no_private_part_is_in_it(edge: Edge) -> None:
    async with edge.client() as client:
        response = await client.get("/.well-known/jwks.json")

    assert all("d" not in key for key in response.json()["keys"])
