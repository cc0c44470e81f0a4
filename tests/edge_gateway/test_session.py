"""A visitor's session."""

from __future__ import annotations

from libs.common.caller import Caller, Privacy
from tests.edge_gateway.harness import Edge


def test_the_core_is_told_who_the_visitor_is(edge: Edge) -> None:
    session = edge.session(privacy=Privacy(history=False))

    assert session.owner == ("acme", "ana")
    assert session.caller == Caller(
        service="edge_gateway",
        tenant="acme",
        subject="ana",
        access=frozenset({"staff"}),
        plan="standard",
        session="s_1",
        locale="en",
        privacy=Privacy(history=False),
    )


def test_a_visitor_for_whom_nobody_vouches_is_anonymous(edge: Edge) -> None:
    assert edge.session(subject="anon:x").anonymous
    assert not edge.session(subject="ana").anonymous
