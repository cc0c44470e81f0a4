"""What deploy/k8s/README.md says about Secrets is what the pods mount."""

from __future__ import annotations

import re

from cli.dev_keys import ROLES
from tests.deploy.conftest import ROOT
from tests.deploy.containers import kubernetes_containers
from tests.deploy.dockerfile import read_dockerfile
from tests.deploy.kustomization import pod_specs, render

README = (ROOT / "deploy/k8s/README.md").read_text("utf-8")
BASE = ROOT / "deploy/k8s/base"


def test_the_listed_key_files_are_those_that_pods_mount() -> None:
    rows = [line for line in README.splitlines() if re.match(r"\| `[\w-]+\.\w+", line)]
    listed = {name for row in rows for name in re.findall(r"`([\w.-]+)`", row.split("|")[1])}
    created = set(re.findall(r"--from-file=([\w.-]+)", README.partition("### `causeway-tenants`")[0]))
    containers = kubernetes_containers("base", render(BASE), read_dockerfile(ROOT))

    assert listed == {key for one in containers for key in one.keys or ()}
    assert created == listed | {"demo-host.key.pem"}


def test_every_secret_that_pods_mount_has_its_section() -> None:
    named = set()
    for spec in pod_specs(render(BASE)):
        named |= {one["secret"]["secretName"] for one in spec["volumes"] if "secret" in one}
        for container in spec["containers"]:
            named |= {one["valueFrom"]["secretKeyRef"]["name"] for one in container.get("env", ())}

    assert set(re.findall(r"^### `([\w-]+)`", README, re.MULTILINE)) == named


def test_every_key_that_may_sign_is_spoken_of() -> None:
    assert {name for name in ROLES if f"`{name}.key.pem`" not in README} == {"config", "insights"}
