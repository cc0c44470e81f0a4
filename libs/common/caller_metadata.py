"""Writes a caller into call metadata, and reads it back on the other side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote_to_bytes

from libs.common.caller import Caller, Privacy
from libs.common.errors import Forbidden, InvalidRequest
from libs.common.service_tokens import ServiceIdentity

PREFIX = "x-causeway-"
_FIELDS = frozenset({"tenant", "subject", "access", "plan", "session", "privacy", "locale"})
_MAX_VALUE = 4096


def to_metadata(caller: Caller) -> tuple[tuple[str, str], ...]:
    """Metadata with which a service that may act for visitors asserts one."""
    allowed = caller.privacy
    privacy = [n for n in ("history", "memory", "analytics") if getattr(allowed, n)]
    values = {
        "tenant": quote(caller.tenant, safe=""),
        "subject": quote(caller.subject, safe=""),
        "access": ",".join(quote(tag, safe="") for tag in sorted(caller.access)),
        "plan": quote(caller.plan, safe=""),
        "session": quote(caller.session, safe=""),
        "privacy": ",".join(privacy),
        "locale": quote(caller.locale, safe=""),
    }
    return tuple((PREFIX + name, value) for name, value in values.items() if value or name == "privacy")


def from_metadata(
    identity: ServiceIdentity, metadata: Mapping[str, str], *, subject_required: bool
) -> Caller:
    """Establishes the caller of an RPC.

    A token bound to a tenant speaks for itself; one without a tenant must assert a visitor, and may
    do so only with the role act_for.

    Args:
        identity: What the verified token says.
        metadata: The call's metadata.
        subject_required: Whether this RPC is about a subject.

    Raises:
        Forbidden: The token may not say what the metadata says.
        InvalidRequest: A value is missing or malformed.
    """
    asserted = {n: metadata[PREFIX + n] for n in _FIELDS if PREFIX + n in metadata}
    if identity.tenant is not None:
        if asserted:
            raise Forbidden("A token that is bound to a tenant may not assert another caller.")
        return Caller(
            identity.service, identity.tenant, f"service:{identity.service}", access=identity.access
        )
    if not subject_required:
        return Caller(identity.service)
    if "act_for" not in identity.roles:
        raise Forbidden("The token names no tenant and may not act for a visitor (role act_for).")
    return _visitor(identity.service, asserted)


def asserted_tenant(identity: ServiceIdentity, metadata: Iterable[tuple[str, str | bytes]]) -> str | None:
    """Returns whose call it is, for who decides in haste; None where only `from_metadata` can tell.

    Raises:
        InvalidRequest: The tenant is malformed.
    """
    if identity.tenant is not None:
        return identity.tenant
    named = [value for key, value in metadata if key == PREFIX + "tenant"]
    if "act_for" not in identity.roles or len(named) != 1 or not isinstance(named[0], str):
        return None
    return _decode(named[0], "tenant")


def _visitor(service: str, asserted: Mapping[str, str]) -> Caller:
    tenant, subject = _text(asserted, "tenant"), _text(asserted, "subject")
    if not tenant or not subject:
        raise InvalidRequest("The call asserts no tenant and subject.", field=PREFIX + "tenant")
    tags = asserted.get("access", "")
    allowed = frozenset(asserted.get("privacy", "").split(","))
    return Caller(
        service=service,
        tenant=tenant,
        subject=subject,
        access=frozenset(_decode(tag, "access") for tag in tags.split(",") if tag),
        plan=_text(asserted, "plan"),
        session=_text(asserted, "session"),
        locale=_text(asserted, "locale"),
        privacy=Privacy("history" in allowed, "memory" in allowed, "analytics" in allowed),
    )


def _text(asserted: Mapping[str, str], name: str) -> str:
    return _decode(asserted.get(name, ""), name)


def _decode(value: str, name: str) -> str:
    if len(value) > _MAX_VALUE:
        raise InvalidRequest("The value is too long.", field=PREFIX + name)
    try:
        text = unquote_to_bytes(value).decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidRequest("The value is not percent-encoded UTF-8.", field=PREFIX + name) from None
    if "\x00" in text:  # no database keeps such a text
        raise InvalidRequest("The value holds a NUL character.", field=PREFIX + name)
    return text
