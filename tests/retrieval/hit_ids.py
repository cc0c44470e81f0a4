"""Which passages an index means by its hits."""

from __future__ import annotations

from collections.abc import Sequence

from services.retrieval.index import Hit, Index
from services.retrieval.visibility import Condition


async def hit_ids(index: Index, hits: Sequence[Hit], condition: Condition) -> list[str]:
    """Returns the ids of passages that were found, in their order."""
    stored = await index.fetch([hit.key for hit in hits], condition)
    return [stored[hit.key].passage.passage_id for hit in hits]
