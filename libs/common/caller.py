"""Who makes a call, as established from tokens and nothing else."""

from __future__ import annotations

import hashlib
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

from libs.common.errors import InternalError

Role = Literal["search", "ingest", "operate", "act_for", "insights", "privacy"]
ROLES: frozenset[str] = frozenset({"search", "ingest", "operate", "act_for", "insights", "privacy"})


@dataclass(frozen=True, slots=True)
class Privacy:
    """What a visitor allows.

    Attributes:
        history: Conversations may be kept.
        memory: Facts may be remembered across conversations.
        analytics: Events may be recorded.
    """

    history: bool = True
    memory: bool = False
    analytics: bool = True


@dataclass(frozen=True, slots=True)
class Caller:
    """One caller; ownership everywhere is (tenant, subject).

    Attributes:
        service: The service or team that signed the call.
        tenant: The customer; empty only for calls about no subject.
        subject: The visitor within the tenant; empty only for calls about no subject.
        access: Access tags; none means that tagged documents stay invisible.
        plan: The visitor's plan.
        session: The visitor's session id.
        locale: The visitor's locale, BCP 47, or empty.
        privacy: What the visitor allows.
    """

    service: str
    tenant: str = ""
    subject: str = ""
    access: frozenset[str] = frozenset()
    plan: str = ""
    session: str = ""
    locale: str = ""
    privacy: Privacy = field(default_factory=Privacy)

    @property
    def owner(self) -> tuple[str, str]:
        """(tenant, subject), the owner of whatever the call makes."""
        return (self.tenant, self.subject)

    @property
    def subject_hash(self) -> str:
        """Names the visitor without naming them: 16 hexadecimal digits."""
        return hashlib.sha256(f"{self.tenant}\0{self.subject}".encode()).hexdigest()[:16]


_current: ContextVar[Caller | None] = ContextVar("causeway_caller", default=None)


def set_current_caller(caller: Caller) -> None:
    """Makes a caller the current one of this task; for the interceptor only."""
    _current.set(caller)


def current_caller() -> Caller:
    """Returns the caller of the RPC that this task serves."""
    caller = _current.get()
    if caller is None:
        raise InternalError("No caller was established for this call.")
    return caller
