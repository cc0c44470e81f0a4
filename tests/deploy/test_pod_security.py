"""The judge of pods knows every control of the restricted standard."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.deploy.pod_security import violations

GOOD: dict[str, Any] = {
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    "initContainers": [
        {
            "name": "first",
            "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        }
    ],
    "containers": [
        {
            "name": "main",
            "ports": [{"containerPort": 80}],
            "livenessProbe": {"httpGet": {"path": "/", "port": 80}},
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]},
            },
        }
    ],
    "volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "keys", "secret": {"secretName": "keys"}}],
}

BAD: tuple[tuple[str, Any], ...] = (
    ("hostNetwork", True),
    ("hostPID", True),
    ("hostIPC", True),
    ("containers.0.ports.0.hostPort", 80),
    ("securityContext.windowsOptions", {"hostProcess": True}),
    ("containers.0.livenessProbe.httpGet.host", "10.0.0.1"),
    ("containers.0.lifecycle", {"preStop": {"tcpSocket": {"host": "10.0.0.1", "port": 1}}}),
    ("containers.0.securityContext.privileged", True),
    ("initContainers.0.securityContext.privileged", True),
    ("containers.0.securityContext.procMount", "Unmasked"),
    ("securityContext.sysctls", [{"name": "kernel.msgmax", "value": "1"}]),
    ("securityContext.appArmorProfile", {"type": "Unconfined"}),
    ("securityContext.seLinuxOptions", {"type": "spc_t"}),
    ("securityContext.seLinuxOptions", {"user": "u"}),
    ("volumes.0", {"name": "host", "hostPath": {"path": "/"}}),
    ("volumes.0", {"name": "nfs", "nfs": {"server": "s", "path": "/"}}),
    ("securityContext.seccompProfile", {"type": "Unconfined"}),
    ("securityContext", {"runAsNonRoot": True}),
    ("containers.0.securityContext.seccompProfile", {"type": "Unconfined"}),
    ("securityContext.runAsUser", 0),
    ("containers.0.securityContext.runAsUser", 0),
    ("containers.0.securityContext.runAsNonRoot", False),
    ("securityContext.runAsNonRoot", None),
    ("containers.0.securityContext.allowPrivilegeEscalation", True),
    ("containers.0.securityContext", {"capabilities": {"drop": ["ALL"]}}),
    ("initContainers.0.securityContext.capabilities", {"drop": ["NET_RAW"]}),
    ("containers.0.securityContext.capabilities.add", ["SYS_TIME"]),
    ("ephemeralContainers", [{"name": "debug"}]),
)


def test_a_restricted_pod_is_accepted() -> None:
    assert violations(GOOD) == []


@pytest.mark.parametrize(("path", "value"), BAD)
def test_a_pod_that_asks_for_more_is_refused(path: str, value: Any) -> None:
    spec = copy.deepcopy(GOOD)
    *parents, last = path.split(".")
    holder: Any = spec
    for part in parents:
        holder = holder[int(part) if isinstance(holder, list) else part]
    holder[int(last) if isinstance(holder, list) else last] = value

    assert violations(spec) != []


def test_a_pod_without_a_profile_of_its_own_needs_one_in_each_container() -> None:
    spec = copy.deepcopy(GOOD)
    spec["securityContext"] = {}
    for container in (*spec["initContainers"], *spec["containers"]):
        container["securityContext"] |= {"runAsNonRoot": True, "seccompProfile": {"type": "Localhost"}}

    assert violations(spec) == []


def test_apparmor_may_not_be_turned_off_by_an_annotation() -> None:
    key = "container.apparmor.security.beta.kubernetes.io/main"

    assert violations(GOOD, {key: "runtime/default"}) == []
    assert violations(GOOD, {key: "unconfined"}) != []


def test_windows_has_neither_capabilities_nor_seccomp() -> None:
    spec = {
        "os": {"name": "windows"},
        "securityContext": {"runAsNonRoot": True},
        "containers": [{"name": "main"}],
    }

    assert violations(spec) == []
