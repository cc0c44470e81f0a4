"""A visitor's session: who the visitor is, established once and carried in a signed token."""

from __future__ import annotations

from dataclasses import dataclass

from libs.common.caller import Caller, Privacy
from services.edge_gateway.settings import SERVICE

Owner = tuple[str, str]
"""(tenant, subject): whose everything is."""

ANONYMOUS = "anon:"
"""Subjects of anonymous visitors begin so."""

RESERVED_SUBJECTS = (ANONYMOUS, "key:", "service:")
"""Beginnings that a host's own subjects may not have."""


@dataclass(frozen=True, slots=True)
class Session:
    """What the edge knows of a visitor.

    Attributes:
        sid: The session's id; a renewal keeps it.
        tenant: The customer.
        subject: The visitor within the tenant.
        plan: The visitor's plan.
        access: Access tags.
        locale: BCP 47, or empty.
        privacy: What the visitor allows.
        region: Where the session was opened.
        origin: The page's origin; empty where there was no page.
        authenticated_at: When the host, or chance, named the visitor; seconds since the epoch.
        issued_at: When the token was signed.
        expires_at: When it ends.
    """

    sid: str
    tenant: str
    subject: str
    plan: str
    access: frozenset[str]
    locale: str
    privacy: Privacy
    region: str
    origin: str
    authenticated_at: int
    issued_at: int
    expires_at: int

    @property
    def owner(self) -> Owner:
        """Whose everything is that this session makes."""
        return (self.tenant, self.subject)

    @property
    def anonymous(self) -> bool:
        """Whether nobody vouches for the visitor."""
        return self.subject.startswith(ANONYMOUS)

    @property
    def caller(self) -> Caller:
        """The visitor, as the core is told."""
        return Caller(
            service=SERVICE,
            tenant=self.tenant,
            subject=self.subject,
            access=self.access,
            plan=self.plan,
            session=self.sid,
            locale=self.locale,
            privacy=self.privacy,
        )
