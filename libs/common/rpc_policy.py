"""Says who may call a method."""

from __future__ import annotations

from dataclasses import dataclass

from libs.common.caller import Role


@dataclass(frozen=True, slots=True)
class MethodPolicy:
    """What one method asks of its caller.

    Attributes:
        role: The role it needs; None admits any service with a valid token.
        subject: Whether it is about a subject.
    """

    role: Role | None
    subject: bool = True
