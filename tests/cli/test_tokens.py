"""Tokens that the command signs hold where they are meant to hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.dev_keys import prepare_dev_keys
from cli.output import CommandFailed
from cli.settings import Settings
from cli.tokens import HOST_ISSUER, HOST_KID, host_token, service_token
from libs.common.clock import SystemClock
from libs.common.errors import Unauthenticated
from libs.common.keys import load_signing_key
from libs.common.service_tokens import ServiceTokenVerifier
from libs.common.strict_jwt import Expected, VerifyKey, verify


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    prepare_dev_keys(tmp_path / "keys")
    return Settings(data=tmp_path)


def test_a_host_token_holds_as_a_customers_would(settings: Settings) -> None:
    token = host_token(settings, tenant="demo", subject="ana", plan="gold", access=["hr"])

    public = load_signing_key(settings.keys_folder / "demo-host.key.pem").public
    key = VerifyKey(HOST_KID, "EdDSA", public)
    expected = Expected("causeway", HOST_ISSUER, ("sub", "tenant_id", "jti"), max_lifetime=900)
    claims = verify(token, lambda kid: key if kid == HOST_KID else None, expected, SystemClock().now())
    assert (claims["sub"], claims["tenant_id"], claims["plan_tier"]) == ("ana", "demo", "gold")
    assert claims["access"] == ["hr"]


def test_a_service_token_is_bound_to_its_tenant_and_target(settings: Settings) -> None:
    token = service_token(settings, tenant="demo", service="retrieval", roles=["search"])

    trust = settings.keys_folder / "trust.json"
    identity = ServiceTokenVerifier("retrieval", trust, SystemClock()).verify(token)
    assert (identity.tenant, identity.roles) == ("demo", frozenset({"search"}))
    with pytest.raises(Unauthenticated):
        ServiceTokenVerifier("generation", trust, SystemClock()).verify(token)


def test_an_unknown_role_is_named(settings: Settings) -> None:
    with pytest.raises(CommandFailed, match="Unknown role king"):
        service_token(settings, tenant="demo", service="retrieval", roles=["king"])


def test_missing_keys_say_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="causeway up"):
        host_token(Settings(data=tmp_path), tenant="demo", subject="ana")
