"""What is checked is what kustomize would apply."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.deploy.conftest import ROOT
from tests.deploy.containers import KUBERNETES
from tests.deploy.kustomization import Resource, UnknownFeature, content_hash, render

NEEDED_KUSTOMIZE = 5
POD = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - name: web
          image: example/web
          envFrom: [{configMapRef: {name: settings}}]
"""


def test_every_kustomization_renders_as_kustomize_renders_it() -> None:
    kubectl = _kubectl()
    for name in KUBERNETES:
        folder = ROOT / "deploy/k8s" / name
        done = subprocess.run([kubectl, "kustomize", str(folder)], capture_output=True, text=True, check=True)

        assert _by_name(render(folder)) == _by_name(list(yaml.safe_load_all(done.stdout)))


def test_a_changed_setting_changes_the_name_that_pods_refer_to(tmp_path: Path) -> None:
    names = set()
    for value in ("1", "2"):
        folder = _write(tmp_path / value, f"configMapGenerator: [{{name: settings, literals: [A={value}]}}]")
        pod, config_map = render(folder)
        reference = pod["spec"]["template"]["spec"]["containers"][0]["envFrom"][0]["configMapRef"]["name"]
        assert reference == config_map["metadata"]["name"]
        names.add(reference)

    assert len(names) == 2


def test_the_hash_is_that_of_kustomize() -> None:
    config_map = {"metadata": {"name": "config"}, "data": {"CAUSEWAY_CONFIG_PORT": "50053"}}

    assert content_hash(config_map) == "66h6kbh5td"


def test_an_overlay_changes_what_its_base_declares(tmp_path: Path) -> None:
    _write(tmp_path / "base", "configMapGenerator: [{name: settings, literals: [A=1, B=2]}]")
    overlay = """namespace: elsewhere
resources: [../base]
images: [{name: example/web, newName: mirror/web, newTag: "7"}]
configMapGenerator: [{name: settings, behavior: merge, literals: [B=3]}]
patches:
  - target: {kind: Deployment}
    patch: |-
      - {op: add, path: /spec/replicas, value: 2}
      - {op: add, path: /spec/template/spec/containers/0/args, value: [a]}
      - {op: add, path: /spec/template/spec/containers/0/args/-, value: b}
      - {op: replace, path: /spec/template/spec/containers/0/args/0, value: c}
      - {op: remove, path: /spec/template/spec/containers/0/name}
"""
    (tmp_path / "overlay").mkdir()
    (tmp_path / "overlay/kustomization.yaml").write_text(overlay, "utf-8")

    pod, config_map = render(tmp_path / "overlay")

    container = pod["spec"]["template"]["spec"]["containers"][0]
    assert config_map["data"] == {"A": "1", "B": "3"}
    assert pod["metadata"] == {"name": "web", "namespace": "elsewhere"}
    assert (container["image"], container["args"]) == ("mirror/web:7", ["c", "b"])
    assert pod["spec"]["replicas"] == 2
    assert "name" not in container


def test_a_deleted_resource_is_gone(tmp_path: Path) -> None:
    patch = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, $patch: delete}"

    assert render(_write(tmp_path / "x", f"patches: [{{patch: '{patch}'}}]")) == []


@pytest.mark.parametrize(
    "feature",
    [
        "helmCharts: []",
        "images: [{name: example/web, digest: x}]",
        "configMapGenerator: [{name: settings, files: [x]}]",
        "configMapGenerator: [{name: settings, behavior: merge, literals: [A=1]}]",
        "patches: [{path: x.yaml}]",
        "patches: [{patch: '{kind: Deployment, metadata: {name: web}, spec: {}}'}]",
        "patches: [{patch: '{kind: Deployment, metadata: {name: other}, $patch: delete}'}]",
        "patches: [{target: {labelSelector: a=b}, patch: '[]'}]",
        "patches: [{target: {kind: Deployment}, patch: '[{op: move, from: /a, path: /spec}]'}]",
    ],
)
def test_a_feature_that_is_not_known_is_refused(feature: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownFeature):
        render(_write(tmp_path / "x", feature))


def _write(folder: Path, spec: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "web.yaml").write_text(POD, "utf-8")
    (folder / "kustomization.yaml").write_text(f"resources: [web.yaml]\n{spec}\n", "utf-8")
    return folder


def _by_name(resources: list[Resource]) -> dict[tuple[str, str], Resource]:
    return {(one["kind"], one["metadata"]["name"]): one for one in resources}


def _kubectl() -> str:
    found = shutil.which("kubectl")
    if found is None:
        pytest.skip("kubectl is not installed here; the reader's own tests still ran")
    done = subprocess.run(
        [found, "version", "--client", "--output=json"], capture_output=True, text=True, check=False
    )
    version = json.loads(done.stdout or "{}").get("kustomizeVersion", "v0")
    if int(version.removeprefix("v").partition(".")[0]) < NEEDED_KUSTOMIZE:
        pytest.skip(f"kubectl has kustomize {version} here; {NEEDED_KUSTOMIZE} or newer is needed")
    return found
