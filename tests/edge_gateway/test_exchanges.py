"""What the count of exchanges is good for."""

from __future__ import annotations

from libs.common.strict_jwt import Expected
from services.edge_gateway.exchanges import TOKEN_SECONDS
from services.edge_gateway.host_tokens import MAX_LIFETIME


def test_a_token_is_remembered_for_as_long_as_it_can_be_exchanged() -> None:
    leeway = Expected(audience="", issuer=None, required=()).leeway
    assert leeway + MAX_LIFETIME + leeway <= TOKEN_SECONDS
