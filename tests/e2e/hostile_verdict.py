"""Says whether a reply to a hostile request is one that the edge may give."""

from __future__ import annotations

import json

from tests.e2e.hostile_routes import RouteCase
from tests.e2e.hostile_wire import Reply, problem
from tests.e2e.hostile_world import World


def judge(world: World, case: RouteCase, raw: bytes, reply: Reply) -> None:
    """Fails on a fault, on a refusal without its type, and on anything of the other tenant's."""
    assert reply.status in case.served or 400 <= reply.status < 500, (raw[:2000], reply)
    assert world.rival.canary.encode() not in reply.whole, (raw[:2000], reply)
    if reply.status >= 400 and not raw.startswith(b"HEAD"):
        problem(reply)
        world.refusals.add(reply.whole)
    elif reply.status == 201:
        world.secrets.add(json.loads(reply.body)["session_token"])
