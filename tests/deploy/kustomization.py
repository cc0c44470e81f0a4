"""Renders a kustomization without kustomize, for the few features that deploy/k8s keeps to.

Known: resources, namespace, images (newTag), configMapGenerator (literals, behavior merge), and patches (JSON
patches with a target, and `$patch: delete`). Anything else is an error, so that nothing is silently left out.
Where kubectl is at hand, a test compares the outcome with kustomize's own.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

Resource = dict[str, Any]

# The same language, read by libyaml where PyYAML was built with it: ten times as fast.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_KNOWN = {"apiVersion", "kind", "namespace", "resources", "images", "configMapGenerator", "patches"}


class UnknownFeature(ValueError):
    """The kustomization uses what this reader does not know."""


def render(folder: Path) -> list[Resource]:
    """Returns the resources of a kustomization as `kubectl apply -k` would send them, in no special order."""
    resources, generated = _collect(folder)
    return _with_hashes(resources, generated)


def _collect(folder: Path) -> tuple[list[Resource], list[Resource]]:
    """Returns plain resources and generated ConfigMaps, whose names have no hash yet."""
    spec = yaml.load((folder / "kustomization.yaml").read_text("utf-8"), _Loader)
    if unknown := spec.keys() - _KNOWN:
        raise UnknownFeature(f"{folder}: {', '.join(sorted(unknown))}")
    resources: list[Resource] = []
    generated: list[Resource] = []
    for name in spec.get("resources", []):
        path = folder / name
        if path.is_dir():
            below = _collect(path)
            resources += below[0]
            generated += below[1]
        else:
            resources += [
                document for document in yaml.load_all(path.read_text("utf-8"), _Loader) if document
            ]
    for generator in spec.get("configMapGenerator", []):
        _generate(generated, generator)
    for patch in spec.get("patches", []):
        resources = _patched(resources, patch)
    for image in spec.get("images", []):
        _set_tag(resources, image)
    if namespace := spec.get("namespace"):
        for resource in (*resources, *generated):
            if resource["kind"] == "Namespace":
                resource["metadata"]["name"] = namespace
            else:
                resource["metadata"]["namespace"] = namespace
    return resources, generated


def _generate(generated: list[Resource], generator: dict[str, Any]) -> None:
    if unknown := generator.keys() - {"name", "literals", "behavior"}:
        raise UnknownFeature(f"configMapGenerator: {', '.join(sorted(unknown))}")
    name, behavior = generator["name"], generator.get("behavior", "create")
    data = dict(literal.split("=", 1) for literal in generator["literals"])
    known = [one for one in generated if one["metadata"]["name"] == name]
    if behavior == "merge" and known:
        known[0]["data"].update(data)
    elif behavior == "create" and not known:
        generated.append(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data},
        )
    else:
        raise UnknownFeature(f"configMapGenerator {name}: {behavior}, but there is {len(known)} of that name")


def _patched(resources: list[Resource], patch: dict[str, Any]) -> list[Resource]:
    if unknown := patch.keys() - {"patch", "target"}:
        raise UnknownFeature(f"patches: {', '.join(sorted(unknown))}")
    content = yaml.safe_load(patch["patch"])
    if isinstance(content, dict):
        if content.get("$patch") != "delete":
            raise UnknownFeature("patches: a merge patch that does not delete")
        kept = [one for one in resources if not _is(one, content["kind"], content["metadata"]["name"])]
        if len(kept) != len(resources) - 1:
            raise UnknownFeature(
                f"patches: nothing to delete: {content['kind']} {content['metadata']['name']}"
            )
        return kept
    target = patch["target"]
    if unknown := target.keys() - {"kind", "name"}:
        raise UnknownFeature(f"patch targets: {', '.join(sorted(unknown))}")
    for resource in resources:
        if _is(resource, target["kind"], target.get("name", resource["metadata"]["name"])):
            for operation in content:
                _apply(resource, operation)
    return resources


def _is(resource: Resource, kind: str, name: str) -> bool:
    return bool(resource["kind"] == kind and resource["metadata"]["name"] == name)


def _apply(resource: Resource, operation: dict[str, Any]) -> None:
    """Applies one operation of a JSON patch (RFC 6902)."""
    *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]]
    holder: Any = resource
    for part in parents:
        holder = holder[int(part) if isinstance(holder, list) else part]
    value = copy.deepcopy(operation.get("value"))
    match operation["op"], holder:
        case "add", list():
            holder.insert(len(holder) if last == "-" else int(last), value)
        case "add", dict():
            holder[last] = value
        case "replace" | "remove" as op, list() | dict():
            key: Any = int(last) if isinstance(holder, list) else last
            del holder[key]  # and so it has to be there
            if op == "replace" and isinstance(holder, list):
                holder.insert(key, value)
            elif op == "replace":
                holder[key] = value
        case other:
            raise UnknownFeature(f"patches: {other[0]} at {operation['path']}")


def _set_tag(resources: list[Resource], image: dict[str, str]) -> None:
    if unknown := image.keys() - {"name", "newName", "newTag"}:
        raise UnknownFeature(f"images: {', '.join(sorted(unknown))}")
    for spec in pod_specs(resources):
        for container in spec.get("initContainers", []) + spec["containers"]:
            name, _, tag = container["image"].partition(":")
            if name == image["name"]:
                container["image"] = f"{image.get('newName', name)}:{image.get('newTag', tag)}"


def pod_specs(resources: list[Resource]) -> Iterator[dict[str, Any]]:
    """The pod specifications among the resources."""
    for resource in resources:
        if "template" in resource.get("spec", {}):
            yield resource["spec"]["template"]["spec"]


def _with_hashes(resources: list[Resource], generated: list[Resource]) -> list[Resource]:
    names = {one["metadata"]["name"]: f"{one['metadata']['name']}-{content_hash(one)}" for one in generated}
    for one in generated:
        one["metadata"]["name"] = names[one["metadata"]["name"]]
    for spec in pod_specs(resources):
        for container in spec.get("initContainers", []) + spec["containers"]:
            for source in container.get("envFrom", []):
                reference = source.get("configMapRef", {})
                if reference.get("name") in names:
                    reference["name"] = names[reference["name"]]
    return resources + generated


def content_hash(config_map: Resource) -> str:
    """The suffix that kustomize gives a generated ConfigMap (kustomize, api/hasher)."""
    # kustomize means to hash the name as well, but looks for it where there is none.
    content = {"data": config_map["data"], "kind": "ConfigMap", "name": ""}
    encoded = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    # Go writes these three so, in case somebody puts JSON into a web page.
    for character in "<>&":
        encoded = encoded.replace(character, f"\\u{ord(character):04x}")
    digest = hashlib.sha256(encoded.encode()).hexdigest()[:10]
    return re.sub(
        r"[013ae]", lambda match: {"0": "g", "1": "h", "3": "k", "a": "m", "e": "t"}[match[0]], digest
    )
