"""Every resource that would be applied is valid for the API server, and a wrong one is found."""

from __future__ import annotations

import kubernetes_validate
import pytest

from tests.deploy.conftest import ROOT, Plant
from tests.deploy.containers import KUBERNETES
from tests.deploy.kustomization import Resource, render

VERSIONS = ("1.30", "1.37")
"""The oldest version that guides promise (probes by gRPC, sleeping before the stop), and the newest known."""


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", KUBERNETES)
def test_every_resource_is_valid(name: str, version: str) -> None:
    resources = render(ROOT / "deploy/k8s" / name)

    assert len(resources) > 30
    for resource in resources:
        kubernetes_validate.validate(resource, version, strict=True)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("k8s/base/retrieval.yaml", "replicas: 1", 'replicas: "1"'),
        ("k8s/base/edge.yaml", "terminationGracePeriodSeconds", "terminationGraceSeconds"),
        ("k8s/base/edge.yaml", "maxUnavailable: 1\n  unhealthy", "maxUnavailable: {}\n  unhealthy"),
        ("k8s/base/network.yaml", "port: 8080", "port: [8080]"),
    ],
)
def test_an_invalid_resource_is_found(file: str, old: str, new: str, plant: Plant) -> None:
    resources = render(plant(file, old, new) / "deploy/k8s/base")

    with pytest.raises(kubernetes_validate.ValidationError):
        _validate(resources)


def _validate(resources: list[Resource]) -> None:
    for resource in resources:
        kubernetes_validate.validate(resource, VERSIONS[0], strict=True)
