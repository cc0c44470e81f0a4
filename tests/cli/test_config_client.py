"""What the command asks of config over a real connection, wherever that listens."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cli.config_client import served_bundle
from cli.settings import Settings
from libs.common.errors import DependencyUnavailable, NotFound
from tests.fakes.fake_config import FakeConfig, message


async def test_it_is_told_what_a_tenant_is_served(configured: Settings, config: FakeConfig) -> None:
    config.served[""] = message("acme", colour="red")

    bundle = await served_bundle(configured, "acme")

    assert bundle == message("acme", colour="red")


async def test_an_unknown_tenant_is_an_error_in_configs_words(configured: Settings) -> None:
    with pytest.raises(NotFound, match="no such manifest"):
        await served_bundle(configured, "nobody")


async def test_a_config_that_is_not_there_is_named(configured: Settings) -> None:
    with pytest.raises(DependencyUnavailable, match="config"):
        await served_bundle(replace(configured, config_address="127.0.0.1:1"), "demo")
