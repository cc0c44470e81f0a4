"""The manifests port: the real one and its fake behave alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from libs.common.errors import DependencyUnavailable, NotFound
from libs.common.manifest_watch import Bundle, ManifestWatch
from libs.common.pb.config.v1 import config_pb2
from services.edge_gateway.manifests import Manifests
from tests.edge_gateway.harness import bundle
from tests.fakes.edge_ports import FakeManifests
from tests.fakes.fake_clock import FakeClock


class _Unsigned:
    def metadata(self) -> tuple[tuple[str, str], ...]:
        return ()


class _Config:
    """Config's stub: sends some bundles and stays connected."""

    def __init__(self, *bundles: Bundle) -> None:
        self._bundles = bundles

    async def WatchManifest(self, *_: Any, **__: Any) -> AsyncIterator[config_pb2.WatchManifestResponse]:  # noqa: N802
        for sent in self._bundles:
            message = config_pb2.ManifestBundle(
                tenant_id=sent.tenant.tenant_id,
                environment=sent.environment,
                manifest_id=sent.manifest_id,
                manifest_json=sent.manifest.to_json(),
                environment_revision=sent.environment_revision,
                tenant_json=sent.tenant.to_json(),
            )
            yield config_pb2.WatchManifestResponse(bundle=message)
        yield config_pb2.WatchManifestResponse(synced=True)
        await asyncio.Event().wait()


@pytest.fixture(params=["fake", "watch"])
async def manifests(request: pytest.FixtureRequest) -> AsyncIterator[Manifests]:
    if request.param == "fake":
        yield FakeManifests(bundle(), bundle("globex"))
        return
    watch = ManifestWatch(_Config(bundle(), bundle("globex")), _Unsigned(), FakeClock())  # type: ignore[arg-type]
    following = asyncio.create_task(watch.run())
    await asyncio.wait_for(watch.wait_ready(), 5)
    yield watch
    following.cancel()


async def test_a_tenants_manifest_is_at_hand(manifests: Manifests) -> None:
    assert manifests.ready
    assert manifests.staleness() == 0.0
    assert manifests.bundle("acme") == bundle()


async def test_an_unknown_tenant_is_not_found(manifests: Manifests) -> None:
    with pytest.raises(NotFound):
        manifests.bundle("initech")


async def test_all_tenants_are_listed(manifests: Manifests) -> None:
    assert {one.tenant.tenant_id for one in manifests.bundles()} == {"acme", "globex"}


@pytest.mark.parametrize("kind", ["fake", "watch"])
async def test_before_the_first_word_from_config_nothing_is_known(kind: str) -> None:
    manifests: Manifests
    if kind == "fake":
        fake = FakeManifests()
        fake.ready = False
        manifests = fake
    else:
        manifests = ManifestWatch(_Config(), _Unsigned(), FakeClock())  # type: ignore[arg-type]

    assert not manifests.ready
    with pytest.raises(DependencyUnavailable):
        manifests.bundle("acme")
