"""Config learns of each revision that is served, and of all of them again after it was away."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from services.retrieval.revision_report import AGAIN_SECONDS, RETRY_SECONDS, RevisionReport
from services.retrieval.served_versions import ServedVersions
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.example_versions import SomeBundles
from tests.retrieval.test_served_versions import FakeVersion


class FakeStub:
    """Notes what is reported, or is away."""

    def __init__(self) -> None:
        self.told: list[dict[str, tuple[str, int]]] = []
        self.away = False

    async def ReportRevision(self, request: Any, **_: object) -> None:  # noqa: N802
        if self.away:
            empty = grpc.aio.Metadata()
            raise grpc.aio.AioRpcError(grpc.StatusCode.UNAVAILABLE, empty, empty)
        self.told.append({r.tenant_id: (r.index_version, r.content_revision) for r in request.revisions})


class Unsigned:
    def metadata(self) -> tuple[()]:
        return ()


class Setup:
    def __init__(self) -> None:
        self.main = FakeVersion("main")
        self.clock, self.stub = FakeClock(), FakeStub()
        self.bundles = SomeBundles(acme="main", globex="main")
        versions = ServedVersions(lambda name: self.main, "main", self.bundles)
        stub: Any = self.stub
        signer: Any = Unsigned()
        self.report = RevisionReport(stub, signer, versions, self.bundles, self.clock)


@pytest.fixture
def setup() -> Setup:
    return Setup()


async def test_nothing_is_reported_before_anything_is_served(setup: Setup) -> None:
    await setup.report.report()
    assert setup.stub.told == []


async def test_only_changes_are_reported_and_everything_again_after_a_while(setup: Setup) -> None:
    setup.main.revision = 3
    await setup.report.report()
    await setup.report.report()
    assert setup.stub.told == [{"acme": ("main", 3), "globex": ("main", 3)}]
    setup.bundles.versions["initech"] = "main"
    await setup.report.report()
    assert setup.stub.told[1:] == [{"initech": ("main", 3)}]
    setup.clock.advance(AGAIN_SECONDS)
    await setup.report.report()
    assert len(setup.stub.told[2]) == 3


async def test_what_could_not_be_reported_is_reported_later(setup: Setup) -> None:
    setup.main.revision, setup.stub.away = 3, True
    await setup.report.report()
    setup.stub.away = False
    await setup.report.report()
    assert setup.stub.told == [], "not at once: config may be on its knees"
    setup.clock.advance(RETRY_SECONDS)
    await setup.report.report()
    assert setup.stub.told == [{"acme": ("main", 3), "globex": ("main", 3)}]


async def test_many_tenants_are_reported_in_several_calls(setup: Setup) -> None:
    setup.main.revision = 1
    setup.bundles.versions = {f"t{n}": "main" for n in range(1001)}
    await setup.report.report()
    assert sorted(map(len, setup.stub.told)) == [1, 1000]
