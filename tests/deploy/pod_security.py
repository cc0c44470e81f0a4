"""Judges pods as the `restricted` Pod Security Standard does (kubernetes.io, Pod Security Standards, v1.37)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Spec = dict[str, Any]

VOLUMES = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)
SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_notsent_lowat",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_slow_start_after_idle",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    }
)
SELINUX_TYPES = frozenset(
    {"", "container_engine_t", "container_init_t", "container_kvm_t", "container_t"},
)
CONFINED = frozenset({"RuntimeDefault", "Localhost"})
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"


def violations(spec: Spec, annotations: dict[str, str] | None = None) -> list[str]:
    """Returns what keeps a pod out of a `restricted` namespace; nothing if it may run there.

    Args:
        spec: The pod's specification.
        annotations: Those of the pod's metadata.
    """
    found = [problem for check in _CHECKS for problem in check(spec)]
    for key, value in (annotations or {}).items():
        if key.startswith(_APPARMOR) and value != "runtime/default" and not value.startswith("localhost/"):
            found.append(f"annotation {key} is {value}")
    return found


def containers(spec: Spec) -> Iterator[Spec]:
    """Every container of a pod, of whatever kind."""
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        yield from spec.get(kind) or ()


def _contexts(spec: Spec) -> Iterator[tuple[str, Spec]]:
    """The pod's own security context, then each container's."""
    yield "pod", spec.get("securityContext") or {}
    for container in containers(spec):
        yield container["name"], container.get("securityContext") or {}


def _is_windows(spec: Spec) -> bool:
    return bool((spec.get("os") or {}).get("name") == "windows")


def _host_is_not_shared(spec: Spec) -> Iterator[str]:
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(field):
            yield f"pod: {field}"
    for container in containers(spec):
        for port in container.get("ports") or ():
            if port.get("hostPort"):
                yield f"{container['name']}: hostPort {port['hostPort']}"
    for name, context in _contexts(spec):
        if (context.get("windowsOptions") or {}).get("hostProcess"):
            yield f"{name}: windowsOptions.hostProcess"


def _probes_stay_in_the_pod(spec: Spec) -> Iterator[str]:
    for container in containers(spec):
        lifecycle = container.get("lifecycle") or {}
        probes = [container.get(f"{kind}Probe") for kind in ("liveness", "readiness", "startup")]
        for handler in (*probes, lifecycle.get("preStop"), lifecycle.get("postStart")):
            for action in ("httpGet", "tcpSocket"):
                if ((handler or {}).get(action) or {}).get("host"):
                    yield f"{container['name']}: {action}.host"


def _kernel_is_not_loosened(spec: Spec) -> Iterator[str]:
    for name, context in _contexts(spec):
        if context.get("privileged"):
            yield f"{name}: privileged"
        if context.get("procMount", "Default") != "Default":
            yield f"{name}: procMount {context['procMount']}"
        for sysctl in context.get("sysctls") or ():
            if sysctl["name"] not in SYSCTLS:
                yield f"{name}: sysctl {sysctl['name']}"


def _labels_confine(spec: Spec) -> Iterator[str]:
    for name, context in _contexts(spec):
        if "appArmorProfile" in context and context["appArmorProfile"].get("type") not in CONFINED:
            yield f"{name}: appArmorProfile {context['appArmorProfile'].get('type')}"
        selinux = context.get("seLinuxOptions") or {}
        if selinux.get("type", "") not in SELINUX_TYPES or selinux.get("user") or selinux.get("role"):
            yield f"{name}: seLinuxOptions"


def _volumes_are_harmless(spec: Spec) -> Iterator[str]:
    for volume in spec.get("volumes") or ():
        for kind in volume.keys() - {"name"} - VOLUMES:
            yield f"volume {volume['name']}: {kind}"


def _seccomp_is_on(spec: Spec) -> Iterator[str]:
    pod, *each = _contexts(spec)
    for name, context in (pod, *each):
        kind = (context.get("seccompProfile") or {}).get("type")
        if kind is not None and kind not in CONFINED:
            yield f"{name}: seccompProfile {kind}"
    if not _is_windows(spec) and "seccompProfile" not in pod[1]:
        for name, context in each:
            if "seccompProfile" not in context:
                yield f"{name}: no seccompProfile"


def _nobody_is_root(spec: Spec) -> Iterator[str]:
    pod, *each = _contexts(spec)
    for name, context in (pod, *each):
        if context.get("runAsUser") == 0:
            yield f"{name}: runAsUser 0"
        if context.get("runAsNonRoot") is False:
            yield f"{name}: runAsNonRoot false"
    if not pod[1].get("runAsNonRoot"):
        for name, context in each:
            if context.get("runAsNonRoot") is None:
                yield f"{name}: runAsNonRoot is not set"


def _nobody_gains_rights(spec: Spec) -> Iterator[str]:
    if _is_windows(spec):
        return
    for container in containers(spec):
        name, context = container["name"], container.get("securityContext") or {}
        if context.get("allowPrivilegeEscalation") is not False:
            yield f"{name}: allowPrivilegeEscalation is not false"
        capabilities = context.get("capabilities") or {}
        if "ALL" not in (capabilities.get("drop") or ()):
            yield f"{name}: capabilities are not dropped"
        for added in set(capabilities.get("add") or ()) - {"NET_BIND_SERVICE"}:
            yield f"{name}: capability {added}"


_CHECKS: tuple[Callable[[Spec], Iterator[str]], ...] = (
    _host_is_not_shared,
    _probes_stay_in_the_pod,
    _kernel_is_not_loosened,
    _labels_confine,
    _volumes_are_harmless,
    _seccomp_is_on,
    _nobody_is_root,
    _nobody_gains_rights,
)
