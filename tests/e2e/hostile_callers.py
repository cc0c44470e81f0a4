"""Call metadata of callers that may not call, and of odd ones that may."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from libs.common.caller import Caller
from libs.common.caller_metadata import to_metadata
from tests.e2e.hostile_calls import CallCase, Code
from tests.e2e.hostile_tokens import bad_service_tokens, decoded, signed
from tests.e2e.hostile_world import SUBJECT_ROLES, World

Pairs = Sequence[tuple[str, str | bytes]]

UNKNOWN, FORBIDDEN, INVALID = Code.UNAUTHENTICATED, Code.PERMISSION_DENIED, Code.INVALID_ARGUMENT


def refused(world: World, service: str, case: CallCase) -> Iterator[tuple[str, Pairs, Code]]:
    """What is wrong, the metadata, the code that it must be answered with."""
    good = case.metadata(world, world.demo, service)
    caller = good[1:]
    yield "no metadata", (), UNKNOWN
    yield "no token", caller, UNKNOWN
    for value in ("", "Bearer", "Bearer ", "Basic YTpi", "x" * 9000):
        yield f"authorization {value[:20]!r}", (("authorization", value), *caller), UNKNOWN
    yield "authorization in bytes", (("authorization-bin", good[0][1].encode()), *caller), UNKNOWN
    yield "two tokens", (good[0], *good), UNKNOWN
    signer = "cli" if case.caller == "team" else "edge_gateway"
    for name, token in bad_service_tokens(world, signer, service, _roles(service, case)).items():
        yield f"token: {name}", (_bearer(token), *caller), UNKNOWN
    if case.role:
        yield from _wrong_roles(world, service, case, caller)
    if case.caller == "team":
        yield from _bound(world, service, case)
    if case.caller == "visitor":
        yield from _asserted(world, service, case)
    yield "a head of 60 KiB", (*good, ("x-long", "y" * 60_000)), Code.RESOURCE_EXHAUSTED
    yield "2,000 pairs", (*good, *((f"x-{n}", "y" * 20) for n in range(2000))), Code.RESOURCE_EXHAUSTED


def admitted(world: World, service: str, case: CallCase) -> Iterator[tuple[str, Pairs]]:
    """Odd metadata that changes nothing."""
    good = case.metadata(world, world.demo, service)
    odd: tuple[tuple[str, str | bytes], ...] = (
        ("x-odd", "a" * 2000),
        ("x-odd-bin", b"\xff\x00" * 100),
        ("x-causeway-subject-bin", b"bob"),
        ("x-causeway-root", "1"),
        ("x-query-id", "\x20~" * 100),
        ("traceparent", "00-" + "z" * 300),
        ("traceparent", "x" * 6000),
        ("tracestate", "a=1," * 200),
        ("x-forwarded-for", "1.2.3.4"),
        ("grpc-accept-encoding", "nonsense"),
    )
    for name, value in odd:
        yield f"{name} {value[:20]!r}", (*good, (name, value))


def _roles(service: str, case: CallCase) -> tuple[str, ...]:
    if case.caller == "visitor":
        return SUBJECT_ROLES[service]
    return (case.role,) if case.role else ()


def _bearer(token: str) -> tuple[str, str]:
    return ("authorization", f"Bearer {token}")


def _wrong_roles(
    world: World, service: str, case: CallCase, caller: Pairs
) -> Iterator[tuple[str, Pairs, Code]]:
    yield "no role", (_bearer(world.token("edge_gateway", service)), *caller), FORBIDDEN
    others = {"act_for", "search", "insights"} - {case.role}
    yield "other roles", (_bearer(world.token("edge_gateway", service, *others)), *caller), FORBIDDEN
    if case.role != "act_for":
        alone = world.token("edge_gateway", service, case.role) if case.role in {"search", "insights"} else ""
        if alone:
            yield "a role without act_for", (_bearer(alone), *caller), FORBIDDEN


def _bound(world: World, service: str, case: CallCase) -> Iterator[tuple[str, Pairs, Code]]:
    """A token that is bound to a tenant speaks for that one, and a key that is bound for no other."""
    token = world.token("cli", service, case.role, tenant=world.demo.tenant)
    asserted = to_metadata(Caller("cli", world.rival.tenant, "ana"))
    yield "a bound token that asserts another", (_bearer(token), *asserted), FORBIDDEN
    unbound = world.token("cli", service, case.role)
    yield "a command without a tenant", (_bearer(unbound),), FORBIDDEN
    yield "a command without a tenant that asserts one", (_bearer(unbound), *asserted), FORBIDDEN
    key = world.key("team")
    own = decoded(world.token("team", service, case.role, tenant=world.demo.tenant))
    for tenant in (world.rival.tenant, "", "DEMO", None):
        claims = own | {"tenant_id": tenant}
        yield f"a bound key that names {tenant!r}", (_bearer(signed(key, claims)),), UNKNOWN


def _asserted(world: World, service: str, case: CallCase) -> Iterator[tuple[str, Pairs, Code]]:
    token = _bearer(world.token("edge_gateway", service, *SUBJECT_ROLES[service]))
    tenant, subject = ("x-causeway-tenant", "demo"), ("x-causeway-subject", "ana")
    yield "nobody", (token,), INVALID
    yield "no tenant", (token, subject), INVALID
    yield "no subject", (token, tenant), INVALID
    yield "two tenants", (token, tenant, ("x-causeway-tenant", "rival"), subject), UNKNOWN
    yield "two subjects", (token, tenant, subject, subject), UNKNOWN
    for name in ("tenant", "subject", "access", "plan", "session", "locale"):
        others = [pair for pair in (tenant, subject) if pair[0] != f"x-causeway-{name}"]
        for value in ("%ff", "%ed%a0%80", "a" * 5000):
            about = f"{name} {value[:10]!r}"
            yield about, (token, *others, (f"x-causeway-{name}", value)), INVALID
