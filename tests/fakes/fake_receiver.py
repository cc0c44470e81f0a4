"""Takes documents in, as retrieval would, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from cli.delivery import Delivery
from cli.document import Remark, SourceDocument


@dataclass
class FakeReceiver:
    """Knows by (tenant, source, uri) what was delivered."""

    held: dict[tuple[str, str], dict[str, bytes]] = field(default_factory=dict)
    completes: list[bool] = field(default_factory=list)
    rejects: frozenset[str] = frozenset()
    failure: Exception | None = None

    async def deliver(
        self, tenant: str, source_id: str, documents: tuple[SourceDocument, ...], *, complete: bool
    ) -> Delivery:
        if self.failure is not None:
            raise self.failure
        self.completes.append(complete)
        known = self.held.setdefault((tenant, source_id), {})
        given = {d.uri: d.read() for d in documents if d.uri not in self.rejects}
        accepted = sum(known.get(uri) != content for uri, content in given.items())
        present = {d.uri for d in documents}
        removed = [uri for uri in known if uri not in present] if complete else []
        for uri in removed:
            del known[uri]
        known.update(given)
        rejected = tuple(Remark(d.uri, "not accepted") for d in documents if d.uri in self.rejects)
        return Delivery(accepted, len(given) - accepted, len(removed), rejected, (), 1)

    async def count(self, tenant: str, source_id: str) -> int:
        return len(self.held.get((tenant, source_id), {}))
